internal import NewsModel

/// From a source as it stands ("he", "the minister", "Smith, a farmer") to the one who spoke.
struct SpeakerResolver {
    struct Person {
        var entity: Entity
        var gender: Gender
        /// Folded hashes of the nouns that describe it.
        var roles: Set<UInt32> = []
        var added: [EntityMention] = []
        /// More than its capital letters says that it is a person: a title, an office, a known name, words of its own.
        var known = false
    }

    struct Reference {
        var tokens: Range<Int>
        var person: Int
        /// First name of its unit, outside quotation marks.
        var subject: Bool
        var quoted: Bool
        var unit: Int
    }

    let scan: TokenizedText
    private let units: [Unit]
    var people: [Person]
    /// Name mentions in the order of the text.
    private(set) var references: [Reference] = []
    /// The person who spoke last, and the unit.
    var lastSpeaker: (person: Int, unit: Int)?
    var lastGroup: (Speaker, unit: Int)?
    /// The organisation or document that was quoted last.
    var lastThing: (Speaker, unit: Int)?
    static let reach = 60

    init(_ scan: TokenizedText, units: [Unit], entities: [Entity]) {
        self.scan = scan
        self.units = units
        people = entities.map { Person(entity: $0, gender: .unknown) }
        collectReferences(entities)
        describe()
    }

    private mutating func collectReferences(_ entities: [Entity]) {
        for (index, entity) in entities.enumerated() {
            for mention in entity.mentions {
                let tokens = scan.tokens(in: mention.span)
                guard !tokens.isEmpty else { continue }
                references.append(
                    Reference(
                        tokens: tokens, person: index, subject: false,
                        quoted: scan.marks.regionOfToken[tokens.lowerBound] >= 0, unit: 0))
            }
        }
        references.sort { $0.tokens.lowerBound < $1.tokens.lowerBound }
        var unit = 0
        var seen = -1
        for index in references.indices {
            while unit + 1 < units.count, units[unit + 1].start <= references[index].tokens.lowerBound { unit += 1 }
            references[index].unit = unit
            if seen != unit, !references[index].quoted {
                references[index].subject = true
                seen = unit
            }
        }
    }

    /// Gender and roles, from titles before and appositions after names.
    private mutating func describe() {
        let tokens = scan.tokens
        for reference in references {
            var person = people[reference.person]
            defer { people[reference.person] = person }
            var index = reference.tokens.lowerBound - 1
            var steps = 0
            while index >= 0, steps < 6, tokens[index].isWord, tokens[index].kind == .word {
                let token = tokens[index]
                guard
                    token.has([.title, .personNoun, .demonym, .organizationWord]) || token.isCapital
                        || steps > 0 && !token.has([.common, .verb]) && token.cue.isEmpty
                else { break }
                if token.has([.maleTitle, .maleNoun]) { person.gender = .male }
                if token.has([.femaleTitle, .femaleNoun]) { person.gender = .female }
                if token.has([.personNoun, .title]) { person.roles.insert(token.key) }
                index -= 1
                steps += 1
            }
            apposition(after: reference.tokens.upperBound, &person)
            if !person.roles.isEmpty || person.gender != .unknown { person.known = true }
            if person.entity.type == .person, !person.known || person.gender == .unknown {
                if person.gender == .unknown { person.gender = Self.gender(ofName: person.entity.name) }
                person.known = person.known || Self.isKnownName(person.entity.name)
            }
        }
    }

    private func apposition(after end: Int, _ person: inout Person) {
        let tokens = scan.tokens
        guard end < tokens.count, tokens[end].kind == .comma || tokens[end].kind == .openBracket else { return }
        for index in end + 1..<max(end + 1, min(tokens.count, end + 10)) {
            let token = tokens[index]
            if token.kind == .comma || token.kind == .terminator || token.has(.relative) || token.kind == .doubleMark {
                return
            }
            if !token.cue.isEmpty { return }
            if token.has([.personNoun, .title]) {
                person.roles.insert(token.key)
                if person.gender == .unknown {
                    if token.has(.maleNoun) { person.gender = .male }
                    if token.has(.femaleNoun) { person.gender = .female }
                }
            }
            if token.has(.preposition) { return }
        }
    }

    /// A given name or surname of the lists.
    private static func isKnownName(_ name: String) -> Bool {
        let words = name.split(separator: " ")
        guard let first = words.first, let last = words.last else { return false }
        let flags: Gazetteer.Flags = [.maleName, .femaleName]
        return !Gazetteer.shared[String(first)].isDisjoint(with: flags)
            || Gazetteer.shared[String(last)].contains(.surname)
    }

    static func gender(ofName name: String) -> Gender {
        let words = name.split(separator: " ")
        guard let first = words.first else { return .unknown }
        let flags = Gazetteer.shared[String(first)]
        guard words.count > 1 || !flags.contains(.surname) else { return .unknown }
        return Gender(flags)
    }

    // MARK: Resolving

    mutating func resolve(_ draft: Draft) -> Speaker? {
        guard let source = draft.source else {
            if let last = lastSpeaker, draft.unit - last.unit <= 4 { return speaker(last.person) }
            return nil
        }
        let speaker = resolve(source, unit: draft.unit)
        return speaker
    }

    private mutating func resolve(_ source: Range<Int>, unit: Int) -> Speaker? {
        let tokens = scan.tokens
        let first = tokens[source.lowerBound]
        if source.count == 1 || first.has(.subjectPronoun) && !first.has(.determiner), first.has(.pronoun) {
            return pronoun(source.lowerBound, first, unit)
        }
        if source.count == 1, !first.shape.contains(.allCapitals),
            scan.isAny(source.lowerBound, "who", "which", "that", "whom")
        {
            return antecedent(of: source.lowerBound, unit)
        }
        let head = headEnd(source)
        if let person = nameInHead(source.lowerBound..<head) {
            return spoke(person, unit)
        }
        if head < source.upperBound, tokens[head].kind == .comma || tokens[head].kind == .openBracket,
            let apposed = nameAfter(head + 1, within: source)
        {
            return spoke(apposed, unit)
        }
        return description(source, head: head, unit)
    }

    /// Whom a relative pronoun means: the name or the phrase before it.
    private mutating func antecedent(of pronoun: Int, _ unit: Int) -> Speaker? {
        var end = pronoun
        while end > 0, scan.tokens[end - 1].kind == .comma || scan.tokens[end - 1].kind == .dash { end -= 1 }
        var start = end
        while start > 0, end - start < 8 {
            let token = scan.tokens[start - 1]
            guard token.isWord || token.kind == .number, token.cue.isEmpty || token.isCapital,
                !token.has([.auxiliary, .verb, .coordinator, .subordinator]), scan.marks.regionOfToken[start - 1] < 0
            else { break }
            // "a woman in the crowd who": the preposition's own phrase is none of hers
            if token.has(.preposition), start - 1 == end - 1 { break }
            start -= 1
            if token.has(.determiner) { break }
        }
        return start < end ? resolve(start..<end, unit: unit) : nil
    }

    mutating func spoke(_ person: Int, _ unit: Int) -> Speaker {
        let speaker = speaker(person)
        people[person].known = true
        if people[person].entity.type == .person || people[person].entity.type == .misc {
            lastSpeaker = (person, unit)
        } else {
            lastThing = (speaker, unit)
        }
        return speaker
    }

    private func speaker(_ person: Int) -> Speaker {
        let entity = people[person].entity
        let kind: Speaker.Kind
        switch entity.type {
        case .person: kind = .person
        case .misc: kind = people[person].roles.isEmpty && people[person].gender == .unknown ? .organization : .person
        case .norp: kind = .group
        default: kind = .organization
        }
        return Speaker(entity: entity.id, name: entity.name, kind: kind, role: entity.role)
    }

    /// Where the head of a noun phrase ends: at a preposition, a relative clause or a comma, outside names.
    private func headEnd(_ source: Range<Int>) -> Int {
        var index = source.lowerBound
        while index < source.upperBound {
            if let reference = reference(at: index), reference.tokens.upperBound <= source.upperBound {
                index = max(index + 1, reference.tokens.upperBound)
                continue
            }
            let token = scan.tokens[index]
            let ends =
                token.has(.preposition) || token.has(.relative) && !token.has(.determiner)
                || scan.isWord(index, "that") && index > source.lowerBound
                || token.kind == .comma || token.kind == .openBracket || token.kind == .dash
            if ends, index > source.lowerBound { return index }
            index += 1
        }
        return source.upperBound
    }

    func firstReference(from token: Int) -> Int {
        var low = 0
        var high = references.count
        while low < high {
            let middle = (low + high) / 2
            if references[middle].tokens.lowerBound < token { low = middle + 1 } else { high = middle }
        }
        return low
    }

    private func reference(at token: Int) -> Reference? {
        let index = firstReference(from: token)
        guard index < references.count, references[index].tokens.lowerBound == token else { return nil }
        return references[index]
    }

    /// The name that is the head of a phrase: its last, unless something follows or it only possesses what follows.
    private func nameInHead(_ head: Range<Int>) -> Int? {
        var found: Reference?
        var index = firstReference(from: head.lowerBound)
        while index < references.count, references[index].tokens.upperBound <= head.upperBound {
            found = references[index]
            index += 1
        }
        guard let found else { return nil }
        var end = found.tokens.upperBound
        // "Smith himself", "Smith, 45"
        while end < head.upperBound,
            scan.tokens[end].kind == .number || scan.tokens[end].has([.adverb, .time])
                || scan.tokens[end].kind == .closeBracket || scan.tokens[end].kind == .doubleMark
        { end += 1 }
        if end >= head.upperBound { return found.person }
        // "Trump himself" is done; "Clinton campaign" is not Clinton
        return nil
    }

    private func nameAfter(_ start: Int, within source: Range<Int>) -> Int? {
        var index = start
        while index < source.upperBound, scan.tokens[index].has([.title, .adverb, .determiner]) { index += 1 }
        guard let reference = reference(at: index), reference.tokens.upperBound <= source.upperBound else { return nil }
        let end = reference.tokens.upperBound
        guard end >= source.upperBound || scan.tokens[end].kind != .clitic else { return nil }
        return people[reference.person].entity.type == .person || people[reference.person].entity.type == .misc
            ? reference.person : nil
    }

    // MARK: Pronouns

    private mutating func pronoun(_ index: Int, _ token: Token, _ unit: Int) -> Speaker? {
        if token.has([.malePronoun, .femalePronoun]) {
            let gender: Gender = token.has(.malePronoun) ? .male : .female
            guard let person = lastFitting(gender, before: index, unit) else { return nil }
            people[person].added.append(EntityMention(span: scan.span(index..<index + 1), form: .pronoun))
            if people[person].gender == .unknown { people[person].gender = gender }
            return spoke(person, unit)
        }
        if token.has(.neuterPronoun) {
            if let thing = lastThing, unit - thing.unit <= 4 { return thing.0 }
            guard let person = lastOrganization(before: index, unit) else { return nil }
            people[person].added.append(EntityMention(span: scan.span(index..<index + 1), form: .pronoun))
            return speaker(person)
        }
        if token.has(.pluralPronoun), let group = lastGroup, unit - group.unit <= 6 { return group.0 }
        if token.has(.pluralPronoun), let person = lastOrganization(before: index, unit) { return speaker(person) }
        return nil
    }

    private func lastFitting(_ gender: Gender, before index: Int, _ unit: Int) -> Int? {
        var best: (person: Int, score: Double)?
        var cursor = firstReference(from: index) - 1
        var steps = 0
        while cursor >= 0, steps < Self.reach {
            let reference = references[cursor]
            defer {
                cursor -= 1
                steps += 1
            }
            let person = people[reference.person]
            guard person.entity.type == .person || person.entity.type == .misc && reference.tokens.count > 0 else {
                continue
            }
            guard person.gender.agrees(gender) else { continue }
            let distance = unit - reference.unit
            if distance > 12 { break }
            var score = -Double(distance) * 0.8
            if reference.subject { score += 1.2 }
            if reference.quoted { score -= 2.5 }
            if person.entity.type == .misc { score -= 2 }
            if !person.known { score -= 1.2 }
            if person.gender == gender { score += 0.7 }
            if distance == 0 { score += 0.2 }
            if let last = lastSpeaker, last.person == reference.person, unit - last.unit <= 5 { score += 1.2 }
            if score > best?.score ?? -1e9 { best = (reference.person, score) }
        }
        if let last = lastSpeaker, people[last.person].gender.agrees(gender), unit - last.unit <= 6 {
            let score = -Double(unit - last.unit) * 0.8 + 1.6 + (people[last.person].gender == gender ? 0.7 : 0)
            if score > best?.score ?? -1e9 { return last.person }
        }
        return best?.person
    }

    private func lastOrganization(before index: Int, _ unit: Int) -> Int? {
        var cursor = firstReference(from: index) - 1
        var fallback: Int?
        var steps = 0
        while cursor >= 0, steps < Self.reach {
            let reference = references[cursor]
            if unit - reference.unit > 6 { break }
            let type = people[reference.person].entity.type
            if !reference.quoted, type == .organization || type == .misc {
                if reference.subject { return reference.person }
                if fallback == nil { fallback = reference.person }
            }
            cursor -= 1
            steps += 1
        }
        return fallback
    }

    // MARK: Result

    func finalEntities() -> [Entity] {
        people.map { person in
            var entity = person.entity
            if !person.added.isEmpty {
                var known = Set(entity.mentions.map(\.span))
                let added = person.added.filter { known.insert($0.span).inserted }
                entity.mentions = (entity.mentions + added).sorted { $0.span < $1.span }
            }
            return entity
        }
    }
}
