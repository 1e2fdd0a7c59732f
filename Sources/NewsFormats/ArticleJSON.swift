internal import NewsModel

/// The article's JSON: one object with `text` and more. Members that are not known are read over.
struct ArticleJSON {
    private enum Member: String, CaseIterable {
        case id, title, text, byline, source, url, published, language, version, status
    }

    private static let maximumIDBytes = 512
    /// What every JSON reader can hold exactly.
    private static let maximumVersion = 1 << 53

    private var reader: JSONReader
    private var strings: [Member: String] = [:]
    private var version: Int?

    /// - Parameter bytes: valid UTF-8 without a byte order mark.
    static func decode(_ bytes: UnsafeBufferPointer<UInt8>) throws(ArticleFault) -> Article {
        var json = ArticleJSON(reader: JSONReader(bytes))
        try json.read()
        return try json.article()
    }

    private init(reader: JSONReader) { self.reader = reader }

    // MARK: Members

    private mutating func read() throws(ArticleFault) {
        do {
            guard try reader.kind() == .object else {
                try reader.skipValue()
                try reader.expectEnd()
                throw ArticleFault(
                    field: "article", problem: "is a JSON array, not an object",
                    remedy: "send one JSON object for each article")
            }
            try reader.enterObject()
            while let key = try reader.nextKey() {
                guard let member = Member(rawValue: key) else {
                    try reader.skipValue()
                    continue
                }
                try read(member)
            }
            try reader.expectEnd()
        } catch let fault as JSONFault {
            throw ArticleFault(
                field: "article", place: place(fault.offset), problem: "is not valid JSON: it \(fault.problem)",
                remedy: "send one JSON object, or plain text that does not begin with a brace")
        } catch let fault as ArticleFault {
            throw fault
        } catch {
            throw ArticleFault(field: "article", problem: "cannot be read", remedy: "send one JSON object")
        }
    }

    private mutating func read(_ member: Member) throws {
        let kind = try reader.kind()
        let start = reader.offset
        if strings[member] != nil || (member == .version && version != nil) {
            throw fault(member, start, "is given twice", "give it once")
        }
        switch (kind, member) {
        case (.null, _): try reader.readNull()
        case (.number, .version): version = try readVersion()
        case (.string, .version):
            throw fault(member, start, "is a string", "give a whole number from 1")
        case (.string, _):
            let value = try reader.readString()
            if let control = reader.controlCharacter {
                throw ArticleDecoder.control(control.value, field: member.rawValue, place: place(control.offset))
            }
            try check(value, member, start)
            strings[member] = value
        default:
            throw fault(member, start, "is \(name(kind))", member == .version ? "give a whole number from 1" : "give a string")
        }
    }

    private mutating func readVersion() throws -> Int {
        let start = reader.offset
        let number = try reader.readNumber()
        guard let value = Int(number), value >= 1, value <= Self.maximumVersion else {
            throw fault(.version, start, "is \(number.prefix(24))", "give a whole number from 1 to \(Self.maximumVersion)")
        }
        return value
    }

    private func check(_ value: String, _ member: Member, _ start: Int) throws(ArticleFault) {
        switch member {
        case .id:
            guard !value.isEmpty else { throw fault(.id, start, "is empty", "leave it out, or give a name of your own") }
            guard value.utf8.count <= Self.maximumIDBytes else {
                throw fault(
                    .id, start, "has \(value.utf8.count) bytes", "give at most \(Self.maximumIDBytes) bytes of UTF-8")
            }
            if let scalar = value.unicodeScalars.first(where: { $0.properties.generalCategory == .control }) {
                throw fault(
                    .id, start, "has the control character \(TextPlace.number(scalar.value))", "give an id on one line")
            }
        case .published:
            guard PublicationDate.isValid(value) else {
                throw fault(
                    .published, start, "is \(quoted(value))",
                    "give date and time as in RFC 3339, for instance 2025-06-04T21:10:00Z")
            }
        case .status:
            guard Article.Status(rawValue: value) != nil else {
                throw fault(.status, start, "is \(quoted(value))", "give usable, withheld or canceled")
            }
        default: break
        }
    }

    // MARK: The article

    private func article() throws(ArticleFault) -> Article {
        let status = strings[.status].flatMap(Article.Status.init) ?? .usable
        let body = strings[.text] ?? ""
        if status == .usable || strings[.id] == nil {
            guard strings[.text] != nil else {
                throw ArticleFault(
                    field: "text", problem: "is missing", remedy: "give the article's text as a string")
            }
            try ArticleDecoder.checkText(body, field: "text")
        }
        let title = strings[.title].flatMap { $0.isEmpty ? nil : $0 }
        return Article(
            id: strings[.id] ?? ArticleIdentity.derivedID(title: title, body: body), title: title, body: body,
            byline: strings[.byline], source: strings[.source], url: strings[.url], published: strings[.published],
            language: strings[.language], version: version ?? 1, status: status)
    }

    // MARK: Faults

    private func place(_ offset: Int) -> String { TextPlace.line(reader.bytes, at: offset) }

    private func fault(_ member: Member, _ offset: Int, _ problem: String, _ remedy: String) -> ArticleFault {
        ArticleFault(field: member.rawValue, place: place(offset), problem: problem, remedy: remedy)
    }

    private func quoted(_ value: String) -> String {
        value.unicodeScalars.count > 32 ? "\"\(String(value.unicodeScalars.prefix(32)))…\"" : "\"\(value)\""
    }

    private func name(_ kind: JSONReader.Kind) -> String {
        switch kind {
        case .object: "an object"
        case .array: "an array"
        case .string: "a string"
        case .number: "a number"
        case .bool: "true or false"
        case .null: "null"
        }
    }
}
