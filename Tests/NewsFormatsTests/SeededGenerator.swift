/// Random numbers that a printed seed brings back (SplitMix64; Steele et al. 2014).
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    /// A seed of its own, or that in the environment's QUOTED_TEST_SEED; printed either way.
    static func announced(_ test: String = #function) -> SeededGenerator {
        let seed = environment("QUOTED_TEST_SEED").flatMap { UInt64($0) } ?? UInt64.random(in: 0..<1 << 48)
        print("\(test): QUOTED_TEST_SEED=\(seed)")
        return SeededGenerator(seed: seed)
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    /// Letters, marks, escapes, white space, emoji, combining marks: whatever makes trouble.
    mutating func text(upTo length: Int) -> String {
        let alphabet: [Unicode.Scalar] = [
            "a", "b", "Z", "1", " ", " ", ".", ",", "\n", "\r", "\t", "\"", "\\", "/", "“", "”", "’", "é", "ß", "\u{301}",
            "\u{A0}", "\u{2028}", "中", "😀", "\u{10FFFF}", "\u{FEFF}", "\u{7F}", "{", "}", "[", "]",
        ]
        var text = ""
        for _ in 0..<Int.random(in: 0...length, using: &self) {
            text.unicodeScalars.append(alphabet[Int.random(in: 0..<alphabet.count, using: &self)])
        }
        return text
    }
}
