/// Why bytes from another process could not be read.
package enum WireError: Error, Hashable, Sendable, CustomStringConvertible {
    case truncated(field: String)
    case invalid(field: String)
    case unsupportedVersion(found: UInt8, supported: UInt8)
    case trailingBytes(Int)

    package var description: String {
        switch self {
        case .truncated(let field): "the message ends inside \(field)"
        case .invalid(let field): "\(field) has a value that is not allowed"
        case .unsupportedVersion(let found, let supported):
            "wire version \(found) is not spoken here (this build speaks \(supported)); run the same release everywhere"
        case .trailingBytes(let count): "\(count) bytes too many at the message's end"
        }
    }
}

/// Reads what `ByteWriter` wrote, checking every bound. The buffer must outlive the reader.
package struct ByteReader {
    private let buffer: UnsafeRawBufferPointer
    private var position = 0

    package init(_ buffer: UnsafeRawBufferPointer) { self.buffer = buffer }

    package var remaining: Int { buffer.count - position }

    package mutating func readByte(_ field: String) throws(WireError) -> UInt8 {
        guard position < buffer.count else { throw .truncated(field: field) }
        defer { position += 1 }
        return buffer[position]
    }

    package mutating func readInteger(_ field: String) throws(WireError) -> UInt64 {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while true {
            let byte = try readByte(field)
            let bits = UInt64(byte & 0x7F)
            guard shift < 63 || (shift == 63 && bits <= 1) else { throw .invalid(field: field) }
            value |= bits << shift
            if byte < 0x80 { return value }
            shift += 7
        }
    }

    /// An integer that fits an offset or a small quantity.
    package mutating func readInt(_ field: String) throws(WireError) -> Int {
        guard let value = Int(exactly: try readInteger(field)) else { throw .invalid(field: field) }
        return value
    }

    /// How many elements follow: never more than there are bytes left, so that a forged count reserves nothing.
    package mutating func readCount(_ field: String) throws(WireError) -> Int {
        let count = try readInt(field)
        guard count <= remaining else { throw .truncated(field: field) }
        return count
    }

    package mutating func readString(_ field: String) throws(WireError) -> String {
        let count = try readCount(field)
        let slice = UnsafeRawBufferPointer(rebasing: buffer[position..<position + count])
        position += count
        guard let string = String(validating: slice, as: UTF8.self) else { throw .invalid(field: field) }
        return string
    }

    package mutating func readOptionalString(_ field: String) throws(WireError) -> String? {
        switch try readByte(field) {
        case 0: nil
        case 1: try readString(field)
        default: throw .invalid(field: field)
        }
    }

    package mutating func readArray<Element>(
        _ field: String, _ body: (inout ByteReader) throws(WireError) -> Element
    ) throws(WireError) -> [Element] {
        let count = try readCount(field)
        var elements: [Element] = []
        // An element in memory can be a hundred times its size on the wire: beyond this, memory grows with what is
        // read.
        elements.reserveCapacity(min(count, 256))
        for _ in 0..<count { elements.append(try body(&self)) }
        return elements
    }

    /// Checks the version byte that opens every payload.
    package mutating func expectVersion(_ supported: UInt8) throws(WireError) {
        let found = try readByte("version")
        guard found == supported else { throw .unsupportedVersion(found: found, supported: supported) }
    }

    package func expectEnd() throws(WireError) {
        guard remaining == 0 else { throw .trailingBytes(remaining) }
    }
}
