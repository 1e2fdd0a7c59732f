/// An article as schema.org describes it in a page's JSON-LD.
struct LinkedArticle {
    private(set) var headline: String?
    private(set) var published: String?
    private(set) var modified: String?
    private(set) var authors: String?
    private(set) var publisher: String?
    private(set) var url: String?
    private(set) var language: String?
    private(set) var body: String?
    /// Whether there was an object of an article's type.
    private(set) var isFound = false
    private var parts: [LinkedArticle] = []

    init() {}

    /// The first article in the JSON; nothing when it cannot be read.
    init(json text: String) {
        var text = text
        let found = text.withUTF8 { bytes -> LinkedArticle? in
            var reader = JSONReader(bytes)
            return (try? Self.read(&reader))?.first { $0.isFound }
        }
        if let found { self = found }
    }

    /// The objects of a value: itself, those of an array, those of a `@graph`.
    private static func read(_ reader: inout JSONReader) throws(JSONFault) -> [LinkedArticle] {
        switch try reader.kind() {
        case .array:
            var all: [LinkedArticle] = []
            try reader.enterArray()
            while try reader.nextElement() { all += try read(&reader) }
            return all
        case .object:
            var article = LinkedArticle()
            try reader.enterObject()
            while let key = try reader.nextKey() { try article.read(key, &reader) }
            return [article] + article.parts
        default:
            try reader.skipValue()
            return []
        }
    }

    private mutating func read(_ key: String, _ reader: inout JSONReader) throws(JSONFault) {
        switch key {
        case "@graph": parts += try Self.read(&reader)
        case "@type": isFound = try reader.words(of: ["@id"]).contains { $0.hasSuffix("Article") || $0.hasSuffix("BlogPosting") }
        case "headline": headline = try reader.words(of: ["@value"]).first
        case "datePublished": published = try reader.words(of: ["@value"]).first
        case "dateModified": modified = try reader.words(of: ["@value"]).first
        case "author":
            let names = try reader.words(of: ["name"]).filter { !$0.contains("://") }
            if !names.isEmpty { authors = names.joined(separator: ", ") }
        case "publisher": publisher = try reader.words(of: ["name"]).first
        case "url": url = try reader.words(of: ["@id"]).first
        case "mainEntityOfPage": url = try reader.words(of: ["@id"]).first ?? url
        case "inLanguage": language = try reader.words(of: ["alternateName"]).first
        case "articleBody": body = try reader.words(of: ["@value"]).first
        default: try reader.skipValue()
        }
    }
}

extension JSONReader {
    /// The strings of a value: itself, those of an array, the members of objects that have one of the names.
    mutating func words(of names: Set<String>) throws(JSONFault) -> [String] {
        switch try kind() {
        case .string: return [try readString()]
        case .array:
            var all: [String] = []
            try enterArray()
            while try nextElement() { all += try words(of: names) }
            return all
        case .object:
            var all: [String] = []
            try enterObject()
            while let key = try nextKey() {
                if names.contains(key) { all += try words(of: names) } else { try skipValue() }
            }
            return all
        default:
            try skipValue()
            return []
        }
    }
}
