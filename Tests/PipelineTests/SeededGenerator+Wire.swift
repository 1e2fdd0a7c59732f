import NewsModel
import TestSupport

extension SeededGenerator {
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
