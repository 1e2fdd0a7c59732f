/// What a person's name tells by itself.
package enum PersonName {
    package enum Gender: UInt8, Sendable, Hashable, CaseIterable {
        case unknown, male, female

        package func agrees(_ other: Gender) -> Bool { self == .unknown || other == .unknown || self == other }
    }

    /// The words of a name or phrase without case, diacritics, punctuation and possessives.
    package static func words(_ name: String) -> [String] { NameFolding.words(name) }

    /// What the lists of given names tell: unknown where a name is in both or in none.
    package static func gender(ofGivenName word: String) -> Gender {
        let flags = Gazetteer.shared[word]
        switch (flags.contains(.maleName), flags.contains(.femaleName)) {
        case (true, false): return .male
        case (false, true): return .female
        default: return .unknown
        }
    }

    /// Whether a word is also the name of a country, a state or a large town.
    package static func isPlace(_ word: String) -> Bool { !Gazetteer.shared[word].isDisjoint(with: .place) }
}
