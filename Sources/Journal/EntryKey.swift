/// Sixteen bytes that name what an entry holds, for instance a truncated SHA-256 of an article's identity.
package struct EntryKey: Sendable, Hashable {
    package var high: UInt64
    package var low: UInt64

    package init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// Takes the first sixteen bytes; fewer are filled up with zeros.
    package init(_ bytes: some Collection<UInt8>) {
        var words: (UInt64, UInt64) = (0, 0)
        for (index, byte) in bytes.prefix(16).enumerated() {
            if index < 8 {
                words.0 |= UInt64(byte) << UInt64(56 - 8 * index)
            } else {
                words.1 |= UInt64(byte) << UInt64(120 - 8 * index)
            }
        }
        self.init(high: words.0, low: words.1)
    }

    /// No key.
    package static let none = EntryKey(high: 0, low: 0)

    /// The sixteen bytes, most significant first.
    package var bytes: [UInt8] {
        (0..<16).map { UInt8(truncatingIfNeeded: ($0 < 8 ? high : low) >> UInt64(56 - 8 * ($0 & 7))) }
    }
}

extension EntryKey: CustomStringConvertible {
    package var description: String {
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        for byte in bytes {
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }
}
