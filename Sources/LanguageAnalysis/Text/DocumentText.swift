package import NewsModel

/// The text of one article as UTF-8, with the way between byte offsets (in which the rules work) and scalar offsets
/// (in which spans are given out).
package struct DocumentText: Sendable {
    /// The text; always valid UTF-8.
    package let utf8: [UInt8]
    /// Length in Unicode scalars.
    package let scalarCount: Int
    /// The paragraphs in byte offsets: the runs between line ends that hold more than white space, in order.
    package let paragraphs: [Range<Int>]
    /// Scalars before each block of `blockSize` bytes; empty for pure ASCII, where the two offsets are the same.
    private let scalarsBefore: [Int32]

    private static let blockSize = 64

    package init(_ text: String) {
        self.init(valid: Array(text.utf8))
    }

    /// Bytes that are not UTF-8 are replaced by U+FFFD, so that every offset stays inside the text.
    package init(utf8: [UInt8]) {
        if String(validating: utf8, as: UTF8.self) != nil {
            self.init(valid: utf8)
        } else {
            self.init(valid: Array(String(decoding: utf8, as: UTF8.self).utf8))
        }
    }

    private init(valid bytes: [UInt8]) {
        utf8 = bytes
        var index: [Int32] = []
        var count = 0
        bytes.withUnsafeBufferPointer { bytes in
            index.reserveCapacity(bytes.count / Self.blockSize + 1)
            var start = 0
            while start < bytes.count {
                index.append(Int32(truncatingIfNeeded: count))
                let end = min(start + Self.blockSize, bytes.count)
                for offset in start..<end where bytes[offset] & 0xC0 != 0x80 { count += 1 }
                start = end
            }
        }
        scalarCount = count
        scalarsBefore = count == bytes.count ? [] : index
        paragraphs = Self.paragraphs(of: bytes)
    }

    /// The scalar offset of a byte offset that lies on a scalar's boundary.
    /// - Complexity: constant.
    package func scalarOffset(ofByte byte: Int) -> Int {
        if scalarsBefore.isEmpty { return byte }
        let block = min(byte / Self.blockSize, scalarsBefore.count - 1)
        var count = Int(scalarsBefore[block])
        for offset in block * Self.blockSize..<byte where utf8[offset] & 0xC0 != 0x80 { count += 1 }
        return count
    }

    /// The byte offset of a scalar offset; offsets outside the text are brought to its ends.
    /// - Complexity: logarithmic.
    package func byteOffset(ofScalar scalar: Int) -> Int {
        if scalar <= 0 { return 0 }
        if scalar >= scalarCount { return utf8.count }
        if scalarsBefore.isEmpty { return scalar }
        var low = 0
        var high = scalarsBefore.count - 1
        while low < high {
            let middle = (low + high + 1) / 2
            if Int(scalarsBefore[middle]) <= scalar { low = middle } else { high = middle - 1 }
        }
        var count = Int(scalarsBefore[low])
        var byte = low * Self.blockSize
        while byte < utf8.count {
            if utf8[byte] & 0xC0 != 0x80 {
                if count == scalar { return byte }
                count += 1
            }
            byte += 1
        }
        return utf8.count
    }

    /// A byte range as a span of scalars.
    package func span(_ bytes: Range<Int>) -> Span {
        Span(scalarOffset(ofByte: bytes.lowerBound), scalarOffset(ofByte: bytes.upperBound))
    }

    /// A span of scalars as a byte range.
    package func bytes(_ span: Span) -> Range<Int> {
        let start = byteOffset(ofScalar: span.start)
        return start..<max(start, byteOffset(ofScalar: span.end))
    }

    /// The text of a span.
    package func string(_ span: Span) -> String { string(bytes(span)) }

    /// The text of a byte range on scalar boundaries.
    package func string(_ bytes: Range<Int>) -> String { String(decoding: utf8[bytes], as: UTF8.self) }

    private static func paragraphs(of bytes: [UInt8]) -> [Range<Int>] {
        var result: [Range<Int>] = []
        bytes.withUnsafeBufferPointer { bytes in
            var start = -1
            var last = 0
            for (offset, byte) in bytes.enumerated() {
                if byte == 0x0A || byte == 0x0D {
                    if start >= 0 { result.append(start..<last) }
                    start = -1
                } else if byte > 0x20 {
                    if start < 0 { start = offset }
                    last = offset + 1
                }
            }
            if start >= 0 { result.append(start..<last) }
        }
        return result
    }
}
