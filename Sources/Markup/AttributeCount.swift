/// Counts the attributes of tags before libxml2 sees them.
enum AttributeCount {
    /// - Throws: `MarkupFault` for a tag with more attributes than `limit`.
    static func check(_ bytes: UnsafeBufferPointer<UInt8>, limit: Int) throws(MarkupFault) {
        var index = 0
        while index + 1 < bytes.count {
            guard bytes[index] == UInt8(ascii: "<"), isLetter(bytes[index + 1]) else {
                index += 1
                continue
            }
            let end = try tag(bytes, from: index + 1, limit: limit)
            index = max(end, index + 1)
        }
    }

    /// Where a tag ends. A quote counts only as a value's first character, as in the parser.
    private static func tag(
        _ bytes: UnsafeBufferPointer<UInt8>, from start: Int, limit: Int
    ) throws(MarkupFault) -> Int {
        var (index, count) = (start, 0)
        var (afterSpace, afterEquals) = (false, false)
        while index < bytes.count, bytes[index] != UInt8(ascii: ">") {
            let byte = bytes[index]
            let isQuote = byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'")
            if isSpace(byte) {
                afterSpace = true
            } else if byte == UInt8(ascii: "=") {
                (afterEquals, afterSpace) = (true, false)
            } else if afterEquals, isQuote {
                index += 1
                while index < bytes.count, bytes[index] != byte { index += 1 }
                // What follows a closing quote is another attribute, with or without space.
                (afterEquals, afterSpace) = (false, true)
            } else {
                if afterSpace, !afterEquals { count += 1 }
                (afterEquals, afterSpace) = (false, false)
            }
            guard count <= limit else {
                let line = bytes[..<start].reduce(1) { $0 + ($1 == UInt8(ascii: "\n") ? 1 : 0) }
                throw MarkupFault(line: line, problem: "has a tag with more than \(limit) attributes")
            }
            index += 1
        }
        return index
    }

    private static func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) &- 0x61 < 26 || byte >= 0x80 || byte == 0x5F || byte == 0x3A }
    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte &- 0x09 < 5 }
}
