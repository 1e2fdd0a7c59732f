package import NewsModel

/// What the scorer of candidates is trained on: annotated attributions run through the service's own code.
package struct SpeakerExamples {
    /// One attribution of an annotated article, in scalars.
    package struct Attribution: Sendable {
        package var content: [Span]
        package var cue: [Span]
        package var source: [Span]
        /// Whether the source speaks; false for a mere mention of a corpus of coreference.
        package var speaks: Bool

        package init(content: [Span], cue: [Span], source: [Span], speaks: Bool = true) {
            self.content = content
            self.cue = cue
            self.source = source
            self.speaks = speaks
        }
    }

    /// One pronoun or description with those whom it may mean.
    package struct Ranking: Sendable {
        /// Index of the attribution.
        package var attribution: Int
        package var form: String
        /// The candidates' names; nil is somebody not mentioned before.
        package var names: [String?]
        package var features: [[Float]]
    }

    package static let featureNames = CandidateFeatures.Slot.allCases.map { "\($0)" }

    /// Whether there are as many weights as some network over the features has.
    package static func accepts(_ weights: [Float]) -> Bool { !CandidateScorer(weights: weights).isEmpty }

    /// - Parameter weights: of the scorer that decides on the way; nil: the shipped ones.
    /// - Returns: the rankings, and for each attribution the speaker and how it was found.
    /// - Throws: `AnalysisError.overTime`.
    package static func run(
        _ text: DocumentText, sentences: [Span], entities: [Entity], attributions: [Attribution], weights: [Float]? = nil,
        budget: AnalysisBudget
    ) throws -> (rankings: [Ranking], speakers: [(speaker: Speaker?, rule: SpeakerEvidence.Rule)]) {
        let scan = TokenizedText(text)
        let units = try Unit.units(scan, sentences: sentences, budget: budget)
        let drafts = attributions.map { attribution -> Draft in
            let range = { (spans: [Span]) -> Range<Int>? in
                let tokens = spans.map { scan.tokens(in: $0) }.filter { !$0.isEmpty }
                return tokens.first
            }
            let content = attribution.content.map { scan.tokens(in: $0) }.filter { !$0.isEmpty }
            let (cue, source) = (range(attribution.cue), range(attribution.source))
            let place = cue?.lowerBound ?? source?.lowerBound ?? content.first?.lowerBound ?? 0
            let unit = units.index(ofToken: place)
            return Draft(
                content: content, cue: cue, source: source, confidence: 1, unit: unit,
                block: units.indices.contains(unit) ? units[unit].block : 0)
        }
        let scorer = weights.map { CandidateScorer(weights: $0) } ?? .shipped
        var resolver = SpeakerResolver(scan, units: units, entities: entities, scorer: scorer)
        resolver.keepsRanking = true
        var speakers = [(speaker: Speaker?, rule: SpeakerEvidence.Rule)](repeating: (nil, .none), count: drafts.count)
        var rankings: [Ranking] = []
        for index in resolver.order(drafts) {
            let speaker = resolver.resolve(drafts[index], speaks: attributions[index].speaks)
            speakers[index] = (speaker, resolver.evidence.rule)
            guard let (anaphor, candidates, features) = resolver.ranking else { continue }
            let names = candidates.map { $0.participant.map { resolver.discourse.participants[$0].entity.name } }
            rankings.append(Ranking(attribution: index, form: "\(anaphor.form)", names: names, features: features))
        }
        resolver.resolveSelves(drafts) { index, outer in speakers[index] = (speakers[outer].speaker, .pronoun) }
        return (rankings, speakers)
    }
}
