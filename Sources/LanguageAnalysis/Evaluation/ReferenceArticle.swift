package import NewsModel

/// An article annotated by hand: what predictions are measured against.
package struct ReferenceArticle: Sendable {
    package var id: String
    package var text: String
    package var attributions: [ReferenceAttribution]

    package init(id: String, text: String, attributions: [ReferenceAttribution]) {
        self.id = id
        self.text = text
        self.attributions = attributions
    }
}

/// One attribution annotated by hand; spans in scalars.
package struct ReferenceAttribution: Sendable {
    package var content: [Span]
    package var source: [Span]
    package var kind: Quotation.Kind
    /// Nil where nobody resolved the speaker.
    package var speaker: ReferenceSpeaker?
    /// False for an attitude that is no speech.
    package var isSpeech: Bool

    package init(
        content: [Span], source: [Span] = [], kind: Quotation.Kind, speaker: ReferenceSpeaker? = nil,
        isSpeech: Bool = true
    ) {
        self.content = content
        self.source = source
        self.kind = kind
        self.speaker = speaker
        self.isSpeech = isSpeech
    }
}

/// Who spoke, by every name that is right.
package struct ReferenceSpeaker: Sendable {
    package var name: String?
    package var aliases: [String]
    /// `person`, `organisation`, `group`, `document` or `unnamed`.
    package var kind: String?

    package init(name: String?, aliases: [String] = [], kind: String?) {
        self.name = name
        self.aliases = aliases
        self.kind = kind
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
