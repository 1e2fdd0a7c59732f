package import LanguageAnalysis

/// What is known of one person or organisation.
package struct LearntName: Sendable, Hashable {
    package enum Kind: String, Sendable, Hashable, CaseIterable {
        case person, organization
    }

    /// A text and the articles that had it.
    package struct Counted: Sendable, Hashable {
        package var text: String
        package var articles: Int

        package init(_ text: String, _ articles: Int) {
            self.text = text
            self.articles = articles
        }
    }

    /// An office or description, as articles put it.
    package struct Role: Sendable, Hashable {
        package var text: String
        /// `RolePhrase.key`; empty where it names nobody in particular.
        package var key: String
        package var tally: NameTally

        package init(text: String, key: String, tally: NameTally) {
            self.text = text
            self.key = key
            self.tally = tally
        }
    }

    /// The folded words of the name that was seen first; joined, they are its key.
    package var words: [String]
    package var kind: Kind
    package var tally = NameTally()
    /// Articles that named an office with the name.
    package var titled = 0
    /// The full name as it was written.
    package var spellings: [Counted] = []
    /// Short forms, folded: surname, acronym.
    package var forms: [Counted] = []
    package var roles: [Role] = []
    /// Articles that spoke of a man, of a woman.
    package var male = 0
    package var female = 0
    /// The name that an operator gave.
    package var correction: String?

    /// Kept of each kind of text; the least seen goes first.
    static let kept = 8

    package init(words: [String], kind: Kind) {
        self.words = words
        self.kind = kind
    }

    package var key: String { Self.key(words) }

    static func key(_ words: [String]) -> String { words.joined(separator: " ") }

    /// The name to give: the operator's, else the spelling seen most; of equals the longer.
    package var name: String {
        if let correction { return correction }
        let best = spellings.max { one, other in
            (one.articles, one.text.utf8.count, other.text) < (other.articles, other.text.utf8.count, one.text)
        }
        return best?.text ?? key
    }

    /// What `NameSettings.minimumEvidence` is compared with.
    package var evidence: Int { tally.articles + titled }

    /// What pronouns and titles said of the person, else what the given name says.
    package var gender: PersonName.Gender {
        let (most, least) = (max(male, female), min(male, female))
        if most > 0, most >= 3 * least { return male > female ? .male : .female }
        return words.first.map { PersonName.gender(ofGivenName: $0) } ?? .unknown
    }

    // MARK: Learning

    mutating func see(_ observation: NameObservation, day: Int, halfLife: Int, places: PlaceNames) {
        tally.add(day: day, halfLife: halfLife)
        Self.count(observation.name, in: &spellings)
        for form in observation.forms { Self.count(form, in: &forms) }
        if !observation.roles.isEmpty { titled += 1 }
        for role in observation.roles { see(role: role, day: day, halfLife: halfLife, places: places) }
        switch observation.gender {
        case .unknown: break
        case .male: male += 1
        case .female: female += 1
        }
    }

    private mutating func see(role text: String, day: Int, halfLife: Int, places: PlaceNames) {
        let key = Self.key(ofRole: text, places)
        let index = roles.firstIndex { key.isEmpty ? $0.key.isEmpty && $0.text == text : $0.key == key }
        if let index { return roles[index].tally.add(day: day, halfLife: halfLife) }
        var role = Role(text: text, key: key, tally: NameTally())
        role.tally.add(day: day, halfLife: halfLife)
        if roles.count >= Self.kept { roles.remove(at: Self.weakest(roles) { ($0.tally.articles, $0.tally.lastDay) }) }
        roles.append(role)
    }

    static func key(ofRole text: String, _ places: PlaceNames) -> String {
        guard let phrase = RolePhrase(text, places: places), phrase.identifies else { return "" }
        return phrase.key
    }

    static func count(_ text: String, _ articles: Int = 1, in counts: inout [Counted]) {
        if let index = counts.firstIndex(where: { $0.text == text }) {
            counts[index].articles += articles
            return
        }
        if counts.count >= kept { counts.remove(at: weakest(counts) { ($0.articles, 0) }) }
        counts.append(Counted(text, articles))
    }

    private static func weakest<Element>(_ elements: [Element], _ strength: (Element) -> (Int, Int)) -> Int {
        var weakest = elements.startIndex
        for index in elements.indices where strength(elements[index]) < strength(elements[weakest]) { weakest = index }
        return weakest
    }

    /// Takes over what is known of the same one under another name.
    mutating func merge(_ other: LearntName, halfLife: Int) {
        tally.merge(other.tally, halfLife: halfLife)
        titled += other.titled
        male += other.male
        female += other.female
        for spelling in other.spellings { Self.count(spelling.text, spelling.articles, in: &spellings) }
        for form in other.forms { Self.count(form.text, form.articles, in: &forms) }
        for role in other.roles {
            if let index = roles.firstIndex(where: { $0.key == role.key && (!role.key.isEmpty || $0.text == role.text) }) {
                roles[index].tally.merge(role.tally, halfLife: halfLife)
            } else if roles.count < Self.kept {
                roles.append(role)
            }
        }
    }
}
