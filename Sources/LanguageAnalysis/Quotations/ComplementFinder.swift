/// What stands after a cue and was said: past listeners, times and places, up to the end of the statement.
struct ComplementFinder {
    struct Content {
        var items: Range<Int>
        /// The item after the cue's last word ("called for").
        var cueEnd: Int
        /// A noun phrase where speech is only likely.
        var weak = false
    }

    let reader: UnitReader
    let cue: Int
    let frames: CueFrames

    /// Nothing that could have been said follows.
    var isEmpty: Bool {
        var index = cue + 1
        while index < reader.count {
            if reader.isQuote(index) { return false }
            if reader.isEnd(index) { return true }
            guard let token = reader.token(index) else { return false }
            if token.kind == .comma { return !reader.isQuote(index + 1) && !commaThenThat(index) }
            if token.kind == .colon { return false }
            if reader.isWord(index, "that") { return false }
            if token.has(.time) || (token.has(.adverb) && !token.has(.determiner)) {
                index += 1
                continue
            }
            if token.has(.preposition) || reader.isAny(index, "as", "when", "while") {
                if let start = afterPhrases(from: index), start < reader.count { return false }
                return !laterStart(index)
            }
            if frames.contains(.listener) {
                return afterListener(index).map { $0 >= reader.count || reader.isEnd($0) || emptyFrom($0) } ?? false
            }
            return false
        }
        return true
    }

    private func emptyFrom(_ start: Int) -> Bool {
        guard let token = reader.token(start) else { return false }
        if token.kind == .comma { return !reader.isQuote(start + 1) && !commaThenThat(start) }
        return token.has([.preposition, .time]) && afterPhrases(from: start) == nil || token.kind == .terminator
    }

    private func commaThenThat(_ comma: Int) -> Bool {
        var index = comma + 1
        while index < reader.count, index - comma < 14 {
            if reader.isWord(index, "that"), reader.kind(index - 1) == .comma { return true }
            index += 1
        }
        return false
    }

    /// A quotation or a that-clause further on in the same unit.
    private func laterStart(_ index: Int) -> Bool {
        for cursor in index..<min(reader.count, index + 24) {
            if reader.isWord(cursor, "that"), reader.token(cursor - 1)?.isWord == true,
                !reader.has(cursor - 1, .preposition)
            {
                return true
            }
            if reader.kind(cursor) == .colon || reader.kind(cursor) == .comma && reader.isQuote(cursor + 1) {
                return true
            }
        }
        return false
    }

    // MARK: The frames

    func content() -> Content? {
        var start = cue + 1
        guard start < reader.count else { return nil }
        var cueEnd = cue + 1
        if reader.isAny(cue, "pointed", "pointing", "points", "point", "made") {
            guard reader.isWord(start, "out") else { return nil }
            start += 1
            cueEnd = start
        }
        if let prepositional = prepositional(start) { return prepositional }
        if frames.contains(.infinitive), reader.isWord(start, "to") { return clause(start, cueEnd) }
        if frames.contains(.objectInfinitive), let content = objectInfinitive(start, cueEnd) { return content }
        if frames.contains(.accusation) { return accusation(start, cueEnd) }
        if frames.contains(.naming) {
            if let content = naming(start, cueEnd) { return content }
            if frames.contains(.objectInfinitive), reader.isQuote(start) { return nil }
        }
        if frames.contains(.question), let content = question(start, cueEnd) { return content }
        guard !frames.isDisjoint(with: [.clause, .that, .quote, .object]) else { return nil }
        return statement(start, cueEnd)
    }

    private func statement(_ start: Int, _ cueEnd: Int) -> Content? {
        guard let begin = statementStart(start) else { return nil }
        if reader.isQuote(begin) {
            // a word or two in marks after a weak cue is no speech
            return clause(begin, cueEnd)
        }
        if reader.isWord(begin, "that"), begin + 1 < reader.count { return clause(begin, cueEnd) }
        if reader.kind(begin - 1) == .colon { return clause(begin, cueEnd) }
        guard let token = reader.token(begin), token.isWord || token.kind == .number || token.kind == .other else {
            return nil
        }
        let end = contentEnd(from: begin)
        guard end > begin else { return nil }
        let finite = (begin..<end).contains { reader.isFinite($0) }
        let certain = reader.isAny(cue, "said", "says", "saying", "say")
        if frames.contains(.clause), finite || certain && end - begin > 3 {
            return Content(items: begin..<end, cueEnd: cueEnd)
        }
        if frames.contains(.object) {
            return Content(items: begin..<end, cueEnd: cueEnd, weak: true)
        }
        if frames.contains(.that), finite, token.has([.determiner, .possessive, .subjectPronoun]) || token.isCapital,
            clausal(begin, end)
        {
            return Content(items: begin..<end, cueEnd: cueEnd, weak: true)
        }
        return nil
    }

    /// A subject pronoun or an auxiliary before any preposition: a clause rather than a noun phrase.
    private func clausal(_ start: Int, _ end: Int) -> Bool {
        for index in start..<end {
            if reader.has(index, .subjectPronoun) && !reader.has(index, .determiner) { return true }
            if reader.has(index, .auxiliary) { return true }
            if reader.has(index, [.relative, .subordinator]) && index > start { return false }
            if reader.isBreak(index) { return false }
        }
        return false
    }

    func clause(_ start: Int, _ cueEnd: Int) -> Content? {
        let end = contentEnd(from: start)
        return end > start ? Content(items: start..<end, cueEnd: cueEnd) : nil
    }

    /// `called for X`, `complained about X`, `warned of X`, `called on X to …`.
    private func prepositional(_ start: Int) -> Content? {
        guard frames.contains(.prepositional) else { return nil }
        let speaking = reader.isAny(cue, "speak", "spoke", "speaks", "speaking")
        var at = start
        if reader.isWord(at, "out"), speaking { at += 1 }
        let calling = reader.token(cue)?.cue.contains(.naming) == true
        let fits: Bool
        if calling {
            fits = reader.isAny(at, "for", "on", "upon")
        } else if speaking {
            fits = reader.isAny(at, "against", "out")
        } else {
            fits = reader.isAny(at, "for", "about", "of", "against")
        }
        guard fits, at + 1 < reader.count else { return nil }
        return clause(at + 1, at + 1)
    }

    /// `urged X to …`: the listener, then an infinitive soon.
    private func objectInfinitive(_ start: Int, _ cueEnd: Int) -> Content? {
        guard let first = reader.token(start), first.isWord,
            !first.has([.preposition, .relative, .subordinator]) || reader.isWord(start, "for")
        else { return nil }
        for index in start + 1..<max(start + 1, min(reader.count, start + 14)) {
            if reader.isBreak(index) || reader.isQuote(index)
                || reader.isFinite(index) && !reader.has(index - 1, .determiner)
            {
                return nil
            }
            if reader.has(index, .relative) { return nil }
            if reader.isWord(index, "to"), index + 1 < reader.count {
                if reader.isQuote(index + 1) { return clause(start, cueEnd) }
                guard let next = reader.token(index + 1), next.isWord, !next.isCapital,
                    !next.has([.determiner, .possessive, .pronoun])
                else { return nil }
                return clause(start, cueEnd)
            }
        }
        return nil
    }

    private func accusation(_ start: Int, _ cueEnd: Int) -> Content? {
        guard start < reader.count, !reader.isEnd(start), !reader.has(start, .preposition) else { return nil }
        for index in start..<min(reader.count, start + 16) where reader.isAny(index, "of", "for") {
            return clause(start, cueEnd)
        }
        return nil
    }

    /// `called it "a shame"`, `described him as …`.
    private func naming(_ start: Int, _ cueEnd: Int) -> Content? {
        if reader.isQuote(start) { return nil }
        guard let first = reader.token(start), first.isWord else { return nil }
        let calling = frames.contains(.objectInfinitive)
        let end = contentEnd(from: start)
        if calling {
            // a quotation, or a pronoun or name and then a noun phrase
            let quoted = (start..<end).contains { reader.isQuote($0) }
            guard quoted || first.has([.objectPronoun, .neuterPronoun, .determiner]) && second(start, end) else {
                return nil
            }
            return end > start ? Content(items: start..<end, cueEnd: cueEnd, weak: !quoted) : nil
        }
        if frames.contains(.object) { return nil }
        for index in start..<end where reader.isWord(index, "as") || reader.isQuote(index) {
            return Content(items: start..<end, cueEnd: cueEnd)
        }
        return nil
    }

    private func second(_ start: Int, _ end: Int) -> Bool {
        for index in start + 1..<max(start + 1, end) where reader.has(index, [.determiner]) { return true }
        return false
    }

    /// `asked whether …`, `asked if …`, `asked: "…"`.
    private func question(_ start: Int, _ cueEnd: Int) -> Content? {
        for index in start..<min(reader.count, start + 8) {
            if reader.isQuote(index) { return clause(index, cueEnd) }
            for word in ["whether", "if", "how", "why", "what", "when", "where", "who"] as [StaticString]
            where reader.isWord(index, word) {
                return clause(index, cueEnd)
            }
            if reader.isBreak(index), reader.kind(index) != .comma, reader.kind(index) != .colon { return nil }
        }
        return nil
    }
}
