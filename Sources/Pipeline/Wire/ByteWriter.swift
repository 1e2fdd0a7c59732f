/// Appends the fields of a wire message: LEB128 integers and length-prefixed bytes.
package struct ByteWriter {
    package private(set) var bytes: [UInt8] = []

    package init(reservingCapacity capacity: Int = 64) { bytes.reserveCapacity(capacity) }

    package mutating func write(byte: UInt8) { bytes.append(byte) }

    /// Unsigned LEB128.
    package mutating func write(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    /// A count or an offset: never negative.
    package mutating func write(count: Int) { write(UInt64(max(0, count))) }

    package mutating func write(_ string: String) {
        var string = string
        string.withUTF8 { utf8 in
            write(count: utf8.count)
            bytes.append(contentsOf: utf8)
        }
    }

    /// A presence byte, then the string if there is one.
    package mutating func write(_ string: String?) {
        guard let string else { return write(byte: 0) }
        write(byte: 1)
        write(string)
    }

    package mutating func write<Element>(_ elements: [Element], _ body: (inout ByteWriter, Element) -> Void) {
        write(count: elements.count)
        for element in elements { body(&self, element) }
    }
}
