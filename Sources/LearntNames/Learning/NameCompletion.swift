package import LanguageAnalysis
internal import NewsModel

/// Gives people the full names that earlier articles gave them. What the article itself says always comes first: a name
/// that it gives in full stays as it is, and nothing is given that its other names, its pronouns or its offices speak
/// against.
package struct NameCompletion {
    private let table: NameTable
    private let text: DocumentText
    private let day: Int
    private var layer: AttributionLayer
    /// Ids of the entities that changed.
    private var changed: Set<String> = []
    /// The words of each person's name, without titles; empty for what is none.
    private var words: [[String]]
    /// How many persons of the article have a word in their names.
    private var bearers: [String: Int] = [:]
    /// Ids of the entities that are quoted.
    private let quoted: Set<String>

    /// Descriptions that are resolved in one article.
    private static let maximumDescriptions = 64

    /// The layer with fuller names; `namesVersion` says which table they came from. A table that is switched off changes
    /// nothing.
    package static func complete(
        _ layer: AttributionLayer, of text: DocumentText, published: String?, from table: NameTable
    ) -> AttributionLayer {
        guard table.isOn else { return layer }
        var completion = NameCompletion(
            table: table, text: text, day: CalendarDay.day(of: published) ?? table.latestDay, layer: layer)
        completion.completeSurnames()
        completion.resolveDescriptions()
        completion.tellSpeakers()
        completion.layer.namesVersion = table.version
        return completion.layer
    }

    private init(table: NameTable, text: DocumentText, day: Int, layer: AttributionLayer) {
        self.table = table
        self.text = text
        self.day = day
        self.layer = layer
        let quoted = Set(layer.quotations.compactMap { $0.speaker?.entity })
        self.quoted = quoted
        // What speaks and is no organisation, place or people either may be a person that the tagger did not know.
        words = layer.entities.map { entity in
            let isPerson = entity.type == .person || entity.type == .misc && quoted.contains(entity.id)
            return isPerson ? NameWords.untitled(PersonName.words(entity.name)) : []
        }
        for name in words { for word in Set(name) { bearers[word, default: 0] += 1 } }
    }

    // MARK: Who is meant

    /// One who may be meant, and how much speaks for it.
    private struct Candidate {
        var name: String
        var words: [String]
        var gender: PersonName.Gender
        var roles: [String]
        var weight: Int
        var evidence: Int
        var isTrusted: Bool
    }

    /// The one candidate that outweighs the others.
    private func choose(_ candidates: [Candidate]) -> Candidate? {
        let total = candidates.reduce(0) { $0 + $1.weight }
        guard let best = candidates.max(by: { ($0.weight, $1.name) < ($1.weight, $0.name) }), best.isTrusted,
            best.weight * 100 >= total * table.settings.dominance
        else { return nil }
        return best
    }

    private func candidate(_ name: LearntName, tally: NameTally, evidence: Int) -> Candidate? {
        let settings = table.settings
        guard tally.isCurrent(on: day, within: settings.recency) else { return nil }
        let display = name.name
        return Candidate(
            name: display, words: LearntName.words(of: display, kind: .person), gender: name.gender,
            roles: name.roles.map(\.text), weight: tally.weight(on: day, halfLife: settings.halfLife),
            evidence: evidence, isTrusted: evidence >= settings.minimumEvidence)
    }

    /// The holder of an office by the operator's file counts like this many articles of today.
    private static let holderArticles = 1_000

    private func candidate(_ holder: OfficeHolder) -> Candidate? {
        guard holder.holds(on: day) else { return nil }
        let words = LearntName.words(of: holder.name, kind: .person)
        guard words.count > 1 else { return nil }
        return Candidate(
            name: holder.name, words: words, gender: PersonName.gender(ofGivenName: words[0]), roles: [holder.role],
            weight: Self.holderArticles * NameTally.unit, evidence: Self.holderArticles, isTrusted: true)
    }

    /// Candidates of both sources, one for each person.
    private func joined(_ holders: [OfficeHolder], _ learnt: [Candidate]) -> [Candidate] {
        var result = learnt
        for holder in holders.compactMap({ candidate($0) }) {
            if let index = result.firstIndex(where: { NameWords.agree($0.words, holder.words) }) {
                result[index].weight += holder.weight
                result[index].evidence += holder.evidence
                result[index].isTrusted = true
                result[index].roles += holder.roles
                result[index].name = holder.name
            } else {
                result.append(holder)
            }
        }
        return result
    }

    // MARK: Surnames

    private mutating func completeSurnames() {
        for index in layer.entities.indices where NameWords.isShort(words[index]) {
            guard let person = person(called: words[index], index) else { continue }
            layer.entities[index].name = person.name
            layer.entities[index].type = .person
            words[index] = person.words
            changed.insert(layer.entities[index].id)
        }
    }

    private func person(called words: [String], _ index: Int) -> Candidate? {
        // Where the article has somebody else of that name, it alone can tell them apart.
        guard let form = words.last, form.utf8.count > 1, bearers[form] == 1 else { return nil }
        let learnt = table.bearers(of: form).compactMap { name -> Candidate? in
            guard stands(form, for: name) else { return nil }
            return candidate(name, tally: name.tally, evidence: name.evidence)
        }
        let holders = table.holders.filter {
            NameWords.surname(LearntName.words(of: $0.name, kind: .person)) == form
        }
        let entity = layer.entities[index]
        guard let person = choose(joined(holders, learnt)), isPerson(entity, form, known: person.evidence), ends(person.words, with: words),
            person.gender.agrees(gender(of: entity)), roleAgrees(entity.role, with: person)
        else { return nil }
        return person
    }

    /// A surname always does; a first word where most articles about the person use it so ("Xi", hardly "Hillary").
    private func stands(_ form: String, for name: LearntName) -> Bool {
        if NameWords.surname(name.words) == form { return true }
        if let correction = name.correction, NameWords.surname(PersonName.words(correction)) == form { return true }
        guard name.words.first == form else { return false }
        let seen = name.forms.first { $0.text == form }?.articles ?? 0
        return seen >= table.settings.minimumEvidence && seen * 2 >= name.tally.articles
    }

    /// Particles must fit too: "von der Leyen".
    private func ends(_ full: [String], with short: [String]) -> Bool {
        let name = full.filter { !NameWords.suffixes.contains($0) }
        return short.count == 1 && name.contains(short[0]) || name.count > short.count && Array(name.suffix(short.count)) == short
    }

    /// Whether more than a tagger's guess says that a single word is a person: what it says, pronouns, a title. A name that is
    /// hardly known needs that, and always one that is a place's as well.
    private func isPerson(_ entity: Entity, _ form: String, known evidence: Int) -> Bool {
        if evidence >= Self.wellKnown * table.settings.minimumEvidence, !PersonName.isPlace(form) { return true }
        if entity.role != nil || gender(of: entity) != .unknown { return true }
        return quoted.contains(entity.id)
    }

    private static let wellKnown = 10

    /// What titles before the names and pronouns tell.
    private func gender(of entity: Entity) -> PersonName.Gender {
        var (male, female) = (0, 0)
        for mention in entity.mentions where mention.form != .description {
            let bytes = text.bytes(mention.span)
            let word: String? =
                switch mention.form {
                case .pronoun: text.string(bytes).lowercased()
                default: NameObserver.titleBefore(bytes.lowerBound, text) ?? PersonName.words(text.string(bytes)).first
                }
            guard let word else { continue }
            if ["he", "him", "his"].contains(word) || NameWords.maleTitles.contains(word) { male += 1 }
            if ["she", "her", "hers"].contains(word) || NameWords.femaleTitles.contains(word) { female += 1 }
        }
        return male > female ? .male : female > male ? .female : .unknown
    }

    /// An office in the article must be one that the person is known by, or somebody of that office is meant.
    private func roleAgrees(_ role: String?, with person: Candidate) -> Bool {
        guard let role else { return true }
        let words = Set(RolePhrase.normalWords(role)).subtracting(Self.plainTitles)
        if words.isEmpty { return true }
        let known = Set(person.roles.flatMap(RolePhrase.normalWords))
        return !words.isDisjoint(with: known)
    }

    private static let plainTitles: Set<String> = ["mr", "mrs", "ms", "miss", "dr", "sir", "dame", "lord", "lady"]

    // MARK: Descriptions

    private mutating func resolveDescriptions() {
        var resolved: [String: Int] = [:]
        for description in describedSpeakers() where resolved.count < Self.maximumDescriptions {
            guard let phrase = RolePhrase(description, places: table.places), phrase.identifies,
                let person = holder(of: phrase), !isContradicted(phrase, person)
            else { continue }
            guard let index = entity(of: person, describedAs: description) else { continue }
            resolved[description] = index
        }
        guard !resolved.isEmpty else { return }
        for index in layer.quotations.indices {
            guard let speaker = layer.quotations[index].speaker, Self.isDescribed(speaker),
                let place = resolved[speaker.name]
            else { continue }
            let entity = layer.entities[place]
            layer.quotations[index].speaker = Speaker(
                entity: entity.id, name: entity.name, kind: .person, role: entity.role)
            addMention(layer.quotations[index].source.first, to: place, describedAs: speaker.name)
        }
        layer.entities.sort { one, other in
            guard let first = one.mentions.first, let second = other.mentions.first else { return one.id < other.id }
            return first.span < second.span
        }
    }

    private static func isDescribed(_ speaker: Speaker) -> Bool { speaker.entity == nil && speaker.kind == .unnamed }

    /// Descriptions that mean somebody in particular: with "the" or a possessive, and never with "a".
    private func describedSpeakers() -> [String] {
        var definite: [String] = []
        var seen: Set<String> = []
        var indefinite: Set<String> = []
        for quotation in layer.quotations {
            guard let speaker = quotation.speaker, Self.isDescribed(speaker), let source = quotation.source.first else {
                continue
            }
            let words = PersonName.words(text.string(source))
            let wanted = PersonName.words(speaker.name)
            guard let first = words.first, let lead = wanted.first, words.count >= wanted.count else { continue }
            if first == "the", words.dropFirst().first == lead {
                if seen.insert(speaker.name).inserted { definite.append(speaker.name) }
            } else if first == lead, table.places.match(words, at: 0) != nil, isPossessive(source) {
                if seen.insert(speaker.name).inserted { definite.append(speaker.name) }
            } else if Self.indefinites.contains(first) {
                indefinite.insert(speaker.name)
            }
        }
        return definite.filter { !indefinite.contains($0) }
    }

    private static let indefinites: Set<String> = [
        "a", "an", "one", "another", "some", "any", "every", "no", "his", "her", "their", "its", "my", "our", "your",
    ]

    private func isPossessive(_ source: Span) -> Bool {
        let words = text.string(source).split(separator: " ").prefix(4)
        return words.contains { word in ["'s", "’s", "s'", "s’"].contains { word.hasSuffix($0) } }
    }

    private func holder(of phrase: RolePhrase) -> Candidate? {
        let direct = holders(ofKeys: [phrase.key])
        if !direct.isEmpty { return choose(direct) }
        let keys = phrase.leaderKeys
        return keys.isEmpty ? nil : choose(holders(ofKeys: keys))
    }

    private func holders(ofKeys keys: [String]) -> [Candidate] {
        var learnt: [Candidate] = []
        var seen: Set<String> = []
        for key in keys {
            for name in table.holders(ofRole: key) where seen.insert(name.key).inserted {
                guard let tally = tally(of: name, keys) else { continue }
                // An office that tells no country is easily another's: it takes more than one article.
                let evidence = key.hasPrefix("|") ? tally.articles : name.evidence
                if let candidate = candidate(name, tally: tally, evidence: evidence) { learnt.append(candidate) }
            }
        }
        let named = table.holders.filter { holder in
            RolePhrase(holder.role, places: table.places).map { keys.contains($0.key) } ?? false
        }
        return joined(named, learnt)
    }

    private func tally(of name: LearntName, _ keys: [String]) -> NameTally? {
        var result: NameTally?
        for role in name.roles where keys.contains(role.key) {
            if result == nil { result = role.tally } else { result?.merge(role.tally, halfLife: table.settings.halfLife) }
        }
        return result
    }

    /// The article names another in that office, or other persons of that surname.
    private func isContradicted(_ phrase: RolePhrase, _ person: Candidate) -> Bool {
        zip(layer.entities, words).contains { entity, words in
            guard !words.isEmpty, !NameWords.agree(words, person.words) else { return false }
            if NameWords.surname(words) == NameWords.surname(person.words) { return !isSurname(words, of: person) }
            guard let role = entity.role, let other = RolePhrase(role, places: table.places) else { return false }
            if other.office == phrase.office, other.country == phrase.country || other.country == nil {
                return other.qualifiers == phrase.qualifiers || phrase.country == nil
            }
            return phrase.leaderKeys.contains(other.key) || other.leaderKeys.contains(phrase.key)
        }
    }

    /// The article has nobody else of that surname.
    private func isSurname(_ short: [String], of person: Candidate) -> Bool {
        guard NameWords.isShort(short), let form = short.last else { return false }
        return bearers[form] == 1 && ends(person.words, with: short)
    }

    /// The person's place among the entities; added at the end where the article does not name the person.
    private mutating func entity(of person: Candidate, describedAs description: String) -> Int? {
        // The office and a surname that was too little by itself: together they are enough.
        let known =
            words.firstIndex { NameWords.agree($0, person.words) } ?? words.firstIndex { isSurname($0, of: person) }
        if let known {
            guard person.gender.agrees(gender(of: layer.entities[known])),
                roleAgrees(layer.entities[known].role, with: person)
            else { return nil }
            if layer.entities[known].name != person.name, NameWords.isShort(words[known]) {
                layer.entities[known].name = person.name
                layer.entities[known].type = .person
                words[known] = person.words
                changed.insert(layer.entities[known].id)
            }
            if layer.entities[known].role == nil {
                layer.entities[known].role = description
                changed.insert(layer.entities[known].id)
            }
            return known
        }
        let last = layer.entities.compactMap { Int($0.id.dropFirst()) }.max() ?? 0
        let span = layer.quotations.first { $0.speaker?.name == description && $0.speaker?.entity == nil && !$0.source.isEmpty }?
            .source.first
        guard let span else { return nil }
        layer.entities.append(
            Entity(
                id: "e\(last + 1)", type: .person, name: person.name, role: description,
                mentions: [EntityMention(span: span, form: .description)]))
        words.append(person.words)
        return layer.entities.count - 1
    }

    private mutating func addMention(_ span: Span?, to place: Int, describedAs description: String) {
        guard let span, !layer.entities[place].mentions.contains(where: { $0.span == span }) else { return }
        let words = PersonName.words(text.string(span))
        let isPronoun = words.count == 1 && ["he", "she"].contains(words[0])
        guard isPronoun || words.count >= PersonName.words(description).count else { return }
        layer.entities[place].mentions.append(EntityMention(span: span, form: isPronoun ? .pronoun : .description))
        layer.entities[place].mentions.sort { $0.span < $1.span }
    }

    // MARK: Speakers

    /// Speakers that are entities bear their entities' names and offices.
    private mutating func tellSpeakers() {
        guard !changed.isEmpty else { return }
        let byID = Dictionary(layer.entities.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        for index in layer.quotations.indices {
            guard var speaker = layer.quotations[index].speaker, let entity = speaker.entity.flatMap({ byID[$0] }),
                changed.contains(entity.id)
            else { continue }
            speaker.name = entity.name
            speaker.role = entity.role
            speaker.kind = .person
            layer.quotations[index].speaker = speaker
        }
    }
}
