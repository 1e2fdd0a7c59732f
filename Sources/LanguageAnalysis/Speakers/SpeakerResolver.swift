internal import NewsModel

/// From a source as it stands ("he", "the minister", "Smith, a farmer") to the one who spoke.
///
/// Names are looked up; pronouns and descriptions go to the candidate that the scorer ranks first, within hard limits
/// of gender, number and kind.
struct SpeakerResolver {
    private(set) var discourse: Discourse
    private let scorer: CandidateScorer
    private var features = CandidateFeatures()
    /// Told of every ranking: the anaphor, the candidates, what the scorer sees of each, and the choice.
    var observer: ((Anaphor, [Candidate], [[Float]], Int?) -> Void)?
    /// How the last speaker was found.
    private(set) var evidence = SpeakerEvidence(rule: .none)

    private var scan: TokenizedText { discourse.scan }

    init(_ scan: TokenizedText, units: [Unit], entities: [Entity], scorer: CandidateScorer = .shipped) {
        discourse = Discourse(scan, units: units, entities: entities)
        self.scorer = scorer
    }

    func finalEntities() -> [Entity] { discourse.entities() }

    /// Speakers of drafts, in their order; sources are understood in the order of the text.
    mutating func resolveAll(_ drafts: [Draft]) -> [(speaker: Speaker?, evidence: SpeakerEvidence)] {
        var result = [(speaker: Speaker?, evidence: SpeakerEvidence)](repeating: (nil, .init(rule: .none)), count: drafts.count)
        let place = { (draft: Draft) in draft.source?.lowerBound ?? draft.content.first?.lowerBound ?? 0 }
        let order = drafts.indices.sorted { (place(drafts[$0]), $0) < (place(drafts[$1]), $1) }
        var selves: [Int] = []
        for index in order {
            if isFirstPerson(drafts[index]) {
                selves.append(index)
                continue
            }
            let speaker = resolve(drafts[index])
            result[index] = (speaker, evidence)
        }
        for index in selves {
            guard let source = drafts[index].source,
                let outer = drafts.indices.first(where: { other in
                    other != index && drafts[other].content.contains { $0.contains(source.lowerBound) }
                })
            else { continue }
            result[index] = (result[outer].speaker, SpeakerEvidence(rule: .pronoun))
        }
        return result
    }

    /// "I" within what somebody says: whoever says it.
    private func isFirstPerson(_ draft: Draft) -> Bool {
        guard let source = draft.source, source.count == 1, scan.marks.regionOfToken[source.lowerBound] >= 0 else { return false }
        return scan.isAny(source.lowerBound, "i", "me", "my")
    }

    /// - Parameter speaks: count the quotation as the speaker's.
    mutating func resolve(_ draft: Draft, speaks: Bool = true) -> Speaker? {
        evidence = SpeakerEvidence(rule: .none)
        guard let source = draft.source else {
            guard let last = discourse.lastSpeaker, draft.unit - last.unit <= Self.silence else { return nil }
            evidence = SpeakerEvidence(rule: .goesOn)
            return discourse.participants[last.participant].speaker
        }
        if let line = interview(source) {
            evidence.rule = line == nil ? .none : .interviewee
            return line.map { discourse.participants[$0].speaker }
        }
        guard let participant = resolve(source, draft, depth: 0) else { return nil }
        if speaks { discourse.spoke(participant, unit: draft.unit) }
        return discourse.participants[participant].speaker
    }

    /// "A:" is the person named first, "Q:" nobody that the text names; nil for other sources.
    private func interview(_ source: Range<Int>) -> Int?? {
        guard source.count == 1, source.upperBound < scan.tokens.count, scan.tokens[source.upperBound].kind == .colon else {
            return nil
        }
        if scan.isWord(source.lowerBound, "q") { return .some(nil) }
        guard scan.isWord(source.lowerBound, "a") else { return nil }
        return .some(discourse.names.mentions.first { discourse.names.type($0) == .person }?.participant)
    }

    /// Units after which the last speaker no longer goes on.
    private static let silence = 4
    /// Sources within sources.
    private static let deepest = 3

    private mutating func resolve(_ source: Range<Int>, _ draft: Draft, depth: Int) -> Int? {
        guard depth < Self.deepest, let phrase = SourcePhrase(source, scan, discourse.names) else { return nil }
        let start = phrase.tokens.lowerBound
        if phrase.tokens.count == 1 || phrase.first.has(.subjectPronoun) && !phrase.first.has(.determiner),
            phrase.first.has(.pronoun)
        {
            return pronoun(start, draft)
        }
        if phrase.tokens.count == 1, !phrase.first.shape.contains(.allCapitals),
            scan.isAny(start, "who", "which", "that", "whom", "whose")
        {
            guard let phrase = antecedent(of: start) else { return nil }
            return resolve(phrase, draft, depth: depth + 1)
        }
        if let group = collective(phrase) { return group }
        if let possessor = phrase.possessor {
            evidence.rule = .possessor
            return resolve(possessor, draft, depth: depth + 1)
        }
        if let deliverer = phrase.deliverer {
            evidence.rule = .author
            return resolve(deliverer, draft, depth: depth + 1)
        }
        if let name = phrase.headName ?? phrase.titledName { return bearer(name, draft) }
        if let name = phrase.apposedName { return named(name, .apposition) }
        if let name = phrase.author { return named(name, .author) }
        return surname(phrase, draft) ?? description(phrase, draft)
    }

    /// The one whom a name means; of several with the same surname the likeliest.
    private mutating func bearer(_ mention: Mention, _ draft: Draft) -> Int {
        guard mention.tokens.count == 1, discourse.names.type(mention) == .person else { return named(mention, .name) }
        return namesake(mention.tokens, draft) ?? named(mention, .name)
    }

    private mutating func namesake(_ name: Range<Int>, _ draft: Draft) -> Int? {
        let bearers = discourse.bearers(of: scan.tokens[name.upperBound - 1].key)
        guard bearers.count > 1 else { return nil }
        let unit = discourse.units.index(ofToken: name.lowerBound)
        var anaphor = Anaphor(form: .he, tokens: name, unit: unit, content: draft.content)
        let title = name.lowerBound > 0 ? scan.tokens[name.lowerBound - 1] : nil
        if title?.has([.maleTitle, .maleNoun]) == true { anaphor.gender = .male }
        if title?.has([.femaleTitle, .femaleNoun]) == true { anaphor.gender = .female }
        guard let found = rank(anaphor, mayBeNew: false, among: Set(bearers)) else { return nil }
        evidence.rule = .name
        return found
    }

    /// "Mr. King", "PENCE": a name that the tagger took for none.
    private mutating func surname(_ phrase: SourcePhrase, _ draft: Draft) -> Int? {
        guard phrase.head.count <= 3, let noun = phrase.headNoun, scan.tokens[noun].isCapital else { return nil }
        let token = scan.tokens[noun]
        let titled = phrase.head.count > 1 && scan.tokens[noun - 1].has([.maleTitle, .femaleTitle])
        guard titled || phrase.head.count == 1 && !token.has([.personNoun, .groupNoun, .organizationNoun]) else { return nil }
        let bearers = discourse.bearers(of: token.key)
        guard let only = bearers.first else { return nil }
        evidence.rule = .name
        return bearers.count == 1 ? only : namesake(noun..<noun + 1, draft) ?? only
    }

    private mutating func named(_ mention: Mention, _ rule: SpeakerEvidence.Rule) -> Int {
        evidence.rule = rule
        evidence.mention = scan.span(mention.tokens)
        return mention.participant
    }

    /// "Ana Lima and Juan Pérez": one speaker, a group under both names.
    private mutating func collective(_ phrase: SourcePhrase) -> Int? {
        let names = phrase.joinedNames
        guard names.count > 1 else { return nil }
        evidence.rule = .collective
        let parts = names.map { discourse.participants[$0.participant].entity.name }
        let name = parts.dropLast().joined(separator: ", ") + " and " + (parts.last ?? "")
        if let known = discourse.participants.firstIndex(where: { !$0.isNamed && $0.entity.name == name }) { return known }
        let entity = Entity(id: "", type: .misc, name: name, mentions: [])
        return introduce(
            Participant(entity: entity, isNamed: false, kind: .group, known: true, plural: true), phrase.tokens, .description)
    }

    private mutating func introduce(_ participant: Participant, _ tokens: Range<Int>, _ form: Mention.Form) -> Int {
        let index = discourse.introduce(participant)
        discourse.understand(tokens, form, as: index, unit: discourse.units.index(ofToken: tokens.lowerBound))
        return index
    }

    // MARK: Relative pronouns

    /// The phrase that a relative pronoun means: the name or the noun phrase before it.
    private func antecedent(of pronoun: Int) -> Range<Int>? {
        let personal = scan.isAny(pronoun, "who", "whom", "whose")
        var end = pronoun
        while end > 0, [.comma, .dash, .closeBracket].contains(scan.tokens[end - 1].kind) { end -= 1 }
        if let name = apposedAntecedent(end, pronoun) { return name }
        var start = end
        var (sawHead, sawPlace) = (false, false)
        while start > 0, end - start < 12 {
            let token = scan.tokens[start - 1]
            if let name = discourse.names.last(in: max(0, start - 8)..<start), name.whole.upperBound == start {
                let type = discourse.names.type(name)
                if !sawHead, type == .person || type == .misc || !personal { return name.whole }
                sawPlace = !sawHead
                start = name.whole.lowerBound
                continue
            }
            guard token.isWord || token.kind == .number, token.cue.isEmpty || token.isCapital || token.has(.personNoun),
                !token.has([.auxiliary, .verb, .coordinator, .subordinator]), scan.marks.regionOfToken[start - 1] < 0
            else { break }
            if token.has(.preposition) {
                // "a woman in the crowd who": what the preposition governs is no person
                guard personal, !sawHead, sawPlace else { break }
                (end, sawPlace) = (start - 1, false)
            }
            if token.has([.personNoun, .groupNoun]) { sawHead = true }
            if token.has([.organizationNoun, .organizationWord, .placeWord]), !sawHead { sawPlace = true }
            start -= 1
            if token.has(.determiner), sawHead || !personal { break }
        }
        return start < end ? start..<end : nil
    }

    /// "Marc Morial, the chief executive of the league, who": the name before the apposition.
    private func apposedAntecedent(_ end: Int, _ pronoun: Int) -> Range<Int>? {
        guard end < pronoun, end > 0 else { return nil }
        for name in discourse.names[max(0, end - 20)..<end].reversed() {
            guard discourse.names.type(name) == .person else { continue }
            if name.tokens.upperBound == end { return name.tokens }
            guard scan.tokens[name.tokens.upperBound].kind == .comma,
                let extent = discourse.appositionExtent(after: name.tokens.upperBound), extent.upperBound == end
            else { continue }
            return name.tokens
        }
        return nil
    }

    // MARK: Pronouns

    private mutating func pronoun(_ index: Int, _ draft: Draft) -> Int? {
        let token = scan.tokens[index]
        let form: Anaphor.Class
        var gender = Gender.unknown
        if token.has(.malePronoun) {
            (form, gender) = (.he, .male)
        } else if token.has(.femalePronoun) {
            (form, gender) = (.she, .female)
        } else if token.has(.neuterPronoun) {
            form = .it
        } else if token.has(.pluralPronoun) {
            form = .they
        } else if scan.isAny(index, "we", "us", "our") {
            form = .we
        } else {
            return nil
        }
        let unit = discourse.units.index(ofToken: index)
        if form == .they { introduceGroups(before: index, unit) }
        if form == .he || form == .she { introducePeople(before: index, unit, gender) }
        let anaphor = Anaphor(
            form: form, tokens: index..<index + 1, unit: unit, gender: gender, content: draft.content)
        guard let found = rank(anaphor, mayBeNew: false) else { return nil }
        evidence.rule = .pronoun
        discourse.understand(anaphor.tokens, .pronoun, as: found, unit: unit)
        if gender != .unknown, discourse.participants[found].gender == .unknown {
            discourse.participants[found].gender = gender
        }
        return found
    }

    /// "They" may mean people that are named together shortly before, and groups that no name is known of.
    private mutating func introduceGroups(before index: Int, _ unit: Int) {
        let start = discourse.units.indices.contains(unit - 2) ? discourse.units[unit - 2].start : 0
        let names = discourse.names[max(start, index - Self.outlook)..<index]
        for (name, next) in zip(names, names.dropFirst())
        where discourse.names.type(name) == .person && discourse.names.type(next) == .person && !name.quoted {
            let both = name.tokens.lowerBound..<next.tokens.upperBound
            if let phrase = SourcePhrase(both, scan, discourse.names) { _ = collective(phrase) }
        }
        for token in max(start, index - Self.outlook)..<index
        where scan.tokens[token].has(.groupNoun) && !scan.tokens[token].has(.determiner) && scan.marks.regionOfToken[token] < 0 {
            introduceGroup(endingIn: token)
        }
    }

    /// "A fisherman from Kota Lama found the boat": he may be one whom no name is known of.
    private mutating func introducePeople(before index: Int, _ unit: Int, _ gender: Gender) {
        for number in max(0, unit - 2)..<max(0, unit) where discourse.units.indices.contains(number) {
            let start = discourse.units[number].start
            guard scan.isAny(start, "a", "an", "one", "another"), discourse.units[number].end > start + 1 else { continue }
            for token in start + 1..<min(start + 5, discourse.units[number].end) where scan.tokens[token].has(.personNoun) {
                let next = token + 1 < scan.tokens.count ? scan.tokens[token + 1] : nil
                // "a farmer Jan Novak" is named
                if next?.has(.personNoun) == true || next?.isCapital == true { break }
                introduce(endingIn: token, kind: .unnamed)
                break
            }
        }
    }

    private mutating func introduceGroup(endingIn noun: Int) { introduce(endingIn: noun, kind: .group) }

    private mutating func introduce(endingIn noun: Int, kind: Speaker.Kind) {
        var start = noun
        while start > 0, noun - start < 4 {
            let token = scan.tokens[start - 1]
            guard token.isWord, token.cue.isEmpty,
                !token.has([.preposition, .verb, .auxiliary, .coordinator, .adverb, .relative, .time, .subjectPronoun])
                    || token.has(.determiner)
            else { break }
            start -= 1
            if token.has([.determiner, .possessive]) { break }
        }
        let taken = discourse.understood.suffix(40).contains { $0.tokens.contains(noun) }
        guard !taken, discourse.names[start..<noun + 1].isEmpty, let phrase = SourcePhrase(start..<noun + 1, scan, discourse.names)
        else { return }
        let words = phrase.plainRange.map { scan.tokens[$0].key }
        let entity = Entity(id: "", type: .misc, name: PlainName.of(scan.string(phrase.plainRange)), mentions: [])
        var participant = Participant(entity: entity, isNamed: false, kind: kind)
        participant.roles = [scan.tokens[noun].key]
        participant.words = Set(words)
        participant.plural = kind == .group
        if scan.tokens[noun].has(.maleNoun) { participant.gender = .male }
        if scan.tokens[noun].has(.femaleNoun) { participant.gender = .female }
        _ = introduce(participant, start..<noun + 1, .description)
    }

    /// Tokens that groups are looked for in.
    private static let outlook = 80

    /// The participant that is most likely meant; nil for somebody new.
    private mutating func rank(_ anaphor: Anaphor, mayBeNew: Bool, among wanted: Set<Int>? = nil) -> Int? {
        var candidates = discourse.candidates(for: anaphor)
        if let wanted { candidates.removeAll { candidate in candidate.participant.map { !wanted.contains($0) } ?? true } }
        if mayBeNew { candidates.append(Candidate(rank: candidates.count)) }
        guard !candidates.isEmpty else { return nil }
        var (inContent, inQuotedContent) = (Set<Int>(), Set<Int>())
        for piece in anaphor.content {
            for mention in discourse.names[piece].prefix(20) {
                if mention.quoted { inQuotedContent.insert(mention.participant) } else { inContent.insert(mention.participant) }
            }
        }
        var best: (index: Int, score: Float)?
        var seen: [[Float]] = []
        var ranking: [SpeakerEvidence.Choice] = []
        for (index, candidate) in candidates.enumerated() {
            features.fill(anaphor, candidate, of: candidates.count, discourse, inContent: inContent,
                inQuotedContent: inQuotedContent)
            let score = scorer.score(features.values)
            if score > best?.score ?? -.infinity { best = (index, score) }
            ranking.append(
                .init(name: candidate.participant.map { discourse.participants[$0].entity.name }, score: Double(score)))
            if observer != nil { seen.append(features.values) }
        }
        observer?(anaphor, candidates, seen, best?.index)
        evidence.choices = ranking.sorted { $0.score > $1.score }
        guard let best, let found = candidates[best.index].participant else { return nil }
        evidence.mention = candidates[best.index].mention.map { scan.span($0.tokens) }
        return found
    }

    // MARK: Descriptions

    private mutating func description(_ phrase: SourcePhrase, _ draft: Draft) -> Int? {
        guard let headNoun = phrase.headNoun else { return nil }
        let noun = scan.tokens[headNoun]
        let plain = phrase.plainRange
        let unit = discourse.units.index(ofToken: phrase.tokens.lowerBound)
        var anaphor = Anaphor(form: .person, tokens: phrase.tokens, unit: unit, content: draft.content)
        let kind = phrase.kind
        switch kind {
        case .unnamed, .person: anaphor.form = .person
        case .organization: anaphor.form = .organization
        case .document: anaphor.form = .document
        case .group: anaphor.form = .group
        }
        anaphor.gender = noun.has(.maleNoun) ? .male : noun.has(.femaleNoun) ? .female : .unknown
        anaphor.head = noun.key
        anaphor.definite =
            scan.isAny(phrase.tokens.lowerBound, "the", "this", "that", "these", "those") || phrase.first.has(.possessive)
            || noun.isCapital
        let modifiers = plain.filter { index in
            index != headNoun && (scan.tokens[index].isWord || scan.tokens[index].kind == .number)
                && !scan.tokens[index].has([.determiner, .preposition, .possessive, .coordinator])
        }
        anaphor.modifiers = modifiers.map { scan.tokens[$0].key }
        anaphor.stems = modifiers.map(scan.stem)
        anaphor.excluded = Set(discourse.names[phrase.tokens].prefix(8).map(\.participant))
        let owner = owner(of: phrase, draft)
        if let owner { anaphor.excluded.insert(owner) }
        evidence.rule = .description
        if let found = rank(anaphor, mayBeNew: true) {
            discourse.understand(phrase.head, .description, as: found, unit: unit)
            return found
        }
        let entity = Entity(id: "", type: .misc, name: name(of: plain, owner), mentions: [])
        var participant = Participant(entity: entity, isNamed: false, kind: kind, gender: anaphor.gender)
        participant.roles = [noun.key]
        participant.words = Set(anaphor.modifiers + [noun.key])
        participant.plural = kind == .group
        return introduce(participant, phrase.tokens, .description)
    }

    /// Whom the "his" of "his advisers" means.
    private mutating func owner(of phrase: SourcePhrase, _ draft: Draft) -> Int? {
        guard phrase.first.has(.possessive), phrase.first.has([.malePronoun, .femalePronoun]), phrase.tokens.count > 1 else {
            return nil
        }
        return pronoun(phrase.tokens.lowerBound, draft)
    }

    /// The description without its article; "his advisers" with the name that is meant.
    private func name(of plain: Range<Int>, _ owner: Int?) -> String {
        let words = PlainName.of(scan.string(plain))
        guard let owner else { return words }
        let name = discourse.participants[owner].entity.name
        let surname = name.split(separator: " ").last.map(String.init) ?? name
        return "\(surname)’s \(words)"
    }
}
