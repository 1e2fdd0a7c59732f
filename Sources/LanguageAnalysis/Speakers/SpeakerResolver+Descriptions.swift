internal import NewsModel

/// Sources that are descriptions: "the minister", "a campaign official", "the report".
extension SpeakerResolver {
    mutating func description(_ phrase: SourcePhrase, _ draft: Draft) -> Int? {
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
            index != headNoun && !(index == headNoun - 1 && scan.isWord(index, "think")) && (scan.tokens[index].isWord || scan.tokens[index].kind == .number)
                && !scan.tokens[index].has([.determiner, .preposition, .possessive, .coordinator])
        }
        anaphor.modifiers = modifiers.map { scan.tokens[$0].key }
        anaphor.stems = modifiers.map(scan.stem)
        anaphor.excluded = Set(discourse.names[phrase.tokens].prefix(8).map(\.participant))
        let owner = owner(of: phrase, draft)
        if let owner { anaphor.excluded.insert(owner) }
        evidence.rule = .description
        if let found = rank(anaphor, mayBeNew: true) ?? onlyOrganization(anaphor) {
            discourse.understand(phrase.head, .description, as: found, unit: unit)
            return found
        }
        let entity = Entity(id: "", type: .misc, name: name(of: plain, owner), mentions: [])
        var participant = Participant(entity: entity, isNamed: false, kind: kind, gender: anaphor.gender)
        participant.roles = [noun.key]
        participant.words = Set(anaphor.modifiers + [noun.key])
        return introduce(participant, phrase.tokens)
    }

    /// "the newspaper" right after a sentence whose subject is the only organisation in it.
    private func onlyOrganization(_ anaphor: Anaphor) -> Int? {
        guard anaphor.form == .organization, anaphor.definite, anaphor.modifiers.isEmpty else { return nil }
        let near = discourse.candidates(for: anaphor).filter { candidate in
            guard !candidate.later, let mention = candidate.mention, let index = candidate.participant else { return false }
            return anaphor.unit - mention.unit <= 1 && discourse.participants[index].entity.type == .organization
        }
        guard near.count == 1, near[0].mention?.subject == true, near[0].mention?.form == .name else { return nil }
        return near[0].participant
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
