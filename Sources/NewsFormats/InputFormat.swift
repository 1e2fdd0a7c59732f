/// What a message or file with articles is.
package enum InputFormat: Sendable, Hashable, CaseIterable {
    case articleJSON, plainText, ninjs, html, newsMLG2, nitf, rss, atom

    /// For a person.
    package var name: String {
        switch self {
        case .articleJSON: "article JSON"
        case .plainText: "plain text"
        case .ninjs: "ninjs"
        case .html: "HTML"
        case .newsMLG2: "NewsML-G2"
        case .nitf: "NITF"
        case .rss: "RSS"
        case .atom: "Atom"
        }
    }

    /// Whether the service is to get it as it came, since it needs no conversion.
    package var isSentAsIs: Bool { self == .articleJSON || self == .plainText }
}

/// What bytes look like from their beginning.
enum InputSyntax {
    case json, html, xml, text

    /// A brace always begins JSON, a bracket only where the next character could not begin a note in the text; `<`
    /// begins markup where a declaration, a comment or the name of a known element follows.
    static func detect(_ bytes: UnsafeBufferPointer<UInt8>) -> InputSyntax {
        let start = bytes.drop(while: isSpace)
        switch start.first {
        case UInt8(ascii: "{"): return .json
        case UInt8(ascii: "["):
            switch start.dropFirst().drop(while: isSpace).first {
            case nil, UInt8(ascii: "{"), UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "\""): return .json
            default: return .text
            }
        case UInt8(ascii: "<"): return markup(start)
        default: return .text
        }
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 }

    // MARK: Markup

    private static let htmlNames: Set<String> = [
        "a", "article", "aside", "b", "base", "blockquote", "body", "br", "center", "div", "em", "figure", "font", "h1", "h2", "h3",
        "h4", "h5", "h6", "head", "header", "hr", "html", "i", "iframe", "img", "link", "main", "meta", "nav", "noscript", "ol",
        "p", "pre", "q", "script", "section", "small", "span", "strong", "style", "svg", "table", "tbody", "td", "time", "title",
        "tr", "ul",
    ]
    private static let xmlNames: Set<String> = [
        "catalogitem", "conceptitem", "entry", "feed", "knowledgeitem", "newsitem", "newsmessage", "newsml", "nitf", "packageitem",
        "planningitem", "rdf:rdf", "rss",
    ]

    /// Reads over declarations and comments to the name of the first element.
    private static func markup(_ start: Slice<UnsafeBufferPointer<UInt8>>) -> InputSyntax {
        var rest = start
        var isXML = false
        while rest.first == UInt8(ascii: "<") {
            let next = rest.dropFirst().first
            if next == UInt8(ascii: "?") {
                isXML = isXML || rest.starts(with: "<?xml".utf8)
                guard let end = rest.firstIndex(of: UInt8(ascii: ">")) else { break }
                rest = rest[(end + 1)...].drop(while: isSpace)
            } else if rest.starts(with: "<!--".utf8) {
                guard let end = endOfComment(rest) else { break }
                rest = rest[end...].drop(while: isSpace)
            } else if next == UInt8(ascii: "!") {
                let words = String(decoding: rest.prefix(40), as: UTF8.self).lowercased().dropFirst(2).split(separator: " ")
                guard words.first == "doctype" else { break }
                return words.dropFirst().first?.hasPrefix("html") == true ? .html : .xml
            } else {
                let name = String(decoding: rest.dropFirst().prefix(24), as: UTF8.self).lowercased()
                    .prefix { !$0.isWhitespace && $0 != ">" && $0 != "/" }
                if htmlNames.contains(String(name)) { return .html }
                if isXML || xmlNames.contains(String(name)) { return .xml }
                return rest.startIndex == start.startIndex ? .text : .html
            }
        }
        return isXML ? .xml : .text
    }

    private static func endOfComment(_ bytes: Slice<UnsafeBufferPointer<UInt8>>) -> Int? {
        var index = bytes.startIndex + 4
        while index + 2 < bytes.endIndex {
            if bytes[index] == UInt8(ascii: "-"), bytes[index + 1] == UInt8(ascii: "-"), bytes[index + 2] == UInt8(ascii: ">") {
                return index + 3
            }
            index += 1
        }
        return nil
    }
}
