internal import NewsModel

/// Somebody or something that the article speaks of and that can be a speaker.
struct Participant {
    /// The name and its mentions; for one that only descriptions are known of, the description, without id.
    var entity: Entity
    var isNamed: Bool
    var kind: Speaker.Kind
    var gender: Gender = .unknown
    /// Folded hashes of the nouns that describe it: minister, senator.
    var roles: Set<UInt32> = []
    /// Folded hashes of all words of these descriptions, and of the words of its names.
    var words: Set<UInt32> = []
    /// Beginnings of the capitalised ones: Ukraine and Ukrainian begin alike.
    var stems: Set<UInt32> = []
    /// More than its capital letters says what it is: a title, an office, a known name, words of its own.
    var known = false
    var inHeadline = false
    /// Descriptions and pronouns that were found to mean it.
    var added: [EntityMention] = []
    /// Quotations attributed to it so far, and the unit of the last one.
    var quotations = 0
    var lastQuotation: Int?
    /// Where a pronoun or description meant it last.
    var lastAnaphor: Mention?

    var speaker: Speaker {
        Speaker(entity: isNamed ? entity.id : nil, name: entity.name, kind: kind, role: entity.role)
    }

    var isPerson: Bool { kind == .person || kind == .unnamed }

    static func kind(of type: EntityType) -> Speaker.Kind {
        switch type {
        case .person: .person
        case .norp: .group
        default: .organization
        }
    }
}

/// One place in the text where a participant is meant.
struct Mention {
    enum Form: UInt8 { case name, description, pronoun }

    var tokens: Range<Int>
    /// The whole name of which the mention is a part: the tokens of "Wall Street Journal" for "Journal".
    var whole: Range<Int>
    var participant: Int
    var unit: Int
    var form = Form.name
    /// First name of its unit outside quotation marks, or a source.
    var subject = false
    var quoted = false
    /// Followed by a possessive clitic: "Smith's".
    var possessive = false
    /// After a preposition: "with Smith".
    var object = false
    /// How many names of the same participant stand before it.
    var ordinal = 0

    init(
        tokens: Range<Int>, participant: Int, unit: Int, form: Form = .name, subject: Bool = false, quoted: Bool = false,
        ordinal: Int = 0
    ) {
        self.tokens = tokens
        whole = tokens
        self.participant = participant
        self.unit = unit
        self.form = form
        self.subject = subject
        self.quoted = quoted
        self.ordinal = ordinal
    }
}
