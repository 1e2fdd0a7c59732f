/// One record of a WARC file (ISO 28500:2017, WARC 1.0 and 1.1): its header, and what its block holds.
package struct WebArchiveRecord: Sendable, Hashable {
    /// Why a file cannot be read on.
    package struct Fault: Error, Sendable, Hashable, CustomStringConvertible {
        package var description: String
    }

    /// `response`, `request`, `warcinfo` …
    package var type: String
    /// What was fetched.
    package var target: String?
    package var contentType: String
    /// Bytes of the header with its empty line, and of the block after it.
    package var headerBytes: Int
    package var blockBytes: Int

    private static let maximumHeader = 64 << 10

    /// Whether bytes begin as a WARC file does.
    package static func begins(_ bytes: some Collection<UInt8>) -> Bool { bytes.starts(with: "WARC/".utf8) }

    /// The record at the beginning of the bytes; nil when they do not hold its whole header yet.
    /// - Throws: `Fault` for what is no record.
    package init?(_ bytes: ArraySlice<UInt8>) throws(Fault) {
        guard Self.begins(bytes) else { throw Fault(description: "WARC: where a record should begin, there is none") }
        guard let header = HeaderFields(bytes.prefix(Self.maximumHeader)) else {
            guard bytes.count < Self.maximumHeader else { throw Fault(description: "WARC: a record's header has no end") }
            return nil
        }
        guard let length = header["content-length"].flatMap({ Int($0) }), length >= 0 else {
            throw Fault(description: "WARC: a record's header has no Content-Length")
        }
        type = header["warc-type"]?.lowercased() ?? ""
        // WARC 1.0 allowed the URI in angle brackets.
        target = header["warc-target-uri"].map { String($0.drop { $0 == "<" }.prefix { $0 != ">" }) }
        contentType = header["content-type"]?.lowercased() ?? ""
        headerBytes = header.bytes
        blockBytes = length
    }

    /// What is in a record's block.
    package enum Content: Sendable {
        /// A document, with the `charset` of its transport.
        case document([UInt8], charset: String?)
        /// None, and why.
        case none(String)
    }

    /// - Parameter block: as many bytes as `blockBytes` says.
    package func content(of block: ArraySlice<UInt8>) -> Content {
        switch type {
        case "response" where contentType.hasPrefix("application/http"): return Self.response(block)
        case "resource", "conversion": return Self.document(Array(block), type: contentType, textToo: true)
        case "response": return .none("response by another protocol than HTTP")
        default: return .none(type.isEmpty ? "record without a type" : type)
        }
    }

    // MARK: HTTP

    private static func response(_ block: ArraySlice<UInt8>) -> Content {
        guard let header = HeaderFields(block) else { return .none("response without a header") }
        let words = header.firstLine.split(separator: " ")
        guard words.count >= 2, words[0].hasPrefix("HTTP/") else { return .none("response without a status") }
        guard words[1] == "200" else { return .none("status \(words[1].prefix(3))") }
        var body = Array(block.dropFirst(header.bytes))
        // Crawlers that store what they unpacked often leave the fields as they were.
        if header["transfer-encoding"]?.lowercased().contains("chunked") == true { body = unchunked(body) ?? body }
        if GzipInflater.isGzip(body) {
            guard let unpacked = GzipInflater.unpack(body, atMost: 64 << 20) else { return .none("damaged gzip") }
            body = unpacked
        } else if let coding = header["content-encoding"]?.lowercased(), !["", "gzip", "x-gzip", "identity"].contains(coding) {
            return .none("Content-Encoding \(coding)")
        }
        return document(body, type: header["content-type"]?.lowercased() ?? "", textToo: false)
    }

    /// - Parameter textToo: plain text over HTTP is robots.txt and the like.
    private static func document(_ body: [UInt8], type: String, textToo: Bool) -> Content {
        let media = type.prefix { $0 != ";" && !$0.isWhitespace }
        let isDocument = media.hasSuffix("html") || media.hasSuffix("xhtml+xml") || media.hasSuffix("rss+xml")
            || media.hasSuffix("atom+xml") || media == "text/xml" || media == "application/xml"
        guard isDocument || textToo && media == "text/plain" else { return .none(media.isEmpty ? "no Content-Type" : String(media)) }
        var charset: String?
        if let mark = type.split(separator: ";").first(where: { $0.drop { $0 == " " }.hasPrefix("charset=") }) {
            charset = mark.split(separator: "=").last.map { String($0.filter { !"\"' ".contains($0) }) }
        }
        return .document(body, charset: charset)
    }

    /// Chunked transfer coding (RFC 9112, 7.1); nil when it is none.
    private static func unchunked(_ bytes: [UInt8]) -> [UInt8]? {
        var body: [UInt8] = []
        var next = bytes.startIndex
        while let end = bytes[next...].firstIndex(of: 0x0A) {
            let line = String(decoding: bytes[next..<end], as: UTF8.self).prefix { $0.isHexDigit }
            guard let size = Int(line, radix: 16), size >= 0, size <= bytes.count - end - 1 else { return nil }
            if size == 0 { return body }
            body += bytes[(end + 1)..<(end + 1 + size)]
            next = end + 1 + size
            while next < bytes.count, bytes[next] == 0x0D || bytes[next] == 0x0A { next += 1 }
        }
        return nil
    }
}

/// The first line and the fields after it, up to an empty line, as HTTP, mail and WARC have them.
private struct HeaderFields {
    var firstLine = ""
    /// With the empty line.
    var bytes = 0
    private var fields: [String: String] = [:]

    /// Nil when there is no empty line.
    init?(_ header: ArraySlice<UInt8>) {
        var next = header.startIndex
        var last: String?
        while let end = header[next...].firstIndex(of: 0x0A) {
            let line = String(decoding: header[next..<end], as: UTF8.self)
            let text = line.split(omittingEmptySubsequences: false) { $0.isWhitespace }.joined(separator: " ")
            let trimmed = String(text.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
            defer { next = end + 1 }
            if trimmed.isEmpty {
                bytes = end + 1 - header.startIndex
                return
            }
            if next == header.startIndex {
                firstLine = trimmed
            } else if text.hasPrefix(" "), let last {
                fields[last, default: ""] += " " + trimmed
            } else if let colon = trimmed.firstIndex(of: ":") {
                let name = trimmed[..<colon].lowercased()
                if fields[name] == nil { fields[name] = String(trimmed[trimmed.index(after: colon)...].drop { $0 == " " }) }
                last = name
            }
        }
        return nil
    }

    subscript(_ name: String) -> String? { fields[name] }
}

extension GzipInflater {
    /// All of a packed text; nil when it is damaged or longer than the limit.
    static func unpack(_ packed: [UInt8], atMost limit: Int) -> [UInt8]? {
        guard let inflater = try? GzipInflater() else { return nil }
        var unpacked: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 256 << 10)
        var taken = 0
        while !inflater.isAtEnd {
            let step = packed[taken...].withUnsafeBufferPointer { input in
                chunk.withUnsafeMutableBufferPointer { output in try? inflater.inflate(input, into: output) }
            }
            guard let step, unpacked.count + step.put <= limit else { return nil }
            taken += step.taken
            unpacked += chunk[..<step.put]
        }
        return unpacked
    }
}
