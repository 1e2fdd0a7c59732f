extension ComplementFinder {
    /// The first item of what was said: past "on Monday", "in a statement", "reporters", a comma before a mark.
    func statementStart(_ start: Int) -> Int? {
        var index = start
        var steps = 0
        while index < reader.count, steps < 8 {
            steps += 1
            if reader.isQuote(index) || reader.isWord(index, "that") { return index }
            guard let token = reader.token(index) else { return nil }
            switch token.kind {
            case .comma:
                if reader.isQuote(index + 1) || reader.isWord(index + 1, "that") { return index + 1 }
                return parenthesis(index) ?? afterLooseComma(index)
            case .colon: return index + 1 < reader.count ? index + 1 : nil
            case .terminator, .semicolon, .closeBracket: return nil
            case .openBracket, .dash: return nil
            default: break
            }
            if token.has(.time), !token.has(.possessive), reader.kind(index + 1) != .clitic {
                index += 1
                continue
            }
            if token.has(.adverb), !token.has([.determiner, .subjectPronoun]) {
                if reader.isFinite(index + 1) || index + 1 >= reader.count { return index }
                index += 1
                continue
            }
            if frames.contains(.listener), index == start || steps <= 2, let next = afterListener(index) {
                if next >= reader.count || reader.isEnd(next) { return nil }
                if next > index {
                    index = next
                    if let token = reader.token(index), token.isWord,
                        !token.has([.time, .preposition]) || token.has(.determiner)
                    {
                        return index
                    }
                    continue
                }
            }
            if token.has(.preposition) || reader.isAny(index, "as", "when") {
                return afterPhrases(from: index)
            }
            return index
        }
        return index < reader.count ? index : nil
    }

    /// `said, however, that …`, `said, citing X, that …`.
    func parenthesis(_ comma: Int) -> Int? {
        var index = comma + 1
        while index < reader.count, index - comma < 14 {
            if reader.isQuote(index) { return nil }
            if reader.kind(index) == .comma {
                if reader.isWord(index + 1, "that") || reader.isQuote(index + 1) { return index + 1 }
                return frames.contains(.sure) && index - comma <= 3 ? index + 1 : nil
            }
            index += 1
        }
        return nil
    }

    /// `He said, currently there are …`: a comma too many.
    func afterLooseComma(_ comma: Int) -> Int? {
        guard frames.contains(.sure), frames.contains(.clause), !frames.contains(.participle),
            let next = reader.token(comma + 1), next.isWord
        else { return nil }
        guard !next.cue.contains(.participle), !next.has([.relative, .coordinator]) || next.has(.determiner),
            !next.has([.subordinator])
        else { return nil }
        let end = contentEnd(from: comma + 1)
        return reader.hasFinite(comma + 1..<max(comma + 1, end)) ? comma + 1 : nil
    }

    /// After "in a statement", "at a meeting in Paris", "of the plan": where a statement begins, or nil.
    func afterPhrases(from start: Int) -> Int? {
        var index = start
        let limit = min(reader.count, start + 28)
        // "that", a colon or a quotation ahead settles it
        while index < limit {
            if reader.isWord(index, "that"), index > start + 1, !reader.has(index - 1, .preposition) {
                if reader.has(index + 1, [.auxiliary, .verb]) { break }
                return index
            }
            if reader.kind(index) == .colon, index + 1 < reader.count { return index + 1 }
            if reader.isQuote(index) { return reader.kind(index - 1) == .comma ? index : nil }
            if reader.kind(index) == .terminator || reader.kind(index) == .semicolon { break }
            if reader.kind(index) == .comma {
                if reader.isQuote(index + 1) || reader.isWord(index + 1, "that") { return index + 1 }
                break
            }
            if reader.isFinite(index), !reader.has(index - 1, [.determiner, .preposition, .possessive]) { break }
            index += 1
        }
        return boundaryAfterPhrase(start)
    }

    /// Without any sign: the phrase ends where a second noun phrase begins that has a verb after it.
    func boundaryAfterPhrase(_ start: Int) -> Int? {
        var index = start + 1
        let limit = min(reader.count, start + 18)
        if reader.has(index, [.determiner, .possessive]) { index += 1 }
        var nouns = 0
        while index < limit {
            guard let token = reader.token(index) else { return nil }
            if reader.isBreak(index) {
                // "said in London, where he …" is at its end; "In a statement, …" never comes here
                return nil
            }
            if nouns > 0 {
                let starts =
                    token.has([.determiner, .possessive, .subjectPronoun]) && !token.has([.objectPronoun, .relative])
                    && !reader.has(index - 1, [.preposition, .coordinator, .determiner, .auxiliary])
                let capital =
                    token.isCapital
                    && reader.token(index - 1).map {
                        $0.isWord && !$0.isCapital
                            && !$0.has([.preposition, .determiner, .possessive, .coordinator, .title])
                    } == true
                let afterTime =
                    reader.has(index - 1, .time) && token.isWord && !token.has([.preposition, .time, .coordinator])
                if starts || capital || afterTime {
                    let end = contentEnd(from: index)
                    return (index..<max(index, end)).contains { reader.isFinite($0) } ? index : nil
                }
                if token.has([.relative, .subordinator]), !token.has(.preposition) { return nil }
            }
            if token.isWord, !token.has([.preposition, .determiner, .possessive, .coordinator]) { nouns += 1 }
            if token.kind == .number { nouns += 1 }
            index += 1
        }
        return nil
    }

    /// The item after the listener of "told", or nil when none can be made out.
    func afterListener(_ start: Int) -> Int? {
        guard let first = reader.token(start), first.isWord || first.kind == .number else { return nil }
        if first.has([.objectPronoun])
            || first.has(.pronoun) && first.has(.possessive) && reader.isWord(start, "her")
                && reader.has(start + 1, [.determiner, .pronoun, .relative])
        {
            return start + 1
        }
        if first.has(.relative) || first.has(.preposition) || first.has(.subordinator) { return start }
        let limit = min(reader.count, start + 16)
        var index = start + 1
        while index < limit {
            if reader.isQuote(index) { return index }
            guard let token = reader.token(index) else { return nil }
            if token.kind == .comma || token.kind == .colon || token.kind == .terminator { return index }
            if reader.isAny(index, "that", "to", "about") { return index }
            let previous = reader.token(index - 1)
            if token.has([.determiner, .subjectPronoun]) && !token.has(.objectPronoun)
                && previous?.has([.preposition, .coordinator, .determiner]) != true && previous?.kind != .clitic
            {
                return index
            }
            if token.has(.time), !token.isCapital || reader.has(index, .time) { return index }
            if token.has(.possessive), previous?.has([.preposition, .coordinator]) != true { return index }
            if token.has(.preposition), !reader.isWord(index, "of") {
                return afterPhrases(from: index) ?? index
            }
            if token.isCapital, let previous, previous.isWord, !previous.isCapital,
                !previous.has([.preposition, .determiner, .coordinator, .possessive, .title, .demonym])
            {
                return index
            }
            if !token.isCapital, token.isWord, let previous, previous.isCapital,
                !token.has([.preposition, .coordinator, .nameParticle]), !first.has(.determiner) || index - start > 2
            {
                return index
            }
            index += 1
        }
        return index
    }
}
