import Foundation

/// Random numbers that a printed seed brings back (SplitMix64; Steele et al. 2014).
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    /// A seed of its own, or that in the environment's QUOTED_TEST_SEED; printed either way.
    static func announced(_ test: String = #function) -> SeededGenerator {
        let seed = ProcessInfo.processInfo.environment["QUOTED_TEST_SEED"].flatMap { UInt64($0) } ?? UInt64.random(in: 0..<1 << 48)
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

    mutating func below(_ bound: Int) -> Int { Int.random(in: 0..<bound, using: &self) }
    mutating func chance(_ percent: Int) -> Bool { below(100) < percent }
}
