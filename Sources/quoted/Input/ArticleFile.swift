import Foundation
import NewsFormats
import ServiceClient

/// What comes next in a file.
enum ArticleInput: Sendable {
    /// An article in a form that the service takes, and what it was in the file.
    case article(PushItem, InputFormat)
    /// An article that cannot be read.
    case unreadable(name: String, reason: String)
}

/// One open file with articles: JSON lines line by line, a WARC file record by record, any other file as one document. Not
/// Sendable: read by one thread.
final class ArticleFile {
    private let input: InputBytes
    private let name: String
    /// Where in the buffer the next line begins.
    private var start = 0
    /// What of the buffer is known to hold no line feed.
    private var searched = 0
    private var line = 0
    private let limits: DocumentLimits
    /// Nil until the first line was seen.
    private var isLines: Bool?
    /// Of a WARC file alone.
    private var archive: WebArchiveReader?
    private var isDone = false
    /// Of the document that was read last, in reverse.
    private var waiting: [ArticleInput] = []
    private var counts: [InputFormat: Int] = [:]

    var bytesRead: Int { input.bytesRead }

    /// - Throws: `InputFault`.
    init(_ path: String, limits: DocumentLimits) throws(InputFault) {
        input = try InputBytes(path)
        name = path == "-" ? "standard input" : path
        self.limits = limits
    }

    /// Nil at the end.
    /// - Throws: `InputFault`, `CancellationError`.
    func next() throws -> ArticleInput? {
        while true {
            if let next = waiting.popLast() {
                if case .article(_, let format) = next { counts[format, default: 0] += 1 }
                return next
            }
            if isLines == nil, archive == nil, try isWebArchive() {
                archive = WebArchiveReader(input, name: name, limits: limits)
            }
            if archive != nil {
                guard let articles = try archive?.next() else { return nil }
                waiting = articles.reversed()
                continue
            }
            let isLines = try self.isLines ?? look()
            self.isLines = isLines
            if isLines {
                guard let bytes = try nextLine() else { return nil }
                guard bytes.contains(where: { $0 > 0x20 }) else { continue }
                waiting = Self.read(Array(bytes), name: "\(name):\(line)", limits).reversed()
            } else {
                guard !isDone else { return nil }
                isDone = true
                while !input.isAtEnd { try input.readMore() }
                waiting = Self.read(input.buffer, name: name, limits).reversed()
            }
        }
    }

    /// What the file was taken for, once it was read: `page.html: HTML, 1 article`.
    var summary: String {
        let total = counts.values.reduce(0, +)
        var parts = counts.sorted { $0.key.name < $1.key.name }.map(\.key.name)
        if parts.isEmpty { parts = ["nothing that can be read"] }
        if isLines == true, total > 1 { parts.append("one a line") }
        if archive != nil { parts.append("in a WARC file") }
        if input.isPacked == true { parts.append("packed with gzip") }
        parts.append("\(total) \(total == 1 ? "article" : "articles")")
        if let passedOver = archive?.passedOverSummary { parts.append(passedOver) }
        return "\(name): " + parts.joined(separator: ", ")
    }

    // MARK: Documents

    /// The articles of a document. What the service takes as it is stays as it is; the rest becomes the article's JSON.
    private static func read(_ bytes: [UInt8], name: String, _ limits: DocumentLimits) -> [ArticleInput] {
        if let format = DocumentDecoder.format(of: bytes), format.isSentAsIs {
            return [.article(PushItem(name: name, article: bytes), format)]
        }
        do {
            let document = try DocumentDecoder.decode(bytes, limits: limits)
            return document.articles.enumerated().map { number, result in
                let name = document.articles.count == 1 ? name : "\(name)#\(number + 1)"
                switch result {
                case .success(let article):
                    return .article(PushItem(name: name, article: ArticleEncoder.encode(article)), document.format)
                case .failure(let fault): return .unreadable(name: name, reason: "\(document.format.name): \(fault)")
                }
            }
        } catch {
            return [.unreadable(name: name, reason: "\(error)")]
        }
    }

    private func isWebArchive() throws -> Bool {
        while input.buffer.count < 5, !input.isAtEnd { try input.readMore() }
        return WebArchiveRecord.begins(input.buffer)
    }

    // MARK: Lines

    /// Whether the file holds JSON lines: its name says so, or its first line is a whole JSON object.
    private func look() throws -> Bool {
        let path = input.path.lowercased()
        if [".jsonl", ".ndjson", ".jsonl.gz", ".ndjson.gz"].contains(where: path.hasSuffix) { return true }
        // Up to the end of the first line with anything in it.
        var content = input.buffer[...]
        while true {
            content = input.buffer.drop { $0 <= 0x20 || $0 == 0xEF || $0 == 0xBB || $0 == 0xBF }
            if let first = content.first, first != UInt8(ascii: "{") { return false }
            if let end = content.firstIndex(of: 0x0A) {
                content = content[..<end]
                break
            }
            if input.isAtEnd { break }
            try input.readMore()
        }
        guard !content.isEmpty else { return false }
        return Array(content).withUnsafeBufferPointer { bytes in
            guard (try? UTF8Span(validating: bytes.span)) != nil else { return false }
            var reader = JSONReader(bytes)
            do {
                try reader.skipValue()
                try reader.expectEnd()
                return true
            } catch {
                return false
            }
        }
    }

    private func nextLine() throws -> ArraySlice<UInt8>? {
        while true {
            if let end = input.buffer[max(start, searched)...].firstIndex(of: 0x0A) {
                defer {
                    start = end + 1
                    searched = start
                }
                line += 1
                return input.buffer[start..<end]
            }
            searched = input.buffer.count
            if input.isAtEnd {
                guard start < searched else { return nil }
                defer { start = searched }
                line += 1
                return input.buffer[start...]
            }
            input.remove(start)
            searched -= start
            start = 0
            try input.readMore()
        }
    }

    // MARK: Directories

    /// The files of a directory and those below it that may hold articles, by name; nil for what is no directory.
    static func files(inDirectory path: String) -> [String]? {
        var isDirectory: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory), isDirectory.boolValue else {
            return nil
        }
        let names = FileManager.default.enumerator(atPath: path)?.compactMap { $0 as? String } ?? []
        return names.filter { name in
            var plain = name.lowercased()
            if plain.hasSuffix(".gz") { plain.removeLast(3) }
            return endings.contains { plain.hasSuffix($0) } && !name.split(separator: "/").contains { $0.hasPrefix(".") }
        }.sorted().map { path.hasSuffix("/") ? path + $0 : path + "/" + $0 }
    }

    static let endings = [
        ".json", ".jsonl", ".ndjson", ".ninjs", ".txt", ".html", ".htm", ".xhtml", ".xml", ".nitf", ".newsml", ".rss", ".rdf",
        ".atom", ".warc",
    ]

    static func size(_ path: String) -> Int {
        var status = stat()
        return stat(path, &status) == 0 ? Int(status.st_size) : 0
    }
}
