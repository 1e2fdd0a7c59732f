/// Changes inputs, the same way for the same seed (SplitMix64; Steele, Lea and Flood 2014).
package struct Mutator: Sendable {
    private var state: UInt64
    private let dictionary: [[UInt8]]
    private let maximumBytes: Int
    /// At limits that lengths and numbers are often wrong about.
    private static let numbers: [UInt64] = [
        0, 1, 0x7F, 0x80, 0xFF, 0x100, 0x7FFF, 0xFFFF, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF, 0x1_0000_0000,
        0x7FFF_FFFF_FFFF_FFFF, 0x8000_0000_0000_0000, 0xFFFF_FFFF_FFFF_FFFF,
    ]
    private static let decimals = [
        "0", "-1", "1e999", "2147483648", "9007199254740993", "9223372036854775807", "9223372036854775808", "-9223372036854775808",
        "18446744073709551615", "0.1e-400",
    ].map { Array($0.utf8) }

    package init(seed: UInt64, dictionary: [[UInt8]], maximumBytes: Int) {
        state = seed
        self.dictionary = dictionary
        self.maximumBytes = maximumBytes
    }

    package mutating func random() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// From 0 to a bound, which must be above 0.
    package mutating func below(_ bound: Int) -> Int { Int(random() % UInt64(bound)) }

    /// An input with a few changes.
    /// - Parameter other: another input, to take pieces from.
    package mutating func mutate(_ input: [UInt8], with other: [UInt8]) -> [UInt8] {
        var bytes = input
        for _ in 0...min(below(8), below(8)) { change(&bytes, other) }
        // Now and then something very long: time must grow with length alone.
        if random() % 512 == 0 { repeatPiece(&bytes, times: 1 << (4 + below(10))) }
        if bytes.count > maximumBytes { bytes.removeSubrange(maximumBytes...) }
        return bytes
    }

    private mutating func change(_ bytes: inout [UInt8], _ other: [UInt8]) {
        guard !bytes.isEmpty else {
            bytes = other.isEmpty ? [UInt8(truncatingIfNeeded: random())] : other
            return
        }
        let place = below(bytes.count)
        switch below(dictionary.isEmpty ? 10 : 14) {
        case 0: bytes[place] ^= 1 << UInt8(below(8))
        case 1: bytes[place] = UInt8(truncatingIfNeeded: random())
        case 2: bytes[place] &+= UInt8(truncatingIfNeeded: below(2) == 0 ? 1 : 255)
        case 3: bytes.removeSubrange(piece(of: bytes.count))
        case 4: bytes.insert(contentsOf: bytes[piece(of: bytes.count)], at: place)
        case 5: repeatPiece(&bytes, times: 2 + below(6))
        case 6: writeNumber(&bytes, at: place)
        case 7: replaceDigits(&bytes, near: place)
        case 8:
            guard !other.isEmpty else { return }
            bytes.insert(contentsOf: other[piece(of: other.count)], at: place)
        case 9:
            guard !other.isEmpty else { return }
            bytes.replaceSubrange(place..., with: other[below(other.count)...])
        case 10, 11: bytes.insert(contentsOf: dictionary[below(dictionary.count)], at: place)
        default:
            let word = dictionary[below(dictionary.count)]
            bytes.replaceSubrange(place..<min(bytes.count, place + word.count), with: word)
        }
    }

    /// Mostly short.
    private mutating func piece(of count: Int) -> Range<Int> {
        let start = below(count)
        let longest = random() % 4 == 0 ? count : min(count, 16)
        return start..<min(count, start + 1 + below(longest))
    }

    private mutating func repeatPiece(_ bytes: inout [UInt8], times: Int) {
        guard !bytes.isEmpty else { return }
        let piece = piece(of: bytes.count)
        var repeated: [UInt8] = []
        for _ in 0..<times where repeated.count < maximumBytes { repeated += bytes[piece] }
        bytes.insert(contentsOf: repeated, at: piece.upperBound)
    }

    /// Fixed width in either order of bytes, or LEB128.
    private mutating func writeNumber(_ bytes: inout [UInt8], at place: Int) {
        var value = Self.numbers[below(Self.numbers.count)] &+ UInt64(below(3)) &- 1
        if below(4) == 0 {
            var digits: [UInt8] = []
            repeat {
                digits.append(UInt8(truncatingIfNeeded: value & 0x7F) | (value > 0x7F ? 0x80 : 0))
                value >>= 7
            } while value > 0
            bytes.replaceSubrange(place..<min(bytes.count, place + 1), with: digits)
            return
        }
        let width = 1 << below(4)
        let isBigEndian = below(4) == 0
        for offset in 0..<width where place + offset < bytes.count {
            let shift = UInt64(8 * (isBigEndian ? width - 1 - offset : offset))
            bytes[place + offset] = UInt8(truncatingIfNeeded: value >> shift)
        }
    }

    private mutating func replaceDigits(_ bytes: inout [UInt8], near place: Int) {
        let isDigit = { (byte: UInt8) in byte >= 0x30 && byte <= 0x39 }
        guard let start = bytes[place...].firstIndex(where: isDigit) else { return }
        let end = bytes[start...].firstIndex { !isDigit($0) } ?? bytes.endIndex
        bytes.replaceSubrange(start..<end, with: Self.decimals[below(Self.decimals.count)])
    }
}
