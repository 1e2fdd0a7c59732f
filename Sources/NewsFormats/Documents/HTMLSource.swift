internal import Markup

/// HTML as bytes or as a text within another document.
enum HTMLSource {
    /// - Parameters:
    ///   - bytes: in the encoding of their transport, or any that their first 4 KiB name; without that in UTF-8, or else in
    ///     windows-1252.
    ///   - charset: what their transport says.
    /// - Throws: `ArticleFault`.
    static func parse(
        _ bytes: UnsafeBufferPointer<UInt8>, _ limits: DocumentLimits, charset: String? = nil
    ) throws(ArticleFault) -> MarkupTree {
        do {
            return try MarkupParser.html(bytes, encoding: encoding(of: bytes, charset: charset), limits: limits.markup)
        } catch {
            throw ArticleFault(markup: error)
        }
    }

    /// The blocks of a text that may hold HTML; of one without it its paragraphs.
    /// - Throws: `ArticleFault`.
    static func blocks(ofFragment text: String, _ limits: DocumentLimits) throws(ArticleFault) -> [TextBlock] {
        guard text.utf8.contains(UInt8(ascii: "<")) || text.utf8.contains(UInt8(ascii: "&")) else {
            return paragraphs(of: text)
        }
        var text = text
        let result = text.withUTF8 { bytes in
            Result { () throws(ArticleFault) in try HTMLSource.parse(bytes, limits) }
        }
        let tree = try result.get()
        return TextBlockReader.blocks(of: tree.document, rules: .fragment)
    }

    /// A title or the like on one line, with its markup and character references read if it has any.
    static func line(_ text: String?, _ limits: DocumentLimits) -> String? {
        guard let text else { return nil }
        guard let blocks = try? blocks(ofFragment: text, limits) else { return ArticleDraft.line(text) }
        return ArticleDraft.line(blocks.map(\.text).joined(separator: " "))
    }

    /// What blank lines part.
    static func paragraphs(of text: String) -> [TextBlock] {
        var paragraphs: [TextBlock] = []
        var lines: [Substring] = []
        func end() {
            let text = lines.joined(separator: " ").split { $0.isWhitespace }.joined(separator: " ")
            if !text.isEmpty { paragraphs.append(TextBlock(kind: .paragraph, text: text, container: 0)) }
            lines = []
        }
        for line in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
            if line.allSatisfy(\.isWhitespace) { end() } else { lines.append(line) }
        }
        end()
        return paragraphs
    }

    /// What is valid as UTF-8 is UTF-8, whatever it says. Latin-1 means windows-1252, as in browsers (WHATWG, Encoding).
    private static func encoding(of bytes: UnsafeBufferPointer<UInt8>, charset: String?) -> String {
        if (try? UTF8Span(validating: bytes.span)) != nil { return "UTF-8" }
        if let charset, !charset.isEmpty { return encoding(named: charset.lowercased()[...]) }
        let head = String(decoding: bytes.prefix(4_096), as: UTF8.self).lowercased()
        guard let mark = head.range(of: "charset=") else { return "windows-1252" }
        let label = head[mark.upperBound...].drop { "\"' ".contains($0) }
            .prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") }
        return encoding(named: label)
    }

    private static func encoding(named label: Substring) -> String {
        switch label {
        case "", "utf-8", "utf8", "iso-8859-1", "latin1", "us-ascii", "ascii", "utf-16": return "windows-1252"
        default: return String(label)
        }
    }
}

extension String {
    /// Where a text stands in this one for the first time.
    fileprivate func range(of part: String) -> Range<Index>? {
        var start = startIndex
        while let first = self[start...].firstIndex(where: { $0 == part.first }) {
            if self[first...].hasPrefix(part) { return first..<index(first, offsetBy: part.count) }
            start = index(after: first)
        }
        return nil
    }
}

extension ArticleFault {
    init(markup fault: MarkupFault) {
        self.init(
            field: "article", place: fault.line.map { "line \($0)" }, problem: fault.problem,
            remedy: "send a smaller document or the article's text alone, or raise the limit under [documents]")
    }
}
