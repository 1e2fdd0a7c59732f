/// Why bytes are no JSON, and where.
package struct JSONFault: Error, Sendable, Hashable {
    /// Byte offset into the input.
    package var offset: Int
    package var problem: String
}

/// Reads JSON (RFC 8259) from bytes step by step; nothing is built that is not asked for. Neither depth nor length of the input
/// costs stack.
///
///     try reader.enterObject()
///     while let key = try reader.nextKey() {
///         if key == "id" { id = try reader.readString() } else { try reader.skipValue() }
///     }
///     try reader.expectEnd()
package struct JSONReader {
    /// What a value is, by its first byte.
    package enum Kind: Sendable {
        case object, array, string, number, bool, null
    }

    /// Valid UTF-8; the owner keeps it alive.
    let bytes: UnsafeBufferPointer<UInt8>
    package internal(set) var offset = 0
    /// Where the first control character of the string that was read last stands, if it has one other than tab, line
    /// feed and carriage return.
    package internal(set) var controlCharacter: (offset: Int, value: UInt8)?
    /// Objects and arrays that are open: true for an object.
    private var open: [Bool] = []
    private var isFirst = true
    private let maximumDepth: Int

    /// - Parameters:
    ///   - bytes: valid UTF-8, to stay in place while the reader is used.
    ///   - maximumDepth: of objects and arrays within each other.
    package init(_ bytes: UnsafeBufferPointer<UInt8>, maximumDepth: Int = 64) {
        self.bytes = bytes
        self.maximumDepth = maximumDepth
    }

    /// The next byte that is not white space, which stays.
    mutating func peek() -> UInt8? {
        while offset < bytes.count {
            let byte = bytes[offset]
            guard byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else { return byte }
            offset += 1
        }
        return nil
    }

    /// What comes next.
    /// - Throws: `JSONFault` when no value begins here.
    package mutating func kind() throws(JSONFault) -> Kind {
        guard let byte = peek() else { throw unexpected("a value") }
        switch byte {
        case UInt8(ascii: "{"): return .object
        case UInt8(ascii: "["): return .array
        case UInt8(ascii: "\""): return .string
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .number
        case UInt8(ascii: "t"), UInt8(ascii: "f"): return .bool
        case UInt8(ascii: "n"): return .null
        default: throw unexpected("a value")
        }
    }

    // MARK: Objects and arrays

    package mutating func enterObject() throws(JSONFault) { try enter(UInt8(ascii: "{"), "an object") }
    package mutating func enterArray() throws(JSONFault) { try enter(UInt8(ascii: "["), "an array") }

    /// The next member's name, nil at the object's end.
    package mutating func nextKey() throws(JSONFault) -> String? {
        guard try hasNext(closing: UInt8(ascii: "}"), "the end of the object") else { return nil }
        guard peek() == UInt8(ascii: "\"") else { throw unexpected("a member's name in quotation marks") }
        let key = try readString()
        guard peek() == UInt8(ascii: ":") else { throw unexpected("a colon") }
        offset += 1
        return key
    }

    /// Whether another element follows; after the last one the array is left.
    package mutating func nextElement() throws(JSONFault) -> Bool {
        try hasNext(closing: UInt8(ascii: "]"), "the end of the array")
    }

    /// - Throws: `JSONFault` when anything but white space follows.
    package mutating func expectEnd() throws(JSONFault) {
        if peek() != nil { throw unexpected("the end") }
    }

    private mutating func enter(_ bracket: UInt8, _ name: String) throws(JSONFault) {
        guard peek() == bracket else { throw unexpected(name) }
        guard open.count < maximumDepth else {
            throw JSONFault(offset: offset, problem: "is nested more than \(maximumDepth) deep")
        }
        offset += 1
        open.append(bracket == UInt8(ascii: "{"))
        isFirst = true
    }

    private mutating func hasNext(closing bracket: UInt8, _ end: String) throws(JSONFault) -> Bool {
        let byte = peek()
        if byte == bracket {
            offset += 1
            open.removeLast()
            isFirst = false
            return false
        }
        if !isFirst {
            guard byte == UInt8(ascii: ",") else { throw unexpected("a comma or \(end)") }
            offset += 1
        } else if byte == nil {
            throw unexpected(end)
        }
        // Whatever value comes, the next call stands behind it.
        isFirst = false
        return true
    }

    // MARK: Values

    package mutating func readBool() throws(JSONFault) -> Bool {
        if peek() == UInt8(ascii: "t") {
            try skipWord("true")
            return true
        }
        try skipWord("false")
        return false
    }

    package mutating func readNull() throws(JSONFault) { try skipWord("null") }

    /// The characters of a number, as they stand.
    package mutating func readNumber() throws(JSONFault) -> Substring {
        _ = peek()
        let start = offset
        try skipNumber()
        return Substring(String(decoding: bytes[start..<offset], as: UTF8.self))
    }

    /// Nil when the number is not whole or does not fit.
    package mutating func readInt() throws(JSONFault) -> Int? { Int(try readNumber()) }

    /// Reads over a value of any kind, however deep, up to the limit.
    package mutating func skipValue() throws(JSONFault) {
        let depth = open.count
        repeat {
            if open.count > depth, let isObject = open.last {
                if isObject {
                    guard try skipKey() else { continue }
                } else {
                    guard try nextElement() else { continue }
                }
            }
            switch try kind() {
            case .object: try enterObject()
            case .array: try enterArray()
            case .string: try skipString()
            case .number: try skipNumber()
            case .bool: _ = try readBool()
            case .null: try readNull()
            }
        } while open.count > depth
    }

    private mutating func skipKey() throws(JSONFault) -> Bool {
        guard try hasNext(closing: UInt8(ascii: "}"), "the end of the object") else { return false }
        guard peek() == UInt8(ascii: "\"") else { throw unexpected("a member's name in quotation marks") }
        try skipString()
        guard peek() == UInt8(ascii: ":") else { throw unexpected("a colon") }
        offset += 1
        return true
    }

    private mutating func skipWord(_ word: StaticString) throws(JSONFault) {
        _ = peek()
        let length = word.utf8CodeUnitCount
        let isThere = word.withUTF8Buffer { word in
            offset + length <= bytes.count && UnsafeBufferPointer(rebasing: bytes[offset..<offset + length]).elementsEqual(word)
        }
        guard isThere else { throw unexpected("\(word)") }
        offset += length
    }

    private mutating func skipNumber() throws(JSONFault) {
        if peek() == UInt8(ascii: "-") { offset += 1 }
        let start = offset
        let digits = try skipDigits()
        if digits > 1, bytes[start] == UInt8(ascii: "0") {
            throw JSONFault(offset: start, problem: "has a number that begins with 0")
        }
        if offset < bytes.count, bytes[offset] == UInt8(ascii: ".") {
            offset += 1
            _ = try skipDigits()
        }
        if offset < bytes.count, bytes[offset] | 0x20 == UInt8(ascii: "e") {
            offset += 1
            if offset < bytes.count, bytes[offset] == UInt8(ascii: "+") || bytes[offset] == UInt8(ascii: "-") {
                offset += 1
            }
            _ = try skipDigits()
        }
    }

    private mutating func skipDigits() throws(JSONFault) -> Int {
        let start = offset
        while offset < bytes.count, bytes[offset] >= 0x30, bytes[offset] <= 0x39 { offset += 1 }
        guard offset > start else { throw unexpected("a digit") }
        return offset - start
    }

    // MARK: Faults

    /// The fault that something else stands here.
    func unexpected(_ expected: String) -> JSONFault {
        guard offset < bytes.count else { return JSONFault(offset: offset, problem: "ends where \(expected) should be") }
        return JSONFault(
            offset: offset, problem: "has \(TextPlace.describe(bytes, at: offset)) where \(expected) should be")
    }
}
