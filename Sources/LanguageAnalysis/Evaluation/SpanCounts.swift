/// How many spans there are, were predicted, and were predicted rightly.
package struct SpanCounts: Sendable, Hashable {
    package var reference = 0
    package var predicted = 0
    package var right = 0

    package init(reference: Int = 0, predicted: Int = 0, right: Int = 0) {
        self.reference = reference
        self.predicted = predicted
        self.right = right
    }

    /// Counts one article; what is given twice counts once.
    init<Item: Hashable>(_ reference: Set<Item>, _ predicted: Set<Item>) {
        self.init(
            reference: reference.count, predicted: predicted.count, right: reference.intersection(predicted).count)
    }

    static func += (a: inout SpanCounts, b: SpanCounts) {
        a.reference += b.reference
        a.predicted += b.predicted
        a.right += b.right
    }

    /// Per cent; 0 where there is nothing to divide by.
    package var precision: Double { predicted == 0 ? 0 : 100 * Double(right) / Double(predicted) }
    package var recall: Double { reference == 0 ? 0 : 100 * Double(right) / Double(reference) }
    package var f1: Double { reference + predicted == 0 ? 0 : 200 * Double(right) / Double(reference + predicted) }

    static let header =
        QuotationScore.left("", 14) + ["gold", "pred", "P", "R", "F1"].map { QuotationScore.right($0, 7) }.joined()

    /// One row of a table below `header`; a dash where there is nothing to divide by.
    func row(_ name: String) -> String {
        let shares: [Double?] = [
            predicted == 0 ? nil : precision, reference == 0 ? nil : recall,
            reference + predicted == 0 ? nil : f1,
        ]
        return QuotationScore.left(name, 14)
            + ([String(reference), String(predicted)]
            + shares.map { $0.map { DecimalText.fixed($0, decimals: 1) } ?? "-" })
            .map { QuotationScore.right($0, 7) }.joined()
    }
}
