/// Who a quotation is attributed to.
package struct Speaker: Sendable, Hashable {
    package enum Kind: String, Sendable, Hashable, CaseIterable {
        case person, organization, group, document, unnamed
    }

    /// `Entity.id` of the speaker, if it is an entity of the article.
    package var entity: String?
    /// The fullest name, or for somebody never named the description without its article.
    package var name: String
    package var kind: Kind
    package var role: String?

    package init(entity: String? = nil, name: String, kind: Kind, role: String? = nil) {
        self.entity = entity
        self.name = name
        self.kind = kind
        self.role = role
    }
}

/// One attribution of reported speech: the relation of source, cue and content (PolNeAR; Newell et al. 2018).
package struct Quotation: Sendable, Hashable {
    /// How much of the content stands in quotation marks: all, none, or some.
    package enum Kind: String, Sendable, Hashable, CaseIterable {
        case direct, indirect, mixed
    }

    package enum Polarity: String, Sendable, Hashable, CaseIterable {
        case asserted, denied, negated, hypothetical
    }

    /// Derived from article, version and content when the record is composed; empty before.
    package var id: String
    package var kind: Kind
    /// With quotation marks, the comma inside them and a leading "that"; never empty, in the order of the text.
    package var content: [Span]
    package var cue: [Span]
    package var source: [Span]
    /// Nil when nobody can tell.
    package var speaker: Speaker?
    package var polarity: Polarity
    /// 0 … 1.
    package var confidence: Double

    package init(
        id: String = "", kind: Kind, content: [Span], cue: [Span] = [], source: [Span] = [],
        speaker: Speaker? = nil, polarity: Polarity = .asserted, confidence: Double
    ) {
        self.id = id
        self.kind = kind
        self.content = content
        self.cue = cue
        self.source = source
        self.speaker = speaker
        self.polarity = polarity
        self.confidence = confidence
    }
}

/// A pair of quotation marks that holds no speech.
package struct DiscardedMarks: Sendable, Hashable {
    package enum Reason: String, Sendable, Hashable, CaseIterable {
        case scareQuote = "scare-quote"
        case title
        case nickname
        case term
        case noSpeaker = "no-speaker"
    }

    package var span: Span
    package var reason: Reason

    package init(span: Span, reason: Reason) {
        self.span = span
        self.reason = reason
    }
}
