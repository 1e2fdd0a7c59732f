internal import Markup
package import NewsModel

/// A document that may hold several articles.
package struct DecodedDocument: Sendable {
    package var format: InputFormat
    /// In the order of the document, and why others could not be read.
    package var articles: [Result<Article, ArticleFault>]
}

/// Reads every article of a document in any of the formats.
package enum DocumentDecoder {
    /// - Parameter charset: of an HTML page that came over HTTP, as its header says.
    /// - Throws: `ArticleFault` when not even the format is known.
    package static func decode(
        _ bytes: [UInt8], limits: DocumentLimits = DocumentLimits(), charset: String? = nil
    ) throws(ArticleFault) -> DecodedDocument {
        let result = bytes.withUnsafeBufferPointer { bytes in
            Result { () throws(ArticleFault) in try decode(bytes, limits, charset: charset) }
        }
        return try result.get()
    }

    /// What can be told without reading the document to its end: nil for XML.
    package static func format(of bytes: [UInt8]) -> InputFormat? {
        bytes.withUnsafeBufferPointer { bytes in
            let bytes = withoutMark(bytes)
            switch InputSyntax.detect(bytes) {
            case .json: return isNinjs(bytes) ? .ninjs : .articleJSON
            case .html: return .html
            case .xml: return nil
            case .text: return .plainText
            }
        }
    }

    static func decode(
        _ message: UnsafeBufferPointer<UInt8>, _ limits: DocumentLimits, charset: String? = nil
    ) throws(ArticleFault) -> DecodedDocument {
        guard !message.isEmpty else {
            throw ArticleFault(field: "article", problem: "is empty", remedy: "send JSON with \"text\", or plain text")
        }
        let bytes = withoutMark(message)
        switch InputSyntax.detect(bytes) {
        case .json:
            try checkEncoding(message)
            if isNinjs(bytes) { return one(.ninjs) { () throws(ArticleFault) in try NinjsItem.decode(bytes, limits) } }
            return one(.articleJSON) { () throws(ArticleFault) in try ArticleJSON.decode(bytes) }
        case .text:
            try checkEncoding(message)
            return one(.plainText) { () throws(ArticleFault) in try PlainText.decode(bytes) }
        case .html:
            return one(.html) { () throws(ArticleFault) in try ArticlePage.decode(bytes, limits, charset: charset) }
        case .xml: return try decodeXML(bytes, limits)
        }
    }

    private static func one(_ format: InputFormat, _ read: () throws(ArticleFault) -> Article) -> DecodedDocument {
        DecodedDocument(format: format, articles: [Result { () throws(ArticleFault) in try read() }])
    }

    private static func withoutMark(_ bytes: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8> {
        bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? UnsafeBufferPointer(rebasing: bytes.dropFirst(3)) : bytes
    }

    private static func isNinjs(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        (try? UTF8Span(validating: bytes.span)) != nil && NinjsItem.looksLike(bytes)
    }

    private static func checkEncoding(_ message: UnsafeBufferPointer<UInt8>) throws(ArticleFault) {
        do {
            _ = try UTF8Span(validating: message.span)
        } catch {
            let isUTF16 = message.starts(with: [0xFF, 0xFE]) || message.starts(with: [0xFE, 0xFF])
            throw ArticleFault(
                field: "article", place: "byte \(error.byteOffsets.lowerBound)",
                problem: isUTF16 ? "is UTF-16, not UTF-8" : "is not valid UTF-8", remedy: "convert it to UTF-8")
        }
    }

    // MARK: XML

    private static func decodeXML(
        _ bytes: UnsafeBufferPointer<UInt8>, _ limits: DocumentLimits
    ) throws(ArticleFault) -> DecodedDocument {
        let tree = try XMLSource.parse(bytes, limits)
        guard let root = tree.root else { throw notXML(tree.fault) }
        switch root.name {
        // Feeds are read as far as they go, as every reader does.
        case "rss", "RDF": return DecodedDocument(format: .rss, articles: NewsFeed.rss(root, limits))
        case "feed", "entry": return DecodedDocument(format: .atom, articles: NewsFeed.atom(root, limits))
        case "html": return one(.html) { () throws(ArticleFault) in try ArticlePage.decode(bytes, limits) }
        case "nitf":
            if let fault = tree.fault { throw notXML(fault) }
            return one(.nitf) { () throws(ArticleFault) in try NITFDocument.decode(root) }
        case "newsItem", "newsMessage", "packageItem", "conceptItem", "knowledgeItem", "planningItem", "catalogItem":
            // Half an item could be half an article.
            if let fault = tree.fault { throw notXML(fault) }
            return DecodedDocument(format: .newsMLG2, articles: NewsMLG2.decode(root, limits))
        default:
            if let fault = tree.fault { throw notXML(fault) }
            let name = ArticleDraft.line(String(root.name.unicodeScalars.prefix(32))) ?? ""
            throw ArticleFault(
                field: "article", problem: "is XML of a kind that is not read (\(name))",
                remedy: "send NewsML-G2, NITF, RSS, Atom or HTML")
        }
    }

    private static func notXML(_ fault: MarkupFault?) -> ArticleFault {
        let problem = fault.flatMap { ArticleDraft.line($0.problem) } ?? "has no element"
        return ArticleFault(
            field: "article", place: fault?.line.map { "line \($0)" }, problem: "is not well-formed XML: \(problem)",
            remedy: "send a whole document")
    }
}
