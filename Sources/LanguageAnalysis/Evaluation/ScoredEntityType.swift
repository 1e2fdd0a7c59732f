package import NewsModel

/// The types that names are scored as: what the analyser's own types and those of every annotated set have in common.
package enum ScoredEntityType: String, Sendable, Hashable, CaseIterable {
    case person = "PER"
    case organization = "ORG"
    /// Countries, cities, regions and buildings.
    case location = "LOC"
    /// Nationalities, religions and political groups.
    case norp = "NORP"
    case misc = "MISC"

    /// Nil for what is not scored: dates and money.
    package init?(_ type: EntityType) {
        switch type {
        case .person: self = .person
        case .organization: self = .organization
        case .location, .facility: self = .location
        case .norp: self = .norp
        case .product, .misc: self = .misc
        case .date, .money: return nil
        }
    }

    /// What an annotated set's spelling of a type is scored as.
    package enum Meaning: Sendable, Hashable {
        case scored(ScoredEntityType)
        /// Known and left out.
        case ignored
    }

    /// Nil for a spelling that no known set has. Case counts: `gpe` is a demonym in one set.
    package static func meaning(of spelling: String) -> Meaning? { meanings[spelling] }

    private static let meanings: [String: Meaning] = {
        var meanings: [String: Meaning] = [:]
        for (type, spellings) in spellings {
            for spelling in spellings.split(whereSeparator: \.isWhitespace) {
                meanings[String(spelling)] = type.map { .scored($0) } ?? .ignored
            }
        }
        return meanings
    }()

    /// The spellings of the analyser's records, Worldwide newswire, Universal NER, WikiGold, GUM, GMB, CrossNER, WNUT,
    /// and re3d.
    private static let spellings: [(ScoredEntityType?, String)] = [
        (
            .person,
            "PERSON Person PER person per politician scientist writer musicalartist researcher"
        ),
        (
            .organization,
            """
            ORGANIZATION Organization ORG organization org organisation Organisation politicalparty university band
            corporation group
            """
        ),
        (.location, "LOCATION FACILITY Location Facility LOC location geo place country"),
        (.norp, "NORP gpe Nationality"),
        (
            .misc,
            """
            PRODUCT MISC Product Misc event object abstract animal art eve nat misc election product creative-work
            MilitaryPlatform Weapon
            """
        ),
        (nil, "DATE MONEY Date Money tim plant substance DocumentReference Temporal Quantity"),
    ]
}
