package import NewsModel

/// What somebody predicts for one article; spans in scalars.
package struct PredictedArticle: Sendable {
    package var quotations: [PredictedQuotation]
    /// The names alone, without descriptions and pronouns.
    package var entities: [TypedSpan]
    package var sentences: [Span]

    package init(quotations: [PredictedQuotation] = [], entities: [TypedSpan] = [], sentences: [Span] = []) {
        self.quotations = quotations
        self.entities = entities
        self.sentences = sentences
    }

    /// What the analyser found.
    package init(_ attribution: AttributionLayer, sentences: [Span]) {
        self.init(
            quotations: attribution.quotations.map(PredictedQuotation.init),
            entities: attribution.entities.flatMap { entity in
                guard let type = ScoredEntityType(entity.type) else { return [TypedSpan]() }
                return entity.mentions.filter { $0.form == .name }.map { TypedSpan($0.span, type) }
            },
            sentences: sentences)
    }
}

/// A quotation as somebody predicts it.
package struct PredictedQuotation: Sendable {
    package var content: [Span]
    package var source: [Span]
    /// Nil where the prediction names none.
    package var kind: Quotation.Kind?
    package var speaker: String?
    /// Nil counts as sure.
    package var confidence: Double?

    package init(
        content: [Span], source: [Span] = [], kind: Quotation.Kind? = nil, speaker: String? = nil,
        confidence: Double? = nil
    ) {
        self.content = content
        self.source = source
        self.kind = kind
        self.speaker = speaker
        self.confidence = confidence
    }

    package init(_ quotation: Quotation) {
        self.init(
            content: quotation.content, source: quotation.source, kind: quotation.kind,
            speaker: quotation.speaker?.name, confidence: quotation.confidence)
    }
}
