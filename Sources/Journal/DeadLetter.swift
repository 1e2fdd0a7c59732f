/// An article that could not be analysed, as an operator sees it.
package struct DeadLetter: Sendable, Hashable {
    /// Its number among the dead letters.
    package var sequence: UInt64
    /// Milliseconds since 1970.
    package var time: Int64
    /// Empty when the article could not be read.
    package var articleID: String
    /// The stage where it failed.
    package var stage: String
    package var reason: String
    /// How often it was tried.
    package var tries: Int
    /// Length of the article as kept.
    package var payloadBytes: Int
}

extension DeadLetter {
    /// The longest reason, identifier and stage that are kept, in bytes of UTF-8.
    static let maximumReasonBytes = 4_096
    static let maximumNameBytes = 1_024

    static let version: UInt8 = 1

    /// What is written: format version (1), tries (4), then stage, identifier and reason, each a length (2) and UTF-8; then the article.
    func encode(_ payload: UnsafeRawBufferPointer) -> [UInt8] {
        var bytes: [UInt8] = [Self.version]
        bytes.reserveCapacity(payload.count + 256)
        withUnsafeBytes(of: UInt32(clamping: tries).littleEndian) { bytes.append(contentsOf: $0) }
        for text in [stage, articleID, reason] {
            withUnsafeBytes(of: UInt16(clamping: text.utf8.count).littleEndian) { bytes.append(contentsOf: $0) }
            bytes.append(contentsOf: text.utf8)
        }
        bytes.append(contentsOf: payload)
        return bytes
    }

    /// - Returns: nil when the entry is no dead letter.
    /// - Throws: `.newerFormat`, naming the log.
    static func decode(
        _ entry: LogEntry, of directory: String
    ) throws(JournalError) -> (letter: DeadLetter, payload: ArraySlice<UInt8>)? {
        if let format = entry.payload.first, format > version {
            throw .newer("dead letter \(entry.sequence)", format: UInt32(format), known: UInt32(version), path: directory)
        }
        var rest = entry.payload[...]
        func number(_ count: Int) -> Int? {
            guard rest.count >= count else { return nil }
            defer { rest = rest.dropFirst(count) }
            return rest.prefix(count).reversed().reduce(0) { $0 << 8 | Int($1) }
        }
        func text() -> String? {
            guard let count = number(2), rest.count >= count else { return nil }
            defer { rest = rest.dropFirst(count) }
            return String(decoding: rest.prefix(count), as: UTF8.self)
        }
        guard number(1) == Int(version), let tries = number(4), let stage = text(), let id = text(), let reason = text() else {
            return nil
        }
        let letter = DeadLetter(
            sequence: entry.sequence, time: entry.time, articleID: id, stage: stage, reason: reason, tries: tries,
            payloadBytes: rest.count)
        return (letter, rest)
    }

    /// At most so many bytes of a text, cut between scalars.
    static func cut(_ text: String, to bytes: Int) -> String {
        guard text.utf8.count > bytes else { return text }
        var end = text.utf8.index(text.startIndex, offsetBy: bytes)
        while end > text.startIndex, end.samePosition(in: text.unicodeScalars) == nil { end = text.utf8.index(before: end) }
        return String(text[..<end])
    }
}
