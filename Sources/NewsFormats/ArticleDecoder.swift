package import NewsModel

/// Reads an article as it was handed in: the article's JSON, ninjs, HTML, XML with one article, or plain UTF-8 text.
package enum ArticleDecoder {
    /// - Throws: `ArticleFault`.
    package static func decode(_ bytes: [UInt8], limits: DocumentLimits = DocumentLimits()) throws(ArticleFault) -> Article {
        let result = bytes.withUnsafeBufferPointer { bytes in
            Result { () throws(ArticleFault) in try decode(bytes, limits) }
        }
        return try result.get()
    }

    /// - Throws: `ArticleFault`.
    package static func decode(
        _ bytes: UnsafeRawBufferPointer, limits: DocumentLimits = DocumentLimits()
    ) throws(ArticleFault) -> Article {
        let result = bytes.withMemoryRebound(to: UInt8.self) { bytes in
            Result { () throws(ArticleFault) in try decode(bytes, limits) }
        }
        return try result.get()
    }

    private static func decode(
        _ message: UnsafeBufferPointer<UInt8>, _ limits: DocumentLimits
    ) throws(ArticleFault) -> Article {
        let document = try DocumentDecoder.decode(message, limits)
        guard document.articles.count == 1 else {
            throw ArticleFault(
                field: "article", problem: "is \(document.format.name) with \(document.articles.count) articles",
                remedy: "send one article in a message, or hand the file to quoted push")
        }
        return try document.articles[0].get()
    }

    /// - Throws: `ArticleFault` when there is nothing to read.
    static func checkText(_ text: String, field: String) throws(ArticleFault) {
        guard hasInk(text) else {
            throw ArticleFault(
                field: field, problem: text.isEmpty ? "is empty" : "holds nothing but white space",
                remedy: "give the article's text")
        }
    }

    /// The fault of a control character that no text should hold.
    static func control(_ value: UInt8, field: String, place: String) -> ArticleFault {
        ArticleFault(
            field: field, place: place, problem: "has the control character \(TextPlace.number(UInt32(value)))",
            remedy: "remove it; of the control characters only tab, line feed and carriage return are allowed")
    }

    /// Whether there is anything but white space and invisible characters.
    private static func hasInk(_ text: String) -> Bool {
        for byte in text.utf8 {
            if byte > 0x20, byte < 0x7F { return true }
            if byte >= 0x80 { break }
        }
        return text.unicodeScalars.contains { scalar in
            guard !scalar.properties.isWhitespace else { return false }
            switch scalar.properties.generalCategory {
            case .control, .format: return false
            default: return true
            }
        }
    }
}

/// Plain text: its first line is the title when a blank line follows.
enum PlainText {
    static func decode(_ bytes: UnsafeBufferPointer<UInt8>) throws(ArticleFault) -> Article {
        if let offset = bytes.firstIndex(where: { $0 < 0x20 && $0 != 0x09 && $0 != 0x0A && $0 != 0x0D }) {
            throw ArticleDecoder.control(bytes[offset], field: "text", place: TextPlace.line(bytes, at: offset))
        }
        let (title, body) = split(bytes)
        try ArticleDecoder.checkText(body, field: "text")
        return Article(id: ArticleIdentity.derivedID(title: title, body: body), title: title, body: body)
    }

    private static func split(_ bytes: UnsafeBufferPointer<UInt8>) -> (title: String?, body: String) {
        let whole = { String(decoding: bytes, as: UTF8.self) }
        guard let start = bytes.firstIndex(where: { $0 > 0x20 }),
            let titleEnd = bytes[start...].firstIndex(of: 0x0A),
            let next = bytes[(titleEnd + 1)...].firstIndex(where: { $0 > 0x20 })
        else { return (nil, whole()) }
        // The body begins with the line of the first character behind the title, with its indentation.
        guard let lastBreak = bytes[titleEnd..<next].lastIndex(of: 0x0A), lastBreak > titleEnd else { return (nil, whole()) }
        let title = bytes[start..<titleEnd]
        let trimmed = title.prefix(upTo: (title.lastIndex { $0 > 0x20 } ?? start) + 1)
        return (
            String(decoding: trimmed, as: UTF8.self), String(decoding: bytes[(lastBreak + 1)...], as: UTF8.self)
        )
    }
}
