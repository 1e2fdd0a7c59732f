internal import NewsModel

/// Sources that name their speakers.
extension SpeakerResolver {
    /// The one whom a name means; of several with the same surname the likeliest.
    mutating func bearer(_ mention: Mention, _ draft: Draft) -> Int {
        guard mention.tokens.count == 1 else { return named(mention, .name) }
        switch discourse.names.type(mention) {
        case .person: break
        case .location, .facility, .misc:
            // "Lima said", where Ana Lima is mayor
            guard let only = discourse.bearers(of: scan.tokens[mention.tokens.lowerBound].key).first else {
                return named(mention, .name)
            }
            evidence.rule = .name
            return namesake(mention.tokens, draft) ?? only
        default: return named(mention, .name)
        }
        return namesake(mention.tokens, draft) ?? named(mention, .name)
    }

    private mutating func namesake(_ name: Range<Int>, _ draft: Draft) -> Int? {
        let bearers = discourse.bearers(of: scan.tokens[name.upperBound - 1].key)
        guard bearers.count > 1 else { return nil }
        let unit = discourse.units.index(ofToken: name.lowerBound)
        var anaphor = Anaphor(form: .he, tokens: name, unit: unit, content: draft.content)
        anaphor.gender = Gender(ofTitle: max(0, name.lowerBound - 1)..<name.lowerBound, scan)
        guard let found = rank(anaphor, mayBeNew: false, among: Set(bearers)) else { return nil }
        evidence.rule = .name
        return found
    }

    /// "Mr. King", "PENCE": a name that the tagger took for none.
    mutating func surname(_ phrase: SourcePhrase, _ draft: Draft) -> Int? {
        guard phrase.head.count <= 3, let noun = phrase.headNoun, scan.tokens[noun].isCapital else { return nil }
        let token = scan.tokens[noun]
        let titled = noun > phrase.head.lowerBound && scan.tokens[noun - 1].has([.maleTitle, .femaleTitle])
        guard titled || phrase.head.count == 1 && !token.has([.personNoun, .groupNoun, .organizationNoun]) else { return nil }
        let bearers = discourse.bearers(of: token.key)
        guard let only = bearers.first else { return nil }
        evidence.rule = .name
        return bearers.count == 1 ? only : namesake(noun..<noun + 1, draft) ?? only
    }

    mutating func named(_ mention: Mention, _ rule: SpeakerEvidence.Rule) -> Int {
        evidence.rule = rule
        evidence.mention = scan.span(mention.tokens)
        return mention.participant
    }

    /// "Ana Lima and Juan Pérez": one speaker, a group under both names.
    mutating func collective(_ phrase: SourcePhrase) -> Int? {
        let names = phrase.joinedNames
        guard names.count > 1 else { return nil }
        evidence.rule = .collective
        let parts = names.map { discourse.participants[$0.participant].entity.name }
        let name = parts.dropLast().joined(separator: ", ") + " and " + (parts.last ?? "")
        if let known = discourse.group(named: name) { return known }
        let entity = Entity(id: "", type: .misc, name: name, mentions: [])
        return introduce(
            Participant(entity: entity, isNamed: false, kind: .group, known: true), phrase.tokens)
    }
}
