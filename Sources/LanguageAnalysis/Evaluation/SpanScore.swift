package import NewsModel

/// Strict precision and recall of spans by type: entities by their types, sentences as one type.
package struct SpanScore: Sendable {
    package struct Counts: Sendable, Hashable {
        package var reference = 0
        package var predicted = 0
        package var right = 0

        /// Per cent; 0 where there is nothing to divide by.
        package var precision: Double { predicted == 0 ? 0 : 100 * Double(right) / Double(predicted) }
        package var recall: Double { reference == 0 ? 0 : 100 * Double(right) / Double(reference) }
        package var f1: Double {
            reference + predicted == 0 ? 0 : 200 * Double(right) / Double(reference + predicted)
        }
    }

    /// By type; `ALL` is their sum.
    package private(set) var counts: [String: Counts] = [:]

    package init() {}

    /// Counts one article: a span is right if start, end and type are.
    package mutating func add(reference: [(span: Span, type: String)], predicted: [(span: Span, type: String)]) {
        struct Typed: Hashable { var span: Span, type: String }
        let golds = Set(reference.map { Typed(span: $0.span, type: $0.type) })
        let preds = Set(predicted.map { Typed(span: $0.span, type: $0.type) })
        for gold in golds {
            counts[gold.type, default: Counts()].reference += 1
            counts["ALL", default: Counts()].reference += 1
        }
        for pred in preds {
            counts[pred.type, default: Counts()].predicted += 1
            counts["ALL", default: Counts()].predicted += 1
            guard golds.contains(pred) else { continue }
            counts[pred.type, default: Counts()].right += 1
            counts["ALL", default: Counts()].right += 1
        }
    }

    /// Counts the sentences of one article by where they end, the white space around them left out.
    package mutating func add(sentences reference: [Span], predicted: [Span]) {
        add(
            reference: reference.map { (Span($0.end, $0.end), "SENTENCE") },
            predicted: predicted.map { (Span($0.end, $0.end), "SENTENCE") })
    }

    /// One row a type, `ALL` first.
    package var table: String {
        let header =
            QuotationScore.left("", 14) + ["gold", "pred", "P", "R", "F1"].map { QuotationScore.right($0, 7) }.joined()
        let rows = counts.keys.sorted { ($0 == "ALL" ? "" : $0) < ($1 == "ALL" ? "" : $1) }.map { type in
            let row = counts[type] ?? Counts()
            return QuotationScore.left(type, 14)
                + ([String(row.reference), String(row.predicted)]
                + [row.precision, row.recall, row.f1].map { DecimalText.fixed($0, decimals: 1) })
                .map { QuotationScore.right($0, 7) }.joined()
        }
        return ([header] + rows).joined(separator: "\n")
    }
}
