internal import LanguageAnalysis

/// Names that stand for a country: its own, its people's, its capital, and what newspapers call its government.
package struct PlaceName: Sendable, Hashable {
    package enum Kind: String, Sendable, Hashable, CaseIterable {
        case country, demonym, capital, metonym
    }

    package var kind: Kind
    /// ISO 3166 code of two letters.
    package var country: String
    package var text: String

    package init(kind: Kind, country: String, text: String) {
        self.kind = kind
        self.country = country
        self.text = text
    }
}

/// The seed: read to tell that "Ukraine's president" and "the Ukrainian president" are one office.
package struct PlaceNames: Sendable, Hashable {
    package let all: [PlaceName]
    private let byWords: [String: PlaceName]
    private let longest: Int

    package init(_ all: [PlaceName] = []) {
        self.all = all
        var byWords: [String: PlaceName] = [:]
        var longest = 0
        for place in all {
            let words = PersonName.words(place.text)
            guard !words.isEmpty else { continue }
            longest = max(longest, words.count)
            // The first one stands: the file lists the more usual meaning first.
            let key = words.joined(separator: " ")
            if byWords[key] == nil { byWords[key] = place }
        }
        self.byWords = byWords
        self.longest = longest
    }

    /// The longest name that begins at a word.
    func match(_ words: [String], at start: Int) -> (place: PlaceName, count: Int)? {
        var count = min(longest, words.count - start)
        while count > 0 {
            if let place = byWords[words[start..<start + count].joined(separator: " ")] { return (place, count) }
            count -= 1
        }
        return nil
    }

    package static func == (left: PlaceNames, right: PlaceNames) -> Bool { left.all == right.all }
    package func hash(into hasher: inout Hasher) { hasher.combine(all) }
}

/// Who held an office, and when: from the operator's file.
package struct OfficeHolder: Sendable, Hashable {
    package var name: String
    package var role: String
    /// First and last day; nil: open.
    package var from: Int?
    package var until: Int?

    package init(name: String, role: String, from: Int? = nil, until: Int? = nil) {
        self.name = name
        self.role = role
        self.from = from
        self.until = until
    }

    /// Whether the office was held on a day; on an unknown day those count whose end is open.
    func holds(on day: Int) -> Bool {
        guard day > 0 else { return until == nil }
        return (from ?? .min) <= day && day <= (until ?? .max)
    }
}
