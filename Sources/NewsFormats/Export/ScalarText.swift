internal import NewsModel

/// A text by its scalars, for spans and what stands around them.
struct ScalarText {
    let scalars: [Unicode.Scalar]

    init(_ text: String) { scalars = Array(text.unicodeScalars) }

    /// The text of a span; what lies outside of the text is left out.
    subscript(span: Span) -> String {
        let start = min(max(span.start, 0), scalars.count)
        return string(start..<min(max(span.end, start), scalars.count))
    }

    /// The spans' text as a record has it: joined by a space.
    func joined(_ spans: [Span]) -> String { spans.map { self[$0] }.joined(separator: " ") }

    /// At most `count` scalars before a place, and after one.
    func before(_ offset: Int, _ count: Int) -> String {
        let end = min(max(offset, 0), scalars.count)
        return string(max(0, end - count)..<end)
    }

    func after(_ offset: Int, _ count: Int) -> String {
        let start = min(max(offset, 0), scalars.count)
        return string(start..<min(scalars.count, start + count))
    }

    private func string(_ range: Range<Int>) -> String {
        var text = String.UnicodeScalarView()
        text.append(contentsOf: scalars[range])
        return String(text)
    }
}
