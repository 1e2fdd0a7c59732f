package import NewsModel

/// Attribution by cues, quotation marks and position.
package struct RuleQuotationAttributor: QuotationAttributor {
    private let explains: Bool

    /// - Parameter explains: keep how each speaker was found.
    package init(explains: Bool = false) {
        self.explains = explains
    }

    package func attribute(
        _ text: DocumentText, sentences: [Span], entities: EntityLayer, budget: AnalysisBudget
    ) throws -> AttributionLayer {
        try attribute(TokenizedText(text), sentences: sentences, entities: entities, budget: budget)
    }

    func attribute(
        _ scan: TokenizedText, sentences: [Span], entities: EntityLayer, budget: AnalysisBudget
    ) throws -> AttributionLayer {
        let (units, found) = try find(scan, sentences: sentences, budget: budget)
        var resolver = SpeakerResolver(scan, units: units, entities: entities.entities)
        resolver.explains = explains
        let speakers = resolver.resolveAll(found.drafts)
        let quotations = zip(found.drafts, speakers).map { Self.quotation($0, $1.speaker, scan) }
        try budget.check()
        return AttributionLayer(
            entities: resolver.finalEntities(), quotations: quotations, discarded: found.discarded,
            evidence: explains ? speakers.map(\.evidence) : [])
    }

    /// The same quotations before anybody is asked who speaks: what the encoder's features are made of.
    func attributeToNobody(
        _ scan: TokenizedText, sentences: [Span], entities: EntityLayer, budget: AnalysisBudget
    ) throws -> AttributionLayer {
        let (_, found) = try find(scan, sentences: sentences, budget: budget)
        return AttributionLayer(
            entities: entities.entities, quotations: found.drafts.map { Self.quotation($0, nil, scan) },
            discarded: found.discarded)
    }

    private func find(
        _ scan: TokenizedText, sentences: [Span], budget: AnalysisBudget
    ) throws -> (units: [Unit], found: LooseQuotations) {
        let units = try Unit.units(scan, sentences: sentences, budget: budget)
        var drafts: [Draft] = []
        for (number, unit) in units.enumerated() {
            try budget.check()
            drafts.append(contentsOf: CueFinder.drafts(scan, unit, number: number))
        }
        try budget.check()
        var found = LooseQuotations(scan, units: units, drafts: drafts)
        found.attach()
        try budget.check()
        return (units, found)
    }

    static func quotation(_ draft: Draft, _ speaker: Speaker?, _ scan: TokenizedText) -> Quotation {
        let content = joined(draft.content, scan)
        var confidence = draft.confidence
        if speaker == nil { confidence -= 0.2 }
        return Quotation(
            kind: kind(draft.content, scan), content: content.map { scan.text.span($0) },
            cue: draft.cue.map { [scan.span($0)] } ?? [], source: draft.source.map { [scan.span($0)] } ?? [],
            speaker: speaker, polarity: draft.polarity,
            confidence: min(0.99, max(0.05, (confidence * 100).rounded() / 100)))
    }

    /// Content in the order of the text; neighbouring pieces with nothing between them are one.
    private static func joined(_ content: [Range<Int>], _ scan: TokenizedText) -> [Range<Int>] {
        var result: [Range<Int>] = []
        var lastToken = -1
        for piece in content.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            let bytes = scan.bytes(piece)
            if let last = result.last, piece.lowerBound <= lastToken {
                result[result.count - 1] = last.lowerBound..<max(last.upperBound, bytes.upperBound)
            } else {
                result.append(bytes)
            }
            lastToken = max(lastToken, piece.upperBound)
        }
        return result
    }

    private static func kind(_ content: [Range<Int>], _ scan: TokenizedText) -> Quotation.Kind {
        var inside = 0
        var outside = 0
        for piece in content {
            for token in piece where scan.tokens[token].isWord || scan.tokens[token].kind == .number {
                if scan.marks.regionOfToken[token] >= 0 { inside += 1 } else { outside += 1 }
            }
        }
        if inside == 0 { return .indirect }
        return outside == 0 || (outside == 1 && inside > 3) ? .direct : .mixed
    }
}
