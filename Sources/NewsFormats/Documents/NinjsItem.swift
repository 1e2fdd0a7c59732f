internal import Markup
internal import NewsModel

/// IPTC's News in JSON, versions 1.x (`headline`, `body_text`, `body_xhtml`, …), 2.x (`headlines`, `bodies`) and 3.x
/// (the same, with capitals within names).
struct NinjsItem {
    private struct Body {
        var role = ""
        var type = ""
        var value = ""

        /// Text rather than a summary or a caption.
        var isText: Bool { !["abstract", "caption", "description", "lead", "summary", "teaser"].contains(role) }
        var isMarkedUp: Bool { type.contains("html") || (type.isEmpty && value.contains("</p>")) }
        var isNITF: Bool { type.contains("nitf") }
    }

    private var reader: JSONReader
    private var words: [String: String] = [:]
    private var headlines: [Body] = []
    private var bodies: [Body] = []
    private var sources: [String] = []

    private let limits: DocumentLimits

    private init(reader: JSONReader, limits: DocumentLimits) {
        self.reader = reader
        self.limits = limits
    }

    /// Whether a JSON object is ninjs: it has none of the article's own `text`, but a body of ninjs's, or `uri`, which
    /// ninjs requires.
    static func looksLike(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        var reader = JSONReader(bytes)
        var isNinjs = false
        do {
            guard try reader.kind() == .object else { return false }
            try reader.enterObject()
            while let key = try reader.nextKey() {
                if key == "text" { return false }
                isNinjs = isNinjs || key == "uri" || key == "bodies" || key.hasPrefix("body_")
                try reader.skipValue()
            }
        } catch {
            return false
        }
        return isNinjs
    }

    /// - Throws: `ArticleFault`.
    static func decode(_ bytes: UnsafeBufferPointer<UInt8>, _ limits: DocumentLimits) throws(ArticleFault) -> Article {
        var item = NinjsItem(reader: JSONReader(bytes), limits: limits)
        do {
            try item.read()
        } catch {
            throw ArticleFault(
                field: "article", place: TextPlace.line(bytes, at: error.offset), problem: "is not valid JSON: it \(error.problem)",
                remedy: "send one JSON object")
        }
        return try item.article()
    }

    // MARK: Members

    private mutating func read() throws(JSONFault) {
        try reader.enterObject()
        while let key = try reader.nextKey() {
            let name = key.lowercased()
            switch (name, try reader.kind()) {
            case ("headlines", .array): headlines += try readBodies()
            case ("bodies", .array): bodies += try readBodies()
            case ("infosources", _), ("infosource", _), ("providers", _), ("provider", _), ("source", _):
                sources += try reader.words(of: ["name", "literal"])
            case (_, .string):
                let value = try reader.readString()
                if name.hasPrefix("body_") {
                    bodies.append(Body(type: String(name.dropFirst(5)), value: value))
                } else {
                    words[name] = value
                }
            case ("version", .number): words[name] = String(try reader.readNumber())
            default: try reader.skipValue()
            }
        }
        try reader.expectEnd()
    }

    private mutating func readBodies() throws(JSONFault) -> [Body] {
        var found: [Body] = []
        try reader.enterArray()
        while try reader.nextElement() {
            guard try reader.kind() == .object else {
                try reader.skipValue()
                continue
            }
            var body = Body()
            try reader.enterObject()
            while let key = try reader.nextKey() {
                guard try reader.kind() == .string else {
                    try reader.skipValue()
                    continue
                }
                let value = try reader.readString()
                switch key.lowercased() {
                case "role": body.role = value.lowercased()
                case "contenttype": body.type = value.lowercased()
                case "value": body.value = value
                default: break
                }
            }
            found.append(body)
        }
        return found
    }

    // MARK: The article

    private func article() throws(ArticleFault) -> Article {
        var draft = ArticleDraft(
            id: words["uri"], title: title, byline: words["by"] ?? words["byline"],
            source: sources.first ?? words["copyrightholder"], published: words["versioncreated"] ?? words["firstcreated"],
            modified: words["versioncreated"], language: words["language"], isIDBinding: true)
        if let uri = words["uri"], uri.hasPrefix("http") { draft.url = uri }
        if let version = words["version"].flatMap({ Int($0) }), version >= 1 { draft.version = version }
        if let word = words["pubstatus"] {
            guard let status = ArticleDraft.status(word) else {
                throw ArticleFault(
                    field: "pubstatus", problem: "is \"\(ArticleDraft.line(String(word.prefix(32))) ?? "")\"",
                    remedy: "give usable, withheld or canceled")
            }
            draft.status = status
        }
        draft.body = try bodyText()
        return try draft.article(textField: "body")
    }

    private var title: String? {
        let main = headlines.first { $0.role == "main" } ?? headlines.first
        return HTMLSource.line(main?.value ?? words["headline"] ?? words["headline_xhtml"] ?? words["title"], limits)
    }

    /// Marked-up text before plain text, since it knows its paragraphs; the longest of several.
    private func bodyText() throws(ArticleFault) -> String {
        let texts = bodies.filter(\.isText)
        let marked = texts.filter { $0.isMarkedUp || $0.isNITF }
        let choice = marked.isEmpty ? texts : marked
        guard let body = choice.max(by: { $0.value.utf8.count < $1.value.utf8.count }) else { return "" }
        if body.isNITF { return try NITFDocument.text(of: body.value, limits) }
        if body.isMarkedUp { return try HTMLSource.blocks(ofFragment: body.value, limits).joined }
        return body.value
    }
}
