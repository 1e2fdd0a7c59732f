package import NewsModel

/// Attribution from the trained tagger's spans and links.
package struct ModelQuotationAttributor: QuotationAttributor {
    private let settings: DecodingSettings
    private let explains: Bool

    /// - Parameter explains: keep how each speaker was found.
    package init(settings: DecodingSettings, explains: Bool = false) {
        self.settings = settings
        self.explains = explains
    }

    /// Without roles in `entities` there is nothing to attribute.
    package func attribute(
        _ text: DocumentText, sentences: [Span], entities: EntityLayer, budget: AnalysisBudget
    ) throws -> AttributionLayer {
        let scan = TokenizedText(text)
        let units = try Unit.units(scan, sentences: sentences, budget: budget)
        guard !units.isEmpty, let roles = entities.roles else { return AttributionLayer(entities: entities.entities) }
        let people = Set(
            entities.entities.filter { $0.type == .person }
                .compactMap { FoldedKey.ofLastWord($0.name) })
        let lines = TranscriptLines.find(scan, people: people)
        let drafts = TranscriptLines.merged(
            DraftBuilder.drafts(scan, units: units, roles: roles), lines, units: units)
        try budget.check()
        var loose = LooseQuotations(scan, units: units, drafts: drafts)
        if roles.markScores.count == scan.marks.regions.count {
            let threshold = settings.markThreshold
            loose.isSpeech = { roles.markScores[$0] >= threshold }
        }
        loose.attach()
        try budget.check()
        let (speaking, others) = Self.split(entities.entities)
        var resolver = SpeakerResolver(scan, units: units, entities: speaking)
        resolver.explains = explains
        let speakers = resolver.resolveAll(loose.drafts)
        var quotations: [Quotation] = []
        for (draft, found) in zip(loose.drafts, speakers) {
            var quotation = RuleQuotationAttributor.quotation(draft, found.speaker, scan)
            quotation.confidence = (settings.calibrated(Float(draft.confidence)) * 100).rounded() / 100
            quotations.append(quotation)
        }
        try budget.check()
        return AttributionLayer(
            entities: Self.merged(resolver.finalEntities(), others), quotations: quotations,
            discarded: loose.discarded, evidence: explains ? speakers.map(\.evidence) : [])
    }

    /// Dates and sums of money never speak.
    private static func split(_ entities: [Entity]) -> (speaking: [Entity], others: [Entity]) {
        var (speaking, others): ([Entity], [Entity]) = ([], [])
        for entity in entities {
            if entity.type == .date || entity.type == .money { others.append(entity) } else { speaking.append(entity) }
        }
        return (speaking, others)
    }

    private static func merged(_ a: [Entity], _ b: [Entity]) -> [Entity] {
        (a + b).sorted { first, second in
            guard let one = first.mentions.first, let other = second.mentions.first else { return first.id < second.id }
            return one.span < other.span
        }
    }
}
