internal import NewsModel

/// Gender, offices and roles, from titles before names and appositions after them.
extension Discourse {
    mutating func describe() {
        for mention in names.mentions {
            var participant = participants[mention.participant]
            titles(before: mention.whole.lowerBound, &participant)
            apposition(after: mention.whole.upperBound, &participant)
            if participant.entity.type == .person, mention.tokens.count > 1 || participant.entity.role == nil {
                note(role: role(before: mention.whole.lowerBound), &participant)
                if participant.entity.role == nil { participant.entity.role = role(after: mention.whole.upperBound) }
            }
            if !participant.roles.isEmpty || participant.gender != .unknown { participant.known = true }
            if participant.entity.type == .person {
                if participant.gender == .unknown { participant.gender = Self.gender(ofName: participant.entity.name) }
                participant.known = participant.known || Self.isKnownName(participant.entity.name)
            }
            participants[mention.participant] = participant
        }
        for index in participants.indices where participants[index].entity.type == .misc {
            let participant = participants[index]
            if !participant.roles.isEmpty || participant.gender != .unknown { participants[index].kind = .person }
        }
    }

    private func titles(before start: Int, _ participant: inout Participant) {
        var index = start - 1
        var steps = 0
        while index >= 0, steps < 6, scan.tokens[index].kind == .word {
            let token = scan.tokens[index]
            guard
                token.has([.title, .personNoun, .demonym, .organizationWord]) || token.isCapital
                    || !token.has([.common, .verb, .adverb, .preposition]) && token.cue.isEmpty
            else { break }
            // "magistrate Lau": what stands in small letters before a person's name is an office
            if steps == 0, participant.entity.type == .person, !token.isCapital { participant.roles.insert(token.key) }
            note(index, &participant)
            index -= 1
            steps += 1
        }
    }

    /// "Harbour master" before a name.
    private func role(before name: Int) -> String? {
        var start = name
        var noun = false
        while start > 0, name - start < 6 {
            let token = scan.tokens[start - 1]
            guard token.isWord, !scan.tokens[start].shape.contains(.lineBefore), token.cue.isEmpty || token.isCapital,
                !token.has([
                    .verb, .auxiliary, .preposition, .determiner, .coordinator, .adverb, .time, .possessive, .relative,
                    .subordinator, .subjectPronoun, .negation, .maleTitle, .femaleTitle,
                ])
            else { break }
            // "for the first time Trump": only a word that is an office makes one of what stands before it
            let office = token.has([.personNoun, .title]) || SourceNouns.offices.contains(token.key)
            if start == name, !office, !token.isCapital { return nil }
            noun = noun || token.has(.personNoun) || SourceNouns.offices.contains(token.key)
            start -= 1
        }
        guard start < name else { return nil }
        let office = wholeOffice(start..<name, &noun)
        return noun ? PlainName.of(scan.string(office)) : nil
    }

    /// "Council for the Welfare of Immigrants campaigner", "CEO of the Refugee Council": from where the organisation's name
    /// or the office before it begins.
    private func wholeOffice(_ range: Range<Int>, _ noun: inout Bool) -> Range<Int> {
        var start = range.lowerBound
        if let name = names[max(0, start - 12)..<start + 1].last(where: { $0.whole.contains(start) }),
            name.whole.upperBound <= range.upperBound
        {
            start = name.whole.lowerBound
        }
        var before = start
        while before > 0, scan.tokens[before - 1].has(.determiner) { before -= 1 }
        guard before > 1, scan.isAny(before - 1, "of", "for", "at"),
            scan.tokens[before - 2].has([.personNoun, .title]), scan.marks.regionOfToken[before - 2] < 0
        else { return start..<range.upperBound }
        noun = true
        start = before - 2
        while start > 0, range.upperBound - start < 14, scan.tokens[start - 1].has([.title, .personNoun, .demonym]) { start -= 1 }
        return start..<range.upperBound
    }

    /// A longer title takes the place of a part of it: "Council" alone is no office.
    private func note(role: String?, _ participant: inout Participant) {
        guard let role else { return }
        guard let known = participant.entity.role else {
            participant.entity.role = role
            return
        }
        if role.count > known.count, role.hasSuffix(known) { participant.entity.role = role }
    }

    /// "the coach of the women's team" after a name.
    private func role(after end: Int) -> String? {
        guard end < scan.tokens.count, scan.tokens[end].kind == .comma, var extent = appositionExtent(after: end),
            extent.count <= 10
        else { return nil }
        while let first = extent.first, extent.count > 1, scan.tokens[first].has(.determiner) { extent = extent.dropFirst() }
        guard extent.prefix(6).contains(where: { scan.tokens[$0].has([.personNoun]) }), scan.tokens[extent.lowerBound].isWord,
            !scan.tokens[extent.lowerBound].has([.preposition, .coordinator, .adverb])
        else { return nil }
        return PlainName.of(scan.string(extent))
    }

    private func note(_ index: Int, _ participant: inout Participant) {
        let token = scan.tokens[index]
        if participant.entity.type == .person || participant.entity.type == .misc {
            if token.has([.maleTitle, .maleNoun]) { participant.gender = .male }
            if token.has([.femaleTitle, .femaleNoun]) { participant.gender = .female }
            if token.has([.personNoun, .title]) { participant.roles.insert(token.key) }
        } else if token.has([.organizationNoun, .groupNoun]) {
            participant.roles.insert(token.key)
        }
        if !token.has([.determiner, .preposition, .possessive, .coordinator]) {
            participant.words.insert(token.key)
            participant.stems.insert(scan.stem(index))
        }
    }

    /// "Smith, the party's leader in Leeds,": up to the comma that ends it.
    private func apposition(after end: Int, _ participant: inout Participant) {
        let tokens = scan.tokens
        // "President Kamande of Kenya"
        if scan.isWord(end, "of"), participant.entity.type == .person, end + 1 < tokens.count {
            participant.words.insert(tokens[end + 1].key)
            participant.stems.insert(scan.stem(end + 1))
        }
        guard end < tokens.count, tokens[end].kind == .comma || tokens[end].kind == .openBracket else {
            copula(after: end, &participant)
            return
        }
        guard let extent = appositionExtent(after: end) else { return }
        for index in extent {
            // "the head of the bank": the bank's words do not describe the name's own kind
            if tokens[index].has(.preposition) {
                for rest in index..<extent.upperBound where !tokens[rest].has([.determiner, .preposition]) {
                    participant.words.insert(tokens[rest].key)
                    participant.stems.insert(scan.stem(rest))
                }
                return
            }
            note(index, &participant)
        }
    }

    /// The tokens of an apposition between the comma at `start` and the one that ends it; nil where none stands there.
    func appositionExtent(after start: Int) -> Range<Int>? {
        let tokens = scan.tokens
        var index = start + 1
        while index < min(tokens.count, start + 14) {
            let token = tokens[index]
            if token.kind == .comma || token.kind == .terminator || token.kind == .closeBracket { break }
            let ends =
                token.kind == .doubleMark || !token.cue.isEmpty && !token.cue.contains(.base) && !token.isCapital
                || token.has([.auxiliary]) || token.shape.contains(.lineBefore)
            if token.has(.relative) && !token.has(.determiner) { break }
            if ends { return nil }
            index += 1
        }
        return index > start + 1 ? start + 1..<index : nil
    }

    /// "Smith is a senator", "Smith was the first woman to …".
    private func copula(after end: Int, _ participant: inout Participant) {
        let tokens = scan.tokens
        guard participant.isNamed, participant.entity.type == .person, end + 2 < tokens.count,
            scan.isAny(end, "is", "was", "became", "remains"), scan.isAny(end + 1, "a", "an", "the")
        else { return }
        for index in end + 2..<min(tokens.count, end + 7) {
            let token = tokens[index]
            guard token.isWord, !token.has([.preposition, .relative, .auxiliary, .coordinator]) else { return }
            if token.has(.personNoun) {
                note(index, &participant)
                return
            }
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

    private static func gender(ofName name: String) -> Gender {
        let words = name.split(separator: " ")
        guard let first = words.first else { return .unknown }
        let flags = Gazetteer.shared[String(first)]
        guard words.count > 1 || !flags.contains(.surname) else { return .unknown }
        return Gender(flags)
    }
}
