package import NewsModel

/// Precision and recall of sentence boundaries: a predicted sentence is right if a sentence of the reference ends with
/// the same scalar, white space at its end left out. Where sentences start is not asked. All articles are counted
/// together; the last sentence of an article counts like any other.
package struct SentenceScore: Sendable {
    package private(set) var articles = 0
    package private(set) var counts = SpanCounts()

    package init() {}

    package mutating func add(_ text: String, reference: [Span], predicted: [Span]) {
        let scalars = Array(text.unicodeScalars)
        articles += 1
        counts += SpanCounts(Self.ends(reference, scalars), Self.ends(predicted, scalars))
    }

    private static func ends(_ sentences: [Span], _ text: [Unicode.Scalar]) -> Set<Int> {
        Set(
            sentences.map { sentence in
                var end = min(sentence.end, text.count)
                while end > sentence.start, text[end - 1].properties.isWhitespace { end -= 1 }
                return end
            })
    }

    package var table: String {
        ["\(articles) articles, sentences by their ends", SpanCounts.header, counts.row("SENTENCE")]
            .joined(separator: "\n")
    }
}
