internal import NewsModel

/// Sources that are pronouns.
extension SpeakerResolver {
    mutating func pronoun(_ index: Int, _ draft: Draft) -> Int? {
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
        if form == .he || form == .she { introducePeople(before: index, unit) }
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
            introduce(endingIn: token, kind: .group)
        }
    }

    /// "A fisherman from Kota Lama found the boat": he may be one whom no name is known of.
    private mutating func introducePeople(before index: Int, _ unit: Int) {
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
        if scan.tokens[noun].has(.maleNoun) { participant.gender = .male }
        if scan.tokens[noun].has(.femaleNoun) { participant.gender = .female }
        _ = introduce(participant, start..<noun + 1)
    }

    /// Tokens that groups are looked for in.
    private static let outlook = 80

    /// The phrase that a relative pronoun means: the name or the noun phrase before it.
    func antecedent(of pronoun: Int) -> Range<Int>? {
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
            guard name.tokens.upperBound < end, scan.tokens[name.tokens.upperBound].kind == .comma,
                let extent = discourse.appositionExtent(after: name.tokens.upperBound), extent.upperBound == end
            else { continue }
            return name.tokens
        }
        return nil
    }
}
