package import NewsModel

/// An article annotated by hand: what predictions are measured against.
package struct ReferenceArticle: Sendable {
    package var id: String
    package var text: String
    package var genre: String?
    /// The part of the corpus: `train`, `dev` or `test`.
    package var split: String?
    /// Nil where nobody annotated them; so too the other two.
    package var attributions: [ReferenceAttribution]?
    package var entities: [TypedSpan]?
    package var sentences: [Span]?

    package init(
        id: String, text: String, genre: String? = nil, split: String? = nil,
        attributions: [ReferenceAttribution]? = nil, entities: [TypedSpan]? = nil, sentences: [Span]? = nil
    ) {
        self.id = id
        self.text = text
        self.genre = genre
        self.split = split
        self.attributions = attributions
        self.entities = entities
        self.sentences = sentences
    }
}

/// A name in the text, by the type that it is scored as.
package struct TypedSpan: Sendable, Hashable {
    package var span: Span
    package var type: ScoredEntityType

    package init(_ span: Span, _ type: ScoredEntityType) {
        self.span = span
        self.type = type
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
