internal import NewsModel

/// What is scored.
package struct ScoreOptions: Sendable {
    /// Reported speech alone: attitudes are neither asked for nor counted against a prediction that finds them.
    package var speechOnly: Bool
    /// Direct and mixed quotations alone, all content clipped to the insides of quotation marks.
    package var directOnly: Bool
    /// Quotations of fewer words are left out, after clipping.
    package var minimumWords: Int
    /// Predictions below are left out; 0 … 1.
    package var minimumConfidence: Double

    package init(
        speechOnly: Bool = false, directOnly: Bool = false, minimumWords: Int = 1, minimumConfidence: Double = 0
    ) {
        self.speechOnly = speechOnly
        self.directOnly = directOnly
        self.minimumWords = minimumWords
        self.minimumConfidence = minimumConfidence
    }
}

/// Counts over articles: how many quotations were found, and whose speakers are right.
///
/// A prediction matches a reference at a token overlap (intersection over union) of at least one half, one to one, the
/// best overlap first. *Said* is matched with the right speaker; *named* is said with a person's full name.
package struct QuotationScore: Sendable {
    package enum Measure: Sendable, Hashable {
        case reference, predicted, matched, exact, said, named, sources, sourcesRight
        case referenceTokens, predictedTokens, commonTokens
    }

    struct Key: Hashable { var measure: Measure, group: String }

    package let options: ScoreOptions
    /// Articles counted, and those of them without any prediction.
    package private(set) var articles = 0
    package private(set) var withoutPrediction = 0
    private var counts: [Key: Int] = [:]

    package init(options: ScoreOptions = ScoreOptions()) {
        self.options = options
    }

    /// The count of a measure in a group: `ALL`, `gold:direct`, `pred:mixed`, `source:pronoun` …
    package func count(_ measure: Measure, _ group: String = "ALL") -> Int {
        counts[Key(measure: measure, group: group)] ?? 0
    }

    /// F1 of *said* over all quotations, in per cent; 0 without any.
    package var saidF1: Double { f1(.said) }

    /// F1 of *named* over all quotations, in per cent; 0 without any.
    package var namedF1: Double { f1(.named) }

    private func f1(_ measure: Measure) -> Double {
        let all = count(.reference) + count(.predicted)
        return all == 0 ? 0 : 200 * Double(count(measure)) / Double(all)
    }

    private mutating func add(_ measure: Measure, _ group: String, _ number: Int) {
        counts[Key(measure: measure, group: group), default: 0] += number
    }

    // MARK: Counting

    private typealias Item<Value> = (value: Value, tokens: Set<Int>)

    /// Counts one article. - Parameter predictions: nil when there is no prediction at all.
    package mutating func add(_ article: ReferenceArticle, _ predictions: [PredictedQuotation]?) {
        articles += 1
        if predictions == nil { withoutPrediction += 1 }
        let text = ScoredText(article.text)
        var references = article.attributions ?? []
        var predicted = (predictions ?? []).filter { ($0.confidence ?? 1) >= options.minimumConfidence }
        if options.directOnly {
            let regions = QuotedRegions.find(text.scalars)
            references = references.filter { $0.kind != .indirect }
            for index in references.indices {
                references[index].content = Self.clip(references[index].content, regions)
            }
            for index in predicted.indices { predicted[index].content = Self.clip(predicted[index].content, regions) }
        }
        let golds = references.map { (value: $0, tokens: text.tokens(in: $0.content)) }
            .filter { $0.tokens.count >= options.minimumWords }
        let preds = predicted.map { (value: $0, tokens: text.tokens(in: $0.content)) }
            .filter { $0.tokens.count >= options.minimumWords }
        count(golds, preds, text)
    }

    private static func clip(_ spans: [Span], _ regions: [Span]) -> [Span] {
        spans.flatMap { span in
            regions.filter { span.start < $0.end && $0.start < span.end }
                .map { Span(max(span.start, $0.start), min(span.end, $0.end)) }
        }
    }

    /// Reference by prediction, one to one.
    private func match(_ golds: [Item<ReferenceAttribution>], _ preds: [Item<PredictedQuotation>]) -> [Int: Int] {
        var pairs: [(overlap: Double, gold: Int, pred: Int)] = []
        for (i, gold) in golds.enumerated() {
            for (j, pred) in preds.enumerated() {
                let common = gold.tokens.intersection(pred.tokens).count
                if common > 0 {
                    pairs.append((Double(common) / Double(gold.tokens.count + pred.tokens.count - common), i, j))
                }
            }
        }
        pairs.sort { ($1.overlap, $0.gold, $0.pred) < ($0.overlap, $1.gold, $1.pred) }
        var mates: [Int: Int] = [:]
        var taken: Set<Int> = []
        for pair in pairs where pair.overlap >= 0.5 && mates[pair.gold] == nil && !taken.contains(pair.pred) {
            mates[pair.gold] = pair.pred
            taken.insert(pair.pred)
        }
        return mates
    }

    private mutating func count(
        _ golds: [Item<ReferenceAttribution>], _ preds: [Item<PredictedQuotation>], _ text: ScoredText
    ) {
        var mates = match(golds, preds)
        var spare: Set<Int> = []
        var leftOut: Set<Int> = []
        var gone: Set<Int> = []
        if options.speechOnly {
            // what is no speech leaves together with what found it
            leftOut = Set(golds.indices.filter { !golds[$0].value.isSpeech })
            for index in leftOut { spare.formUnion(golds[index].tokens) }
            let taken = Set(mates.values)
            gone = Set(leftOut.compactMap { mates[$0] })
            for (index, pred) in preds.enumerated() where !taken.contains(index) {
                if 2 * pred.tokens.intersection(spare).count >= pred.tokens.count { gone.insert(index) }
            }
            mates = mates.filter { !leftOut.contains($0.key) }
        }
        let kept = golds.indices.filter { !leftOut.contains($0) }.map { golds[$0] }
        let keptPredictions = preds.indices.filter { !gone.contains($0) }.map { preds[$0] }
        for gold in kept {
            for group in ["ALL", "gold:" + gold.value.kind.rawValue, "source:" + text.sourceForm(gold.value)] {
                add(.reference, group, 1)
            }
        }
        for pred in keptPredictions {
            for group in ["ALL", Self.group(pred.value)] { add(.predicted, group, 1) }
        }
        for (i, j) in mates { countMatch(golds[i], preds[j], text) }
        countTokens(kept, keptPredictions, spare)
    }

    private static func group(_ prediction: PredictedQuotation) -> String {
        "pred:" + (prediction.kind?.rawValue ?? "None")
    }

    private mutating func countMatch(
        _ gold: Item<ReferenceAttribution>, _ pred: Item<PredictedQuotation>, _ text: ScoredText
    ) {
        let right = SpeakerComparison.isRight(pred.value, gold.value, text.scalars)
        let full = right && SpeakerComparison.isFullyNamed(pred.value, gold.value)
        let source = SpeakerComparison.touch(pred.value.source, gold.value.source)
        let groups = [
            "ALL", "gold:" + gold.value.kind.rawValue, "source:" + text.sourceForm(gold.value), Self.group(pred.value),
        ]
        for group in groups {
            add(.matched, group, 1)
            add(.exact, group, gold.tokens == pred.tokens ? 1 : 0)
            add(.said, group, right ? 1 : 0)
            add(.named, group, full ? 1 : 0)
            add(.sources, group, gold.value.source.isEmpty ? 0 : 1)
            add(.sourcesRight, group, source ? 1 : 0)
        }
    }

    private mutating func countTokens(
        _ golds: [Item<ReferenceAttribution>], _ preds: [Item<PredictedQuotation>], _ spare: Set<Int>
    ) {
        let allGold = golds.reduce(into: Set<Int>()) { $0.formUnion($1.tokens) }
        let forgiven = spare.subtracting(allGold)
        let allPredicted = preds.reduce(into: Set<Int>()) { $0.formUnion($1.tokens) }.subtracting(forgiven)
        add(.referenceTokens, "ALL", allGold.count)
        add(.predictedTokens, "ALL", allPredicted.count)
        add(.commonTokens, "ALL", allGold.intersection(allPredicted).count)
        for kind in Quotation.Kind.allCases {
            let gold = golds.filter { $0.value.kind == kind }.reduce(into: Set<Int>()) { $0.formUnion($1.tokens) }
            let predicted = preds.filter { $0.value.kind == kind }
                .reduce(into: Set<Int>()) { $0.formUnion($1.tokens) }.subtracting(forgiven)
            add(.referenceTokens, "gold:" + kind.rawValue, gold.count)
            add(.commonTokens, "gold:" + kind.rawValue, gold.intersection(allPredicted).count)
            add(.predictedTokens, "pred:" + kind.rawValue, predicted.count)
            add(.commonTokens, "pred:" + kind.rawValue, predicted.intersection(allGold).count)
        }
    }
}
