import NewsFormats
import NewsModel
import ServiceClient

/// Reads the records of a WARC file one by one; a long one is passed over without being held. Not Sendable: read by one
/// thread.
struct WebArchiveReader {
    /// Of a record that is read; films and the like are longer.
    private static let longestBlock = 64 << 20

    let input: InputBytes
    let name: String
    let limits: DocumentLimits
    /// What of the buffer was read.
    private var start = 0
    private var number = 0
    /// Records without an article, by why.
    private(set) var passedOver: [String: Int] = [:]

    init(_ input: InputBytes, name: String, limits: DocumentLimits) {
        self.input = input
        self.name = name
        self.limits = limits
    }

    /// The articles of the next record that has any; nil at the end of the file.
    /// - Throws: `InputFault`, `CancellationError`.
    mutating func next() throws -> [ArticleInput]? {
        while let record = try nextHeader() {
            start += record.headerBytes
            number += 1
            guard record.blockBytes <= Self.longestBlock else {
                try skip(record.blockBytes)
                passedOver["more than \(Self.longestBlock >> 20) MiB", default: 0] += 1
                continue
            }
            guard try fill(record.blockBytes) else { throw InputFault(path: name, reason: "WARC: record \(number) is cut off") }
            let block = input.buffer[start..<(start + record.blockBytes)]
            start += record.blockBytes
            switch record.content(of: block) {
            case .none(let reason): passedOver[String(reason.prefix(40)), default: 0] += 1
            case .document(let bytes, let charset):
                let articles = read(bytes, charset: charset, target: record.target)
                if !articles.isEmpty { return articles }
            }
        }
        return nil
    }

    /// `5 request, 1 image/png`; nil when every record held an article.
    var passedOverSummary: String? {
        guard !passedOver.isEmpty else { return nil }
        let parts = passedOver.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        let more = parts.count > 6 ? " and others" : ""
        return "passed over: " + parts.prefix(6).map { "\($0.value) \($0.key)" }.joined(separator: ", ") + more
    }

    /// Pages without an article are many in a crawl: they are counted, and are no fault.
    private mutating func read(_ bytes: [UInt8], charset: String?, target: String?) -> [ArticleInput] {
        guard let document = try? DocumentDecoder.decode(bytes, limits: limits, charset: charset) else {
            passedOver["document without an article", default: 0] += 1
            return []
        }
        return document.articles.enumerated().compactMap { position, result -> ArticleInput? in
            guard var article = try? result.get() else {
                passedOver["document without an article", default: 0] += 1
                return nil
            }
            if article.url == nil { article.url = target }
            let part = document.articles.count > 1 ? "#\(position + 1)" : ""
            return .article(
                PushItem(name: "\(name)#\(number)\(part)", article: ArticleEncoder.encode(article)), document.format)
        }
    }

    // MARK: Bytes

    private mutating func nextHeader() throws -> WebArchiveRecord? {
        // Two empty lines end a record.
        while true {
            while start < input.buffer.count, input.buffer[start] == 0x0D || input.buffer[start] == 0x0A { start += 1 }
            if start < input.buffer.count { break }
            guard try fill(1) else { return nil }
        }
        _ = try fill(5)
        do {
            while true {
                if let record = try WebArchiveRecord(input.buffer[start...]) { return record }
                guard try fill(input.buffer.count - start + 1) else {
                    throw InputFault(path: name, reason: "WARC: the last record is cut off")
                }
            }
        } catch let fault as WebArchiveRecord.Fault {
            throw InputFault(path: name, reason: "\(fault) (after record \(number))")
        }
    }

    /// Whether as many bytes are there from `start` on.
    private mutating func fill(_ count: Int) throws -> Bool {
        while input.buffer.count - start < count {
            if input.isAtEnd { return false }
            input.remove(start)
            start = 0
            try input.readMore()
        }
        return true
    }

    private mutating func skip(_ count: Int) throws {
        var rest = count
        while rest > 0 {
            guard try fill(1) else { throw InputFault(path: name, reason: "WARC: record \(number) is cut off") }
            let step = min(rest, input.buffer.count - start)
            start += step
            rest -= step
        }
    }
}
