internal import NewsFormats

/// What the page needs to know of a record before anybody reads it: the members in front of its text.
package struct RecordHeader: Sendable, Hashable {
    package var sequence: UInt64
    package var article: String
    package var version: Int
    /// Whether the record takes its article back.
    package var isRetraction: Bool

    /// Bytes at the beginning in which the header mostly lies: the rest need not be looked at.
    private static let usualBytes = 4_096

    /// Nil when the bytes begin no record.
    package init?(_ json: UnsafeRawBufferPointer) {
        guard let header = Self.read(Self.beginning(of: json)) ?? Self.read(json) else { return nil }
        self = header
    }

    /// Cut between characters.
    private static func beginning(of json: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        guard json.count > usualBytes else { return json }
        var end = usualBytes
        while end > 0, json[end] & 0xC0 == 0x80 { end -= 1 }
        return UnsafeRawBufferPointer(rebasing: json[..<end])
    }

    private static func read(_ json: UnsafeRawBufferPointer) -> RecordHeader? {
        json.withMemoryRebound(to: UInt8.self) { bytes -> RecordHeader? in
            guard (try? UTF8Span(validating: bytes.span)) != nil else { return nil }
            var reader = JSONReader(bytes)
            return try? read(&reader)
        }
    }

    init(sequence: UInt64, article: String, version: Int = 1, isRetraction: Bool = false) {
        self.sequence = sequence
        self.article = article
        self.version = version
        self.isRetraction = isRetraction
    }

    /// Reads no further than sequence and article, which stand at the top.
    private static func read(_ reader: inout JSONReader) throws -> RecordHeader? {
        var sequence: UInt64?
        try reader.enterObject()
        while let key = try reader.nextKey() {
            switch key {
            case "sequence": sequence = try reader.readInt().flatMap { UInt64(exactly: $0) }
            case "article":
                guard let sequence else { return nil }
                return try readArticle(&reader, sequence)
            default: try reader.skipValue()
            }
        }
        return nil
    }

    private static func readArticle(_ reader: inout JSONReader, _ sequence: UInt64) throws -> RecordHeader {
        var header = RecordHeader(sequence: sequence, article: "")
        try reader.enterObject()
        while let key = try reader.nextKey() {
            switch key {
            case "id": header.article = try reader.readString()
            case "version": header.version = try reader.readInt() ?? 1
            case "status": header.isRetraction = try reader.readString() != "usable"
            default: try reader.skipValue()
            }
        }
        return header
    }
}
