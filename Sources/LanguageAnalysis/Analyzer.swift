package import NewsModel

/// Finds the sentences of a text.
package protocol SentenceSplitter: Sendable {
    /// - Returns: spans in scalars, in order, not overlapping, none empty.
    /// - Throws: `AnalysisError.overTime`.
    func split(_ text: DocumentText, budget: AnalysisBudget) throws -> [Span]
}

/// What the entity tagger found.
package struct EntityLayer: Sendable, Hashable {
    package var entities: [Entity]
    /// What the same pass saw of speech; nil when the tagger sees names alone.
    package var roles: RoleLayer?

    package init(entities: [Entity] = [], roles: RoleLayer? = nil) {
        self.entities = entities
        self.roles = roles
    }
}

/// Finds the names of a text and groups those that mean the same person, organisation or place.
package protocol EntityTagger: Sendable {
    /// - Parameter sentences: spans in scalars, as a `SentenceSplitter` gives them.
    /// - Throws: `AnalysisError.overTime`.
    func tag(_ text: DocumentText, sentences: [Span], budget: AnalysisBudget) throws -> EntityLayer
}

/// What the attribution found.
package struct AttributionLayer: Sendable, Hashable {
    /// The tagger's entities with descriptions, pronouns and roles added.
    package var entities: [Entity]
    package var quotations: [Quotation]
    package var discarded: [DiscardedMarks]
    /// Version of the names learnt from earlier articles that this layer was completed with; nil without them.
    package var namesVersion: UInt64?
    /// How each quotation's speaker was found, in their order; empty unless asked for. It stays in the process.
    package var evidence: [SpeakerEvidence]

    package init(
        entities: [Entity] = [], quotations: [Quotation] = [], discarded: [DiscardedMarks] = [],
        namesVersion: UInt64? = nil, evidence: [SpeakerEvidence] = []
    ) {
        self.entities = entities
        self.quotations = quotations
        self.discarded = discarded
        self.namesVersion = namesVersion
        self.evidence = evidence
    }
}

/// Finds reported speech and who is responsible for it.
package protocol QuotationAttributor: Sendable {
    /// - Throws: `AnalysisError.overTime`.
    func attribute(_ text: DocumentText, sentences: [Span], entities: EntityLayer, budget: AnalysisBudget) throws
        -> AttributionLayer
}

/// Gives people the names that earlier articles gave them, where the article itself does not.
package protocol NameCompleter: Sendable {
    /// - Parameter published: the article's date (RFC 3339), if it has one.
    func complete(_ layer: AttributionLayer, of text: DocumentText, published: String?) -> AttributionLayer
}

/// The whole analysis of a text: three steps, each replaceable, and one more where names are learnt.
package struct Analyzer: Sendable {
    package var splitter: any SentenceSplitter
    package var tagger: any EntityTagger
    package var attributor: any QuotationAttributor
    /// Works on what the attributor found; nil: an article's own names are all that is known.
    package var completer: (any NameCompleter)?

    package init(splitter: any SentenceSplitter, tagger: any EntityTagger, attributor: any QuotationAttributor) {
        self.splitter = splitter
        self.tagger = tagger
        self.attributor = attributor
    }

    /// Analysis by rules and word lists. The lists are loaded at the first use and shared.
    /// - Parameter explains: keep how each speaker was found.
    package static func rules(explains: Bool = false) -> Analyzer {
        Analyzer(
            splitter: RuleSentenceSplitter(), tagger: RuleEntityTagger(),
            attributor: RuleQuotationAttributor(explains: explains))
    }

    /// Analysis by a trained encoder.
    /// - Parameters:
    ///   - attitudes: report what somebody thinks, wants or plans as well.
    ///   - explains: keep how each speaker was found.
    package static func trained(
        _ classifier: any TokenClassifier, attitudes: Bool = false, explains: Bool = false
    ) -> Analyzer {
        Analyzer(
            splitter: RuleSentenceSplitter(), tagger: ModelTagger(classifier, attitudes: attitudes),
            attributor: ModelQuotationAttributor(settings: classifier.settings, explains: explains))
    }

    /// Finds nothing: for measuring the pipeline around the analysis.
    package static func none() -> Analyzer {
        let idle = IdleAnnotator()
        return Analyzer(splitter: idle, tagger: idle, attributor: idle)
    }

    /// - Throws: `AnalysisError.overTime`.
    package func analyze(
        _ text: DocumentText, budget: AnalysisBudget
    ) throws -> (sentences: [Span], attribution: AttributionLayer) {
        let sentences = try splitter.split(text, budget: budget)
        let entities = try tagger.tag(text, sentences: sentences, budget: budget)
        return (sentences, try attributor.attribute(text, sentences: sentences, entities: entities, budget: budget))
    }
}

/// The three steps of `Analyzer.none`.
private struct IdleAnnotator: SentenceSplitter, EntityTagger, QuotationAttributor {
    func split(_ text: DocumentText, budget: AnalysisBudget) throws -> [Span] { [] }

    func tag(_ text: DocumentText, sentences: [Span], budget: AnalysisBudget) throws -> EntityLayer { EntityLayer() }

    func attribute(
        _ text: DocumentText, sentences: [Span], entities: EntityLayer, budget: AnalysisBudget
    ) throws -> AttributionLayer {
        AttributionLayer(entities: entities.entities)
    }
}
