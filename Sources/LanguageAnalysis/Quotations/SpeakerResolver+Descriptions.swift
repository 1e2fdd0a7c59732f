internal import NewsModel

/// Sources that are descriptions: "the minister", "a campaign official", "the report".
extension SpeakerResolver {
    mutating func description(_ source: Range<Int>, head: Int, _ unit: Int) -> Speaker? {
        let tokens = scan.tokens
        var start = source.lowerBound
        let definite = scan.isAny(start, "the", "this", "that") || tokens[start].has(.possessive)
        while start < head, tokens[start].has([.determiner, .possessive]) || tokens[start].kind == .clitic,
            start + 1 < head
        { start += 1 }
        var last = head - 1
        while last > start, !tokens[last].isWord { last -= 1 }
        let noun = tokens[last]
        if let person = described(by: start..<last + 1, noun, definite: definite, before: source.lowerBound, unit) {
            people[person].added.append(EntityMention(span: scan.span(source.lowerBound..<head), form: .description))
            return spoke(person, unit)
        }
        let end = descriptionEnd(source, head)
        let name = PlainName.of(scan.string(start..<max(start + 1, end)))
        let kind = kind(of: noun, scan.tokens[start])
        let speaker = Speaker(name: name, kind: kind)
        if kind == .group { lastGroup = (speaker, unit) }
        if kind == .document || kind == .organization { lastThing = (speaker, unit) }
        return speaker
    }

    /// The phrase with its prepositions, without appositions and relative clauses.
    private func descriptionEnd(_ source: Range<Int>, _ head: Int) -> Int {
        var end = head
        while end < source.upperBound {
            let token = scan.tokens[end]
            if token.kind == .comma || token.kind == .dash || token.kind == .openBracket
                || token.has(.relative) && !scan.isWord(end, "that")
            {
                break
            }
            end += 1
        }
        return end
    }

    private func kind(of noun: Token, _ first: Token) -> Speaker.Kind {
        if noun.has(.groupNoun) { return .group }
        if noun.has(.personNoun) { return .unnamed }
        if noun.has(.documentNoun) { return .document }
        if noun.has([.organizationNoun, .organizationWord]) { return .organization }
        return noun.shape.contains(.endsInS) || first.has(.pluralPronoun) ? .group : .unnamed
    }

    /// The person or organisation that a description means: "the minister", "the company", "the 45-year-old".
    private func described(by words: Range<Int>, _ noun: Token, definite: Bool, before index: Int, _ unit: Int) -> Int?
    {
        let personal = noun.has(.personNoun)
        let organization = noun.has(.organizationNoun) || noun.has(.organizationWord)
        guard definite || noun.isCapital else { return nil }
        var cursor = firstReference(from: index) - 1
        var steps = 0
        var recent: Int?
        while cursor >= 0, steps < Self.reach * 2 {
            let reference = references[cursor]
            let person = people[reference.person]
            if personal, person.entity.type == .person || person.entity.type == .misc {
                if person.roles.contains(noun.key) { return reference.person }
                let fits =
                    !noun.has(.maleNoun) && !noun.has(.femaleNoun) || noun.has(.maleNoun) && person.gender != .female
                    || noun.has(.femaleNoun) && person.gender != .male
                if recent == nil, fits, !reference.quoted, unit - reference.unit <= 3, person.entity.type == .person,
                    person.roles.isEmpty
                {
                    recent = reference.person
                }
            } else if organization, person.entity.type == .organization || person.entity.type == .misc, !personal {
                if hasWord(reference, noun.key) { return reference.person }
                if recent == nil, unit - reference.unit <= 2, !reference.quoted, person.entity.type == .organization,
                    words.count == 1
                {
                    recent = reference.person
                }
            }
            cursor -= 1
            steps += 1
        }
        let ageOnly = noun.shape.contains(.digits)
        if ageOnly, let last = lastSpeaker { return last.person }
        guard definite, words.count <= 2, index > 0, !words.contains(where: { scan.tokens[$0].has(.demonym) }) else {
            return nil
        }
        if personal, let last = lastSpeaker, unit - last.unit <= 3, people[last.person].roles.isEmpty {
            let gender: Gender = noun.has(.maleNoun) ? .male : noun.has(.femaleNoun) ? .female : .unknown
            if people[last.person].gender.agrees(gender) { return last.person }
        }
        return recent
    }

    private func hasWord(_ reference: Reference, _ key: UInt32) -> Bool {
        reference.tokens.contains { scan.tokens[$0].key == key }
    }
}
