internal import NewsModel

/// The way from scalar offsets to byte offsets of a text.
struct ScalarIndex {
    private static let blockSize = 64

    /// Scalars before each block of bytes; empty for pure ASCII, where the two offsets are the same.
    private let scalarsBefore: [Int32]
    private let scalarCount: Int
    private let byteCount: Int

    init(_ utf8: UnsafeBufferPointer<UInt8>) {
        var blocks: [Int32] = []
        blocks.reserveCapacity(utf8.count / Self.blockSize + 1)
        var count = 0
        var start = 0
        while start < utf8.count {
            blocks.append(Int32(truncatingIfNeeded: count))
            let end = min(start + Self.blockSize, utf8.count)
            var continuations = 0
            for offset in start..<end { continuations &+= utf8[offset] & 0xC0 == 0x80 ? 1 : 0 }
            count += end - start - continuations
            start = end
        }
        scalarCount = count
        byteCount = utf8.count
        scalarsBefore = count == utf8.count ? [] : blocks
    }

    /// Offsets outside the text are brought to its ends.
    /// - Complexity: logarithmic.
    func byteOffset(_ scalar: Int, in utf8: UnsafeBufferPointer<UInt8>) -> Int {
        if scalar <= 0 { return 0 }
        if scalar >= scalarCount { return byteCount }
        if scalarsBefore.isEmpty { return scalar }
        var low = 0
        var high = scalarsBefore.count - 1
        while low < high {
            let middle = (low + high + 1) / 2
            if Int(scalarsBefore[middle]) <= scalar { low = middle } else { high = middle - 1 }
        }
        var count = Int(scalarsBefore[low])
        var byte = low * Self.blockSize
        while byte < byteCount {
            if utf8[byte] & 0xC0 != 0x80 {
                if count == scalar { return byte }
                count += 1
            }
            byte += 1
        }
        return byteCount
    }

    func bytes(_ span: Span, of utf8: UnsafeBufferPointer<UInt8>) -> Range<Int> {
        let start = byteOffset(span.start, in: utf8)
        return start..<max(start, byteOffset(span.end, in: utf8))
    }
}
