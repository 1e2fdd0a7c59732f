extension UnitReader {
    /// The subject of the finite verb at `verb`: its items, and where its whole phrase with appositions ends.
    struct Subject {
        var phrase: Range<Int>
        /// The phrase with appositions and relative clauses, up to the verb.
        var extent: Range<Int>
    }

    /// The item after the last item of the subject: adverbs, auxiliaries and "on Monday" before the verb left out.
    func subjectEnd(before verb: Int, from start: Int) -> Int {
        var end = verb
        while end > start {
            guard let token = token(end - 1) else { break }
            if token.has(.subjectPronoun) || token.kind == .comma { break }
            if token.kind == .clitic, token.first != UInt8(ascii: "s") || has(end - 2, .subjectPronoun) {
                end -= 1
            } else if token.isWord, !token.isCapital, token.has([.auxiliary, .adverb, .negation]) || isAdverb(token) {
                end -= 1
            } else if token.has(.time) || token.kind == .number, let before = timeStart(end - 1, start) {
                end = before
            } else {
                break
            }
        }
        return end
    }

    private func isAdverb(_ token: Token) -> Bool {
        guard token.end - token.start > 4 else { return false }
        let end = Int(token.end)
        return scan.text.utf8[end - 1] == UInt8(ascii: "y") && scan.text.utf8[end - 2] == UInt8(ascii: "l")
    }

    /// `on Monday`, `Monday`, `on June 3`: where the expression of time that ends at `index` begins.
    private func timeStart(_ index: Int, _ start: Int) -> Int? {
        var first = index
        while first > start,
            has(first - 1, .time) || kind(first - 1) == .number || has(first - 1, .adverb)
                || isAny(first - 1, "last", "this", "the")
        {
            first -= 1
        }
        guard (first...index).contains(where: { has($0, .time) }) else { return nil }
        if first > start, isAny(first - 1, "on", "in") { return first - 1 }
        return first > start ? first : nil
    }

    /// The subject of the verb at `verb`, looked for no further left than `start`.
    func subject(of verb: Int, from start: Int) -> Subject? {
        let end = subjectEnd(before: verb, from: start)
        guard end > start else { return nil }
        if kind(end - 1) == .comma || kind(end - 1) == .dash || kind(end - 1) == .closeBracket {
            return apposedSubject(endingAt: end - 1, start)
        }
        guard let first = phraseStart(endingAt: end, start) else { return nil }
        if has(first, .relative), !has(first, .determiner) || isWord(first, "that") && first + 1 < end {
            // "which Smith said remained": the subject follows the pronoun
            let inner = trimLeading(first + 1..<end)
            if !inner.isEmpty, looksNominal(inner) { return Subject(phrase: inner, extent: inner) }
            return antecedent(of: first, start)
        }
        let trimmed = trimLeading(first..<end)
        guard !trimmed.isEmpty, looksNominal(trimmed) else { return nil }
        let before = trimmed.lowerBound - 1
        if before > start, kind(before) == .comma {
            // "Smith, a farmer, on Twitter said"
            if has(trimmed.lowerBound, .preposition), let subject = apposedSubject(endingAt: before, start) {
                return subject
            }
            // "Smith, another farmer said"
            if has(trimmed.lowerBound, [.determiner, .personNoun]), let name = bareName(endingAt: before, start) {
                return Subject(phrase: name, extent: name.lowerBound..<end)
            }
        }
        return Subject(phrase: trimmed, extent: trimmed)
    }

    /// A name alone between the start of the clause and the comma at `end`.
    private func bareName(endingAt end: Int, _ start: Int) -> Range<Int>? {
        var first = end
        while first > start, let token = token(first - 1), token.isWord, token.isCapital { first -= 1 }
        guard first < end, end - first <= 4, first == 0, !has(first, [.common, .time, .adverb]) else { return nil }
        return first..<end
    }

    /// `X, who …, said` and `X, a farmer, said`: the comma before the verb is at `close`.
    private func apposedSubject(endingAt close: Int, _ start: Int) -> Subject? {
        var opener: Int?
        var index = close - 1
        var commas = 0
        while index > start, commas < 6, close - index < 80 {
            let closing = kind(close)
            let fits = closing == .closeBracket ? kind(index) == .openBracket : kind(index) == closing
            if fits {
                commas += 1
                if opener == nil { opener = index }
                // the leftmost segment that begins a relative clause
                if has(index + 1, .relative) || isWord(index + 1, "whose") {
                    opener = index
                    break
                }
                if !isNominalStart(index - 1, start) { break }
                if closing == .comma, plainPhrase(endingAt: index, start) { opener = index }
            }
            if isQuote(index) || kind(index) == .semicolon || kind(index) == .colon { break }
            index -= 1
        }
        guard let opener, opener > start else { return nil }
        guard let first = phraseStart(endingAt: opener, start) else { return nil }
        let trimmed = trimLeading(first..<opener)
        guard !trimmed.isEmpty, looksNominal(trimmed) else {
            // "In May, the minister, said"? then the segment itself
            return nil
        }
        if adjunct(trimmed) {
            // "In London, a spokesman, said": what seemed an apposition is the subject
            let inner = trimLeading(opener + 1..<close)
            return inner.isEmpty || !looksNominal(inner) ? nil : Subject(phrase: inner, extent: inner)
        }
        return Subject(phrase: trimmed, extent: trimmed.lowerBound..<close)
    }

    /// A name or noun phrase between the previous mark and the comma at `end`, no verb and no adjunct.
    private func plainPhrase(endingAt end: Int, _ start: Int) -> Bool {
        var first = end
        while first > start, !isBreak(first - 1) { first -= 1 }
        let range = trimLeading(first..<end)
        guard !range.isEmpty, range.count < 16, let token = token(range.lowerBound),
            !range.contains(where: { has($0, .time) })
        else { return false }
        guard token.isCapital || token.has([.determiner, .personNoun, .groupNoun]),
            !token.has([.preposition, .subordinator, .time])
        else { return false }
        guard token.cue.isEmpty, !startsParticiple(range.lowerBound) else { return false }
        return !range.contains { isFinite($0) } && self.token(end - 1)?.isWord == true && looksNominal(range)
    }

    private func isNominalStart(_ index: Int, _ start: Int) -> Bool {
        guard index >= start, let token = token(index) else { return false }
        return token.isWord || token.kind == .number || token.kind == .closeBracket
    }

    private func adjunct(_ range: Range<Int>) -> Bool {
        has(range.lowerBound, [.preposition, .subordinator]) || range.count < 4 && range.contains { has($0, .time) }
    }

    /// `the man who said`: the phrase before the relative pronoun.
    private func antecedent(of relative: Int, _ start: Int) -> Subject? {
        var end = relative
        if kind(end - 1) == .comma { end -= 1 }
        guard end > start, var first = phraseStart(endingAt: end, start) else { return nil }
        // only the last noun phrase: "He went to meet Smith, who said"
        for index in stride(from: end - 2, through: first, by: -1)
        where has(index, .preposition) && !isWord(index, "of") || isFinite(index) {
            first = index + 1
            break
        }
        let trimmed = trimLeading(first..<end)
        guard !trimmed.isEmpty, looksNominal(trimmed) else { return nil }
        return Subject(phrase: trimmed, extent: trimmed)
    }

    /// Where the noun phrase that ends before `end` begins.
    private func phraseStart(endingAt end: Int, _ start: Int) -> Int? {
        var index = end - 1
        if has(index, [.subjectPronoun]), !has(index, .determiner) { return index }
        var sawFinite = false
        let limit = max(start, end - 40)
        while index >= limit {
            guard let token = token(index) else { return index + 1 < end ? index + 1 : nil }
            if isBreak(index) && !(token.kind == .dash && !token.shape.contains(.spaceBefore)) {
                return index + 1 < end ? index + 1 : nil
            }
            if token.has(.relative), !token.has(.determiner) || isWord(index, "that") {
                // a relative clause that has its own verb belongs to the phrase
                if !sawFinite || isWord(index, "that") && (index > 0 && isCue(index - 1)) { return index }
                sawFinite = false
                index -= 1
                continue
            }
            if token.has(.coordinator) {
                if isWord(index, "and"), !stretchHasFinite(before: index, limit), index > limit,
                    isNominalStart(index - 1, limit)
                {
                    index -= 1
                    continue
                }
                return index + 1 < end ? index + 1 : nil
            }
            if token.has(.subordinator), !token.has(.preposition) { return index + 1 < end ? index + 1 : nil }
            if isFinite(index), index + 1 < end {
                if token.has([.auxiliary, .verb]) || !token.cue.isEmpty {
                    if hasRelative(before: index, limit) {
                        sawFinite = true
                    } else {
                        return index + 1
                    }
                }
            }
            if has(index, .subjectPronoun), !has(index, [.determiner, .objectPronoun]), index + 1 < end {
                return index
            }
            index -= 1
        }
        return limit
    }

    private func isCue(_ index: Int) -> Bool { !(token(index)?.cue.isEmpty ?? true) }

    private func hasRelative(before index: Int, _ limit: Int) -> Bool {
        var cursor = index - 1
        while cursor >= limit, index - cursor < 12 {
            if isQuote(cursor) || isBreak(cursor) { return false }
            if has(cursor, .relative) { return !(isWord(cursor, "that") && isCue(cursor - 1)) }
            cursor -= 1
        }
        return false
    }

    private func stretchHasFinite(before index: Int, _ limit: Int) -> Bool {
        var cursor = index - 1
        while cursor >= limit, !isQuote(cursor), !isBreak(cursor) {
            if has(cursor, .relative) { return false }
            if isFinite(cursor), has(cursor, [.auxiliary, .verb]) || isCue(cursor) { return true }
            cursor -= 1
        }
        return false
    }

    /// Leaves out what only leads to the phrase: conjunctions, adverbs, "On Monday", "In London".
    func trimLeading(_ range: Range<Int>) -> Range<Int> {
        var start = range.lowerBound
        while start < range.upperBound {
            guard let token = token(start) else { break }
            let onlyLead = token.has([.coordinator, .adverb]) && !token.has([.subjectPronoun, .determiner])
            if onlyLead || (token.has(.time) && start + 1 < range.upperBound && kind(start + 1) != .clitic)
                || token.kind == .other
                || token.kind == .clitic || token.has(.subordinator) && !token.has(.preposition)
            {
                start += 1
            } else if token.has(.preposition), let next = afterPreposition(start, range.upperBound) {
                start = next
            } else {
                break
            }
        }
        return start..<range.upperBound
    }

    /// "On Monday officials", "In 2016 Smith": the item after a short expression of time.
    private func afterPreposition(_ start: Int, _ end: Int) -> Int? {
        var index = start + 1
        var sawTime = false
        while index < end, has(index, .time) || kind(index) == .number || has(index, .determiner) && !sawTime {
            if !has(index, .determiner) { sawTime = true }
            index += 1
        }
        return sawTime && index < end ? index : nil
    }

    func looksNominal(_ range: Range<Int>) -> Bool {
        guard let last = token(range.upperBound - 1) else { return false }
        if range.count == 1 {
            if last.has(.subjectPronoun) { return true }
            return last.isWord && !last.has([.preposition, .auxiliary, .coordinator, .subordinator, .adverb])
                && !last.has(.objectPronoun)
                && (last.isCapital || last.has([.groupNoun, .personNoun, .documentNoun, .organizationNoun])
                    || last.shape.contains(.endsInS))
                || last.shape.contains(.allCapitals)
        }
        return last.isWord || last.kind == .number || last.kind == .closeBracket
    }

    /// The subject of the unit's first clause: for participles ("…, adding that") and second verbs ("… and said").
    func mainSubject(before limit: Int) -> Range<Int>? {
        var start = 0
        while start < limit, kind(start) == .other || kind(start) == .dash { start += 1 }
        if has(start, [.preposition, .subordinator]) || token(start)?.cue.contains(.participle) == true
            || startsParticiple(start)
        {
            // a leading adjunct: go on after its comma
            var comma = start
            while comma < limit, kind(comma) != .comma { comma += 1 }
            if comma + 1 < limit { start = comma + 1 }
        }
        let from = trimLeading(start..<max(start, limit)).lowerBound
        var index = from
        while index < limit {
            if isQuote(index) || isBreak(index) || isFinite(index) && !(index > 0 && has(index - 1, .determiner)) {
                break
            }
            if has(index, [.relative, .subordinator]), !has(index, [.determiner, .preposition]) { break }
            if has(index, .adverb), index > from { break }
            index += 1
            if index - from > 24 { return nil }
        }
        guard index > from, index < count else { return nil }
        let range = from..<index
        return looksNominal(range) ? range : nil
    }

    func startsParticiple(_ index: Int) -> Bool {
        guard let token = token(index), token.isWord, token.end - token.start > 4 else { return false }
        let end = Int(token.end)
        return scan.text.utf8[end - 1] == UInt8(ascii: "g") && scan.text.utf8[end - 2] == UInt8(ascii: "n")
            && scan.text.utf8[end - 3] == UInt8(ascii: "i") || (endsInEd(index) && token.isCapital)
    }

    private func endsInEd(_ index: Int) -> Bool {
        guard let token = token(index), token.end - token.start > 3 else { return false }
        let end = Int(token.end)
        return scan.text.utf8[end - 1] == UInt8(ascii: "d") && scan.text.utf8[end - 2] == UInt8(ascii: "e")
    }
}
