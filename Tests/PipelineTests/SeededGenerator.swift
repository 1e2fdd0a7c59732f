import Foundation
import NewsModel

/// SplitMix64 (Steele, Lea, Flood 2014): the same seed gives the same run.
struct SeededGenerator: RandomNumberGenerator {
    let seed: UInt64
    private var state: UInt64

    init(seed: UInt64) {
        self.seed = seed
        state = seed
    }

    /// A new seed each run, or that of `QUOTED_TEST_SEED`; printed, so that a failure can be run again.
    static func announced(_ test: String = #function) -> SeededGenerator {
        let given = ProcessInfo.processInfo.environment["QUOTED_TEST_SEED"].flatMap { UInt64($0) }
        let seed = given ?? UInt64.random(in: 1...999_999_999)
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

    mutating func bytes(_ count: Int) -> [UInt8] { (0..<count).map { _ in UInt8.random(in: 0...255, using: &self) } }

    /// Any size of integer is as likely as any other: short and long encodings all occur.
    mutating func integer() -> UInt64 { next() >> UInt64(below(64)) }

    mutating func count() -> Int { Int(integer() >> 1) }

    mutating func array<Element>(upTo most: Int, _ element: (inout SeededGenerator) -> Element) -> [Element] {
        (0..<below(most + 1)).map { _ in element(&self) }
    }

    mutating func choice<Choice: CaseIterable>() -> Choice where Choice.AllCases == [Choice] {
        Choice.allCases[below(Choice.allCases.count)]
    }

    mutating func string(upTo most: Int = 24) -> String {
        let scalars: [Unicode.Scalar] = [
            "a", "Z", " ", "\0", "\n", "\"", "é", "\u{301}", "“", "я", "漢", "🙂", "\u{10FFFF}",
        ]
        var string = String.UnicodeScalarView()
        for _ in 0..<below(most + 1) { string.append(scalars[below(scalars.count)]) }
        return String(string)
    }

    mutating func optionalString() -> String? { chance(40) ? nil : string() }

    mutating func span() -> Span {
        let start = chance(5) ? Int.max - 1000 : below(1_000_000)
        return Span(start, start + below(500))
    }
}
