internal import NewsFormats

/// The first frame of the replay socket's answer.
package struct ReplayAnswer {
    package private(set) var latest: UInt64 = 0
    package private(set) var oldest: UInt64 = 0
    package private(set) var missing: [ClosedRange<UInt64>] = []
    package private(set) var more = false
    package private(set) var error: String?

    /// Nil when the bytes are none.
    package init?(json bytes: [UInt8]) {
        let answer = bytes.withUnsafeBufferPointer { bytes -> ReplayAnswer? in
            guard (try? UTF8Span(validating: bytes.span)) != nil else { return nil }
            return try? ReplayAnswer(JSONReader(bytes))
        }
        guard let answer else { return nil }
        self = answer
    }

    private init(_ json: JSONReader) throws(JSONFault) {
        var reader = json
        try reader.enterObject()
        while let key = try reader.nextKey() {
            switch key {
            case "latest": latest = try reader.readSequence()
            case "oldest": oldest = try reader.readSequence()
            case "more": more = try reader.readBool()
            case "error": error = try reader.readString()
            case "missing":
                try reader.enterArray()
                while try reader.nextElement() {
                    var ends: [UInt64] = []
                    try reader.enterArray()
                    while try reader.nextElement() { ends.append(try reader.readSequence()) }
                    if ends.count == 2, ends[0] <= ends[1] { missing.append(ends[0]...ends[1]) }
                }
            default: try reader.skipValue()
            }
        }
        try reader.expectEnd()
    }
}

/// The members of stream messages that a client steers by.
package enum StreamMessage {
    /// The `sequence` at the top of a record, a heartbeat or another message; reads no further than that.
    package static func sequence(of frame: [UInt8]) -> UInt64? {
        frame.withUnsafeBufferPointer { bytes in
            guard (try? UTF8Span(validating: bytes.span)) != nil else { return nil }
            var reader = JSONReader(bytes)
            do {
                try reader.enterObject()
                while let key = try reader.nextKey() {
                    if key == "sequence" { return try reader.readSequence() }
                    try reader.skipValue()
                }
            } catch {
                return nil
            }
            return nil
        }
    }
}

extension JSONReader {
    /// A sequence number; 0 for what is none.
    fileprivate mutating func readSequence() throws(JSONFault) -> UInt64 {
        try readInt().flatMap { UInt64(exactly: $0) } ?? 0
    }
}
