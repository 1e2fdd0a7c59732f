internal import NewsModel

/// What a source's words are, before anybody is looked for: the head of the phrase and what stands around it.
struct SourcePhrase {
    private let scan: TokenizedText
    private let names: NameIndex
    /// Without marks, signs, prepositions and possessive clitics at its ends.
    let tokens: Range<Int>
    /// Where the head of the noun phrase ends: at a preposition, a relative clause or a comma, outside names.
    let head: Range<Int>

    init?(_ source: Range<Int>, _ scan: TokenizedText, _ names: NameIndex) {
        (self.scan, self.names) = (scan, names)
        var (start, end) = (source.lowerBound, source.upperBound)
        while start < end, !scan.tokens[start].isWord, scan.tokens[start].kind != .number { start += 1 }
        if start + 1 < end, scan.isAny(start, "from", "by", "both", "even", "nearly", "according", "to") {
            start += scan.isWord(start, "according") && start + 2 < end ? 2 : 1
        }
        while end > start + 1, Self.isTail(scan, end - 1) { end -= 1 }
        guard start < end else { return nil }
        tokens = start..<end
        head = start..<Self.headEnd(start..<end, scan, names)
    }

    private static func isTail(_ scan: TokenizedText, _ index: Int) -> Bool {
        let token = scan.tokens[index]
        switch token.kind {
        case .clitic, .comma, .dash, .doubleMark, .singleMark, .terminator, .colon, .semicolon: return true
        case .word: return token.has(.preposition) && !token.isCapital
        default: return false
        }
    }

    private static func headEnd(_ source: Range<Int>, _ scan: TokenizedText, _ names: NameIndex) -> Int {
        var index = source.lowerBound
        while index < source.upperBound {
            if let mention = names.mention(at: index), mention.whole.upperBound <= source.upperBound {
                index = max(index + 1, mention.whole.upperBound)
                continue
            }
            let token = scan.tokens[index]
            if token.kind == .openBracket, index > source.lowerBound {
                guard let after = bracketEnd(index, source, scan) else { return index }
                index = after
                continue
            }
            let ends =
                token.has(.preposition) || token.has(.relative) && !token.has(.determiner)
                || scan.isWord(index, "that") && index > source.lowerBound
                || token.kind == .comma || token.kind == .dash
            if ends, index > source.lowerBound { return index }
            index += 1
        }
        return source.upperBound
    }

    /// "(KMT) Legislator Lai": the phrase goes on behind the bracket; nil when it does not.
    private static func bracketEnd(_ open: Int, _ source: Range<Int>, _ scan: TokenizedText) -> Int? {
        var index = open + 1
        while index < source.upperBound, scan.tokens[index].kind != .closeBracket, index - open < 8 { index += 1 }
        guard index + 1 < source.upperBound, scan.tokens[index].kind == .closeBracket else { return nil }
        let next = scan.tokens[index + 1]
        return next.isWord && !next.has([.preposition, .relative, .coordinator, .auxiliary]) ? index + 1 : nil
    }

    var first: Token { scan.tokens[tokens.lowerBound] }

    // MARK: Names

    /// The name that is the head of the phrase: its last, unless something follows or it only possesses what follows.
    var headName: Mention? {
        guard let found = names.last(in: head) else { return nil }
        var end = found.whole.upperBound
        while end < head.upperBound, isAfterName(end) { end += 1 }
        // "Smith himself" is done; "Clinton campaign" is not Clinton
        return end >= head.upperBound ? found : nil
    }

    /// The person at the end of a title that takes prepositions: "the Director of Education Himanshu Gupta", not
    /// "a spokesman for President Biden".
    var titledName: Mention? {
        guard let name = names.last(in: tokens), name.whole.upperBound == tokens.upperBound, names.type(name) == .person
        else { return nil }
        var end = name.tokens.lowerBound
        guard end > tokens.lowerBound else { return nil }
        // "(JNCW)" between the office and the name
        if scan.tokens[end - 1].kind == .closeBracket {
            while end > tokens.lowerBound, scan.tokens[end - 1].kind != .openBracket { end -= 1 }
            end -= 1
        }
        guard end > tokens.lowerBound, let noun = headNoun, scan.tokens[noun].has([.personNoun, .title]) else { return nil }
        let before = scan.tokens[end - 1]
        guard before.isWord, before.isCapital, !before.has([.preposition, .coordinator, .maleTitle, .femaleTitle]) else {
            return nil
        }
        if !before.has([.title, .personNoun]) { return name }
        // "the Council on Foreign Relations Director Ana Lima": an organisation stands between preposition and office
        var index = end - 1
        while index > tokens.lowerBound, scan.tokens[index].has([.title, .personNoun]) { index -= 1 }
        return names.last(in: tokens.lowerBound..<index + 1).map { $0.whole.upperBound == index + 1 } == true ? name : nil
    }

    /// "Smith himself", "Smith, 45", "Smith (right)"
    private func isAfterName(_ index: Int) -> Bool {
        let token = scan.tokens[index]
        return token.kind == .number || token.has([.adverb, .time]) || token.kind == .closeBracket
            || token.kind == .openBracket || token.kind == .doubleMark
    }

    /// All of two or more names that are joined: "Ana Lima and Juan Pérez".
    var joinedNames: [Mention] {
        // Of a name in parts the whole alone.
        let all = names[tokens].filter { $0.whole.upperBound <= tokens.upperBound }
        let found = all.filter { part in
            !all.contains { $0.whole.count > part.whole.count && $0.whole.overlaps(part.tokens) }
        }
        guard found.count > 1, found.count <= 5 else { return [] }
        var joined = false
        for (name, next) in zip(found, found.dropFirst()) {
            guard name.whole.upperBound <= next.whole.lowerBound else { return [] }
            let gap = name.whole.upperBound..<next.whole.lowerBound
            guard gap.count <= 6, name.participant != next.participant else { return [] }
            for index in gap {
                let token = scan.tokens[index]
                if scan.isWord(index, "and") {
                    joined = true
                } else if token.kind != .comma, !token.has([.title, .personNoun, .determiner]), !token.isCapital {
                    return []
                }
            }
        }
        // A name may begin before the phrase, even in the paragraph before it: then no word stands before the first.
        let before = tokens.lowerBound..<max(tokens.lowerBound, found[0].whole.lowerBound)
        guard joined, let last = found.last, last.whole.upperBound == tokens.upperBound,
            !before.contains(where: { scan.tokens[$0].has(.preposition) })
        else { return [] }
        // "the Ministry of Health and Welfare" is one
        return found.allSatisfy { names.type($0) == .person } || found.allSatisfy { names.type($0) != .person } ? found : []
    }

    /// A name in apposition: "a former partner, Lawrence Cummings", "the agency (AROS)".
    var apposedName: Mention? {
        guard head.upperBound < tokens.upperBound else { return nil }
        let personal = headNoun.map { scan.tokens[$0].has(.personNoun) } ?? true
        for comma in head.upperBound..<tokens.upperBound {
            let kind = scan.tokens[comma].kind
            if kind == .comma || kind == .openBracket || kind == .dash {
                if let name = nameAlone(comma + 1, personal: personal) { return name }
            }
            if scan.tokens[comma].has(.relative), !scan.tokens[comma].has(.determiner) { return nil }
        }
        return nil
    }

    private func nameAlone(_ start: Int, personal: Bool) -> Mention? {
        var index = start
        while index < tokens.upperBound, scan.tokens[index].has([.title, .adverb, .determiner, .personNoun]),
            names.mention(at: index) == nil
        { index += 1 }
        guard index < tokens.upperBound, let first = names.mention(at: index) else { return nil }
        // "Jordan" alone is none where the "Jordan News Agency" stands
        let name = names[index..<tokens.upperBound].prefix(4).first { $0.whole.lowerBound == index && $0.whole.count > first.whole.count } ?? first
        let end = name.whole.upperBound
        guard end <= tokens.upperBound else { return nil }
        if end < tokens.upperBound {
            let next = scan.tokens[end]
            let ends =
                next.kind == .comma || next.kind == .closeBracket || next.kind == .openBracket || next.kind == .dash
                || next.has(.preposition) && names.type(name) == .person
            guard ends else { return nil }
        }
        switch names.type(name) {
        case .person, .misc: return name
        case .organization: return personal ? nil : name
        default: return nil
        }
    }

    /// Whose words they are: "Smith's statement", "the ministry's report"; a description possesses by its own words.
    var possessor: Range<Int>? {
        for index in head where scan.tokens[index].kind == .clitic && index > head.lowerBound && index + 1 < head.upperBound {
            guard let noun = headNoun, noun > index, isUtterance(noun) else { return nil }
            return head.lowerBound..<index
        }
        // "Davis' commentary": the apostrophe alone
        for name in names[head] {
            let end = name.whole.upperBound
            guard end + 1 < head.upperBound, scan.tokens[end].kind == .singleMark, let noun = headNoun, noun > end,
                isUtterance(noun)
            else { continue }
            return head.lowerBound..<end
        }
        guard first.has(.possessive), first.has(.pronoun), tokens.count > 1, let noun = headNoun,
            isUtterance(noun)
        else { return nil }
        return tokens.lowerBound..<tokens.lowerBound + 1
    }

    private func isUtterance(_ noun: Int) -> Bool {
        scan.tokens[noun].has([.documentNoun, .speechNoun]) || SourceNouns.documents.contains(scan.tokens[noun].key)
    }

    /// "a speech Mrs. Clinton delivered", "a letter he wrote": the name or pronoun after the noun.
    var deliverer: Range<Int>? {
        for noun in head where isUtterance(noun) && noun + 2 < tokens.upperBound {
            if scan.tokens[noun + 1].has(.subjectPronoun), scan.tokens[noun + 1].has(.pronoun) { return noun + 1..<noun + 2 }
            var index = noun + 1
            while index < head.upperBound, scan.tokens[index].has(.title) { index += 1 }
            if index > noun, let name = names.mention(at: index), name.whole.upperBound < tokens.upperBound,
                !scan.tokens[name.whole.upperBound].isCapital, scan.tokens[name.whole.upperBound].isWord
            {
                return name.whole
            }
        }
        return nil
    }

    /// "a statement by the ministry", "a report from Amnesty": the words after the preposition.
    var author: Mention? {
        guard let noun = headNoun, isUtterance(noun) else { return nil }
        for index in head.upperBound..<tokens.upperBound where scan.isAny(index, "by", "from") {
            // "a letter seen by": who has it has not written it
            if scan.isAny(index - 1, "seen", "obtained", "reviewed", "viewed", "read", "cited", "quoted") { return nil }
            let rest = index + 1..<tokens.upperBound
            guard let first = names[rest].first else { return nil }
            let name = names[rest].prefix(4).first { $0.whole.count > $0.tokens.count && $0.whole.overlaps(first.tokens) } ?? first
            guard name.whole.upperBound <= tokens.upperBound, name.whole.lowerBound > index else { return nil }
            let leads = (index + 1..<name.whole.lowerBound).allSatisfy {
                scan.tokens[$0].has([.determiner, .title, .personNoun, .demonym, .organizationNoun, .adverb])
            }
            return leads ? name : nil
        }
        return nil
    }

    // MARK: Descriptions

    /// The last word of the head, or the noun before a participle: "a letter seen".
    var headNoun: Int? {
        let last = head.reversed().first {
            let token = scan.tokens[$0]
            return token.isWord || token.kind == .number
        }
        guard let last, last > head.lowerBound, isParticiple(last) else { return last }
        let nouns: WordClass = [.personNoun, .groupNoun, .documentNoun, .organizationNoun]
        return scan.tokens[last - 1].has(nouns) ? last - 1 : last
    }

    private func isParticiple(_ index: Int) -> Bool {
        let token = scan.tokens[index]
        guard !token.isCapital, token.end - token.start > 3 else { return false }
        if scan.isAny(index, "seen", "made", "sent", "held", "written", "given", "known", "shown") { return true }
        let end = Int(token.end)
        return scan.text.utf8[end - 1] == UInt8(ascii: "d") && scan.text.utf8[end - 2] == UInt8(ascii: "e")
            && !token.has([.personNoun, .groupNoun])
    }

    /// The phrase with its prepositions, without articles, appositions and relative clauses.
    var plainRange: Range<Int> {
        var start = tokens.lowerBound
        while start + 1 < head.upperBound,
            scan.tokens[start].has([.determiner, .possessive]) && !scan.isAny(start, "both", "most", "many", "some", "few")
                || scan.tokens[start].kind == .clitic
        { start += 1 }
        var end = head.upperBound
        while end < tokens.upperBound {
            let token = scan.tokens[end]
            if token.kind == .comma || token.kind == .dash || token.kind == .openBracket
                || token.has(.relative) && !scan.isWord(end, "that")
            { break }
            end += 1
        }
        while end > start + 1, !scan.tokens[end - 1].isWord || scan.tokens[end - 1].has(.preposition) { end -= 1 }
        return start..<max(end, start + 1)
    }

    /// What kind of speaker the noun makes.
    var kind: Speaker.Kind {
        guard let index = headNoun else { return .unnamed }
        let noun = scan.tokens[index]
        if scan.isAny(index, "tank", "tanks"), index > head.lowerBound, scan.isWord(index - 1, "think") { return .organization }
        if noun.has(.groupNoun) { return .group }
        if noun.has(.personNoun) { return .unnamed }
        if noun.has(.documentNoun) || SourceNouns.documents.contains(noun.key) { return .document }
        if noun.has([.organizationNoun, .organizationWord]) || SourceNouns.organizations.contains(noun.key)
            || SourceNouns.places.contains(noun.key)
        {
            return .organization
        }
        return noun.shape.contains(.endsInS) || first.has(.pluralPronoun) ? .group : .unnamed
    }
}
