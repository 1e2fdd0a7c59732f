/// An amount of memory or disk, in bytes.
package struct ByteCount: Sendable, Hashable, Comparable {
    /// The amount in bytes.
    package var bytes: Int

    package init(bytes: Int) {
        self.bytes = bytes
    }

    /// `count` × 1,024 bytes.
    package static func kibibytes(_ count: Int) -> ByteCount { ByteCount(bytes: count << 10) }
    /// `count` × 1,024² bytes.
    package static func mebibytes(_ count: Int) -> ByteCount { ByteCount(bytes: count << 20) }
    /// `count` × 1,024³ bytes.
    package static func gibibytes(_ count: Int) -> ByteCount { ByteCount(bytes: count << 30) }

    package static func < (left: ByteCount, right: ByteCount) -> Bool {
        left.bytes < right.bytes
    }
}

extension ByteCount: CustomStringConvertible {
    /// As the configuration writes it: the largest unit that divides it, "8 MiB", or a number of bytes.
    package var description: String {
        for (unit, shift) in [("TiB", 40), ("GiB", 30), ("MiB", 20), ("KiB", 10)]
        where bytes != 0 && bytes & ((1 << shift) - 1) == 0 {
            return "\(bytes >> shift) \(unit)"
        }
        return "\(bytes) B"
    }
}
