/// A half-open range of Unicode scalars (code points) of an analysed text.
package struct Span: Sendable, Hashable, Comparable {
    /// Offset of the first scalar.
    package var start: Int
    /// Offset after the last scalar.
    package var end: Int

    package init(_ start: Int, _ end: Int) {
        self.start = start
        self.end = end
    }

    /// Length in scalars.
    package var count: Int { end - start }

    package func contains(_ other: Span) -> Bool { start <= other.start && other.end <= end }
    package func overlaps(_ other: Span) -> Bool { start < other.end && other.start < end }

    package static func < (a: Span, b: Span) -> Bool { (a.start, a.end) < (b.start, b.end) }
}
