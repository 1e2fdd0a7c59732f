extension QuotationScore {
    private static let groups =
        [
            "ALL", "gold:direct", "gold:mixed", "gold:indirect", "pred:direct", "pred:mixed", "pred:indirect",
            "pred:None",
        ]
        + ["source:name", "source:pronoun", "source:description", "source:no source"]

    /// The table, one row a group; per cent, a dash where there is nothing to divide by.
    package var table: String {
        var lines = [
            "\(articles) articles"
                + (withoutPrediction == 0
                    ? "" : ", \(withoutPrediction) of them without a prediction line (counted as empty)"),
            Self.left("", 19) + " " + Self.right("gold", 6) + " " + Self.right("pred", 6) + " | "
                + ["content P  R  F1", "exact P  R  F1", "tokens P  R  F1"].map { Self.left($0, 17) }
                .joined(separator: " | ") + " | " + Self.right("src", 5) + " | " + Self.right("who", 5) + " | "
                + Self.left("SAID P  R  F1", 17) + " | " + Self.left("NAMED", 5),
        ]
        for group in Self.groups where count(.reference, group) > 0 || count(.predicted, group) > 0 {
            lines.append(row(group))
        }
        return lines.joined(separator: "\n")
    }

    private func row(_ group: String) -> String {
        func triple(_ hit: Measure, _ gold: Measure = .reference, _ pred: Measure = .predicted) -> [Double?] {
            let (hits, golds, preds) = (count(hit, group), count(gold, group), count(pred, group))
            let f1 = golds > 0 && preds > 0 ? Self.ratio(2 * hits, golds + preds) : nil
            return [Self.ratio(hits, preds), Self.ratio(hits, golds), f1]
        }
        func text(_ triple: [Double?]) -> String { triple.map(Self.percent).joined(separator: " ") }
        let named = triple(.named)
        return [
            Self.left(group, 19) + " " + Self.right(String(count(.reference, group)), 6) + " "
                + Self.right(String(count(.predicted, group)), 6),
            text(triple(.matched)), text(triple(.exact)),
            text(triple(.commonTokens, .referenceTokens, .predictedTokens)),
            Self.percent(Self.ratio(count(.sourcesRight, group), count(.sources, group))),
            Self.percent(Self.ratio(count(.said, group), count(.matched, group))),
            text(triple(.said)), Self.percent(named[2] ?? named[1]),
        ].joined(separator: " | ")
    }

    /// A quotient rounded to four decimals; nil when divided by nothing.
    static func ratio(_ a: Int, _ b: Int) -> Double? {
        b == 0 ? nil : Double(DecimalText.fixed(Double(a) / Double(b), decimals: 4))
    }

    static func percent(_ value: Double?) -> String {
        value.map { right(DecimalText.fixed(100 * $0, decimals: 1), 5) } ?? "    -"
    }

    static func left(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }

    static func right(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - text.count)) + text
    }
}
