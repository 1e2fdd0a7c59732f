extension JSONReader {
    /// A string, with its escapes resolved.
    /// - Throws: `JSONFault`: also for half a surrogate pair, which stands for no character.
    package mutating func readString() throws(JSONFault) -> String {
        controlCharacter = nil
        let start = try openString()
        var end = PlainRun.end(bytes, from: start)
        if end < bytes.count, bytes[end] == UInt8(ascii: "\"") {
            offset = end + 1
            // The owner has checked the encoding of the whole.
            let text = UnsafeBufferPointer(rebasing: bytes[start..<end])
            return String(copying: UTF8Span(unchecked: text.span))
        }
        var decoded: [UInt8] = []
        decoded.reserveCapacity(min(bytes.count - start, 2 * (end - start) + 256))
        var plain = start
        while true {
            decoded.append(contentsOf: UnsafeBufferPointer(rebasing: bytes[plain..<end]))
            offset = end
            guard try isEscape() else { break }
            try readEscape(into: &decoded)
            plain = offset
            end = PlainRun.end(bytes, from: plain)
        }
        return String(decoding: decoded, as: UTF8.self)
    }

    mutating func skipString() throws(JSONFault) {
        let start = try openString()
        var end = PlainRun.end(bytes, from: start)
        while true {
            offset = end
            guard try isEscape() else { return }
            var ignored: [UInt8] = []
            try readEscape(into: &ignored)
            end = PlainRun.end(bytes, from: offset)
        }
    }

    private mutating func openString() throws(JSONFault) -> Int {
        guard peek() == UInt8(ascii: "\"") else { throw unexpected("a string") }
        offset += 1
        return offset
    }

    /// At the end of a run: false when the string ends here, which is read.
    private mutating func isEscape() throws(JSONFault) -> Bool {
        guard offset < bytes.count else { throw unexpected("the end of a string") }
        switch bytes[offset] {
        case UInt8(ascii: "\""):
            offset += 1
            return false
        case UInt8(ascii: "\\"): return true
        default:
            throw JSONFault(
                offset: offset,
                problem: "has \(TextPlace.describe(bytes, at: offset)) inside a string, which must be written as an escape")
        }
    }

    private mutating func readEscape(into decoded: inout [UInt8]) throws(JSONFault) {
        let start = offset
        offset += 1
        guard offset < bytes.count else { throw unexpected("the rest of an escape") }
        let byte = bytes[offset]
        offset += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): decoded.append(byte)
        case UInt8(ascii: "n"): decoded.append(0x0A)
        case UInt8(ascii: "r"): decoded.append(0x0D)
        case UInt8(ascii: "t"): decoded.append(0x09)
        case UInt8(ascii: "b"): note(control: 0x08, at: start, in: &decoded)
        case UInt8(ascii: "f"): note(control: 0x0C, at: start, in: &decoded)
        case UInt8(ascii: "u"): try readUnicodeEscape(from: start, into: &decoded)
        default: throw JSONFault(offset: start, problem: "has an escape that JSON does not know")
        }
    }

    private mutating func readUnicodeEscape(from start: Int, into decoded: inout [UInt8]) throws(JSONFault) {
        let lone = JSONFault(offset: start, problem: "has half a surrogate pair, which is no character")
        var value = try readHexadecimal()
        if value >= 0xDC00, value <= 0xDFFF { throw lone }
        if value >= 0xD800, value <= 0xDBFF {
            guard offset + 1 < bytes.count, bytes[offset] == UInt8(ascii: "\\"), bytes[offset + 1] == UInt8(ascii: "u")
            else { throw lone }
            offset += 2
            let low = try readHexadecimal()
            guard low >= 0xDC00, low <= 0xDFFF else { throw lone }
            value = 0x10000 + (value - 0xD800) << 10 + (low - 0xDC00)
        }
        guard let scalar = Unicode.Scalar(value) else { throw lone }
        if value < 0x20, value != 0x09, value != 0x0A, value != 0x0D {
            note(control: UInt8(value), at: start, in: &decoded)
        } else {
            decoded.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
        }
    }

    private mutating func readHexadecimal() throws(JSONFault) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard offset < bytes.count else { throw unexpected("a hexadecimal digit") }
            let byte = bytes[offset]
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): value = value << 4 | UInt32(byte - UInt8(ascii: "0"))
            case UInt8(ascii: "a")...UInt8(ascii: "f"): value = value << 4 | UInt32(byte - UInt8(ascii: "a") + 10)
            case UInt8(ascii: "A")...UInt8(ascii: "F"): value = value << 4 | UInt32(byte - UInt8(ascii: "A") + 10)
            default: throw unexpected("a hexadecimal digit")
            }
            offset += 1
        }
        return value
    }

    private mutating func note(control value: UInt8, at start: Int, in decoded: inout [UInt8]) {
        if controlCharacter == nil { controlCharacter = (start, value) }
        decoded.append(value)
    }
}
