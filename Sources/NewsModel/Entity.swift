/// What kind of thing an entity is.
package enum EntityType: String, Sendable, Hashable, CaseIterable {
    case person = "PERSON"
    case organization = "ORGANIZATION"
    case location = "LOCATION"
    case facility = "FACILITY"
    case norp = "NORP"
    case product = "PRODUCT"
    case date = "DATE"
    case money = "MONEY"
    case misc = "MISC"
}

/// One place in the text that refers to an entity.
package struct EntityMention: Sendable, Hashable {
    package enum Form: String, Sendable, Hashable, CaseIterable {
        case name, description, pronoun
    }

    package var span: Span
    package var form: Form

    package init(span: Span, form: Form) {
        self.span = span
        self.form = form
    }
}

/// A person, organisation, place … of one article, with all its mentions.
package struct Entity: Sendable, Hashable {
    /// Unique within the article: `e1`, `e2`, … in the order of first mention.
    package var id: String
    package var type: EntityType
    /// The fullest name that the article gives.
    package var name: String
    /// Office or description, as the article puts it ("Ukrainian leader").
    package var role: String?
    /// In the order of the text.
    package var mentions: [EntityMention]

    package init(id: String, type: EntityType, name: String, role: String? = nil, mentions: [EntityMention]) {
        self.id = id
        self.type = type
        self.name = name
        self.role = role
        self.mentions = mentions
    }
}
