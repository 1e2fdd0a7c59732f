internal import NewsModel

/// Finds the attributions that a cue announces, unit by unit.
struct CueFinder {
    let reader: UnitReader
    let unitNumber: Int
    var drafts: [Draft] = []
    /// Items that already belong to some content or source.
    var consumed = 0

    init(_ scan: TokenizedText, _ unit: Unit, number: Int) {
        reader = UnitReader(scan, unit)
        unitNumber = number
    }

    static func drafts(_ scan: TokenizedText, _ unit: Unit, number: Int) -> [Draft] {
        var finder = CueFinder(scan, unit, number: number)
        finder.find()
        return finder.drafts
    }

    private mutating func find() {
        var index = 0
        while index < reader.count {
            if let token = reader.token(index) {
                if reader.isWord(index, "according"), reader.isWord(index + 1, "to") {
                    index = accordingTo(index)
                    continue
                }
                if !token.cue.isEmpty, let next = verb(at: index, token) {
                    index = max(index + 1, next)
                    continue
                }
                if token.kind == .colon, let next = colon(at: index) {
                    index = max(index + 1, next)
                    continue
                }
            }
            index += 1
        }
    }

    // MARK: One verb

    /// Takes what the verb at `index` reports; nil when it reports nothing. Returns the item to go on from.
    private mutating func verb(at index: Int, _ token: Token) -> Int? {
        guard let use = reader.cueUse(index, token) else { return nil }
        if index < consumed { return nil }
        let scope = clauseStart(of: index)
        let complement = ComplementFinder(reader: reader, cue: index, frames: token.cue)
        if use == .participle { return participle(index, token, complement) }
        // said X: what was said stands before
        if let taken = inverted(index, token, scope) { return taken }
        var subject = reader.subject(of: index, from: scope)
        let onlyRelative = subject.map { $0.phrase.count == 1 && reader.has($0.phrase.lowerBound, .relative) }
        if onlyRelative ?? true {
            subject = sharedSubject(index).map { UnitReader.Subject(phrase: $0, extent: $0) }
        }
        var left = leftContent(before: subject?.extent.lowerBound ?? index, from: consumed)
        if left == nil, consumed > 0, drafts.last?.unit == unitNumber, reader.isEnd(index + 1),
            token.cue.contains(.final), let subject
        {
            left = leftContent(before: subject.extent.lowerBound, from: 0)
        }
        let quoteLeft = left.map { reader.isQuote(lastContent($0)) } ?? false
        if let left, quoteLeft || complement.isEmpty, token.cue.contains(.final) || quoteLeft {
            let source = subject?.extent
            if source != nil || quoteLeft {
                return takeLeft(left, cue: index..<index + 1, source: source, from: index + 1, index)
            }
        }
        guard let content = complement.content() else {
            return nil
        }
        guard let subject else {
            guard token.cue.contains(.sure), reader.isQuote(content.items.lowerBound) || index == 0 else { return nil }
            return take(content, cue: index..<content.cueEnd, source: nil, index, 0.35)
        }
        return take(
            content, cue: index..<content.cueEnd, source: subject.extent, index, token.cue.contains(.sure) ? 0.85 : 0.7)
    }

    /// A participle after a comma goes on with the subject of the sentence.
    private mutating func participle(_ index: Int, _ token: Token, _ complement: ComplementFinder) -> Int? {
        let previous = reader.token(index - 1)
        let afterComma = previous?.kind == .comma || previous?.kind == .dash || reader.isQuote(index - 1)
        let quoted = reader.isWord(index - 1, "as")
        guard
            afterComma || quoted || reader.isAny(index - 1, "by", "and") || index == 0 || absolute(before: index) != nil
                || reader.has(index - 1, [.personNoun, .time]) || token.cue.contains(.sure)
        else { return nil }
        guard let content = complement.content() else { return nil }
        if !token.cue.contains(.sure), content.weak { return nil }
        let own = absolute(before: index).map { reader.tokens($0) }
        let earlier = drafts.last { $0.source != nil && $0.unit == unitNumber }?.source
        guard let subject = own ?? earlier ?? reader.mainSubject(before: index).map({ reader.tokens($0) }) else {
            return nil
        }
        return take(content, cue: index..<content.cueEnd, sourceTokens: subject, index, 0.65)
    }

    /// `with Smith adding that …`: the participle's own subject.
    private func absolute(before verb: Int) -> Range<Int>? {
        var index = verb - 1
        while index >= 0, verb - index < 24 {
            if reader.isWord(index, "with"), index + 1 < verb {
                guard index == 0 || reader.isPunctuation(index - 1) || reader.isQuote(index - 1) else { return nil }
                return reader.looksNominal(index + 1..<verb) || reader.kind(verb - 1) == .comma ? index + 1..<verb : nil
            }
            if reader.isQuote(index) || reader.isFinite(index) { return nil }
            index -= 1
        }
        return nil
    }

    /// `…, said X` and `"…" said X`.
    private mutating func inverted(_ index: Int, _ token: Token, _ scope: Int) -> Int? {
        guard token.cue.contains(.final) || token.cue.contains(.quote), index > 0 else { return nil }
        let afterQuote = reader.isQuote(index - 1) || (reader.isPunctuation(index - 1) && reader.isQuote(index - 2))
        guard afterQuote || reader.kind(index - 1) == .comma || reader.kind(index - 1) == .dash else { return nil }
        guard let phrase = phraseAfter(index + 1) else { return nil }
        guard
            let left = leftContent(before: index, from: consumed)
                ?? (afterQuote ? nil : leftContent(before: index, from: 0))
        else { return nil }
        if !afterQuote {
            // "Smith, who …, said the plan failed" has its subject before the comma
            guard reader.hasFinite(left) else { return nil }
            if hasFiniteAfter(phrase.upperBound) { return nil }
            if let apposed = reader.subject(of: index, from: scope), !reader.hasFinite(apposed.phrase),
                apposed.phrase.lowerBound <= left.lowerBound + 1
            {
                return nil
            }
        } else if reader.has(index + 1, .subjectPronoun) && hasFiniteAfter(index + 2)
            && !reader.isQuote(phrase.upperBound)
        {
            return nil
        }
        return takeLeft(left, cue: index..<index + 1, source: phrase, from: phrase.upperBound, index)
    }

    private func hasFiniteAfter(_ start: Int) -> Bool {
        var index = start
        while index < reader.count, !reader.isBreak(index), !reader.isQuote(index) {
            if reader.has(index, [.relative, .subordinator]) { return false }
            if reader.isFinite(index), !reader.has(index, .possessive) { return true }
            index += 1
        }
        return false
    }

    /// The noun phrase that begins at `start`, with what belongs to it up to the next comma or verb.
    func phraseAfter(_ start: Int) -> Range<Int>? {
        guard let token = reader.token(start) else { return nil }
        guard
            token.isCapital
                || token.has([
                    .determiner, .possessive, .subjectPronoun, .personNoun, .groupNoun, .title, .organizationNoun,
                    .documentNoun, .demonym,
                ]) || token.kind == .number
        else { return nil }
        if token.has(.subjectPronoun), !token.has(.determiner) { return start..<start + 1 }
        if token.has(.relative) || token.has([.preposition, .time]) && !token.isCapital { return nil }
        var end = start
        while end < reader.count, !reader.isQuote(end), !reader.isBreak(end), end - start < 30 {
            if end > start, reader.has(end, [.relative, .subordinator]), !reader.has(end, .preposition) { break }
            if end > start, reader.isFinite(end), reader.has(end, [.auxiliary, .verb]) { break }
            if end > start, reader.token(end)?.cue.contains(.participle) == true || reader.isWord(end, "quoting") {
                break
            }
            if end > start, reader.has(end, .time), !reader.has(end, .determiner) { break }
            if end > start, reader.isAny(end, "in", "on", "during", "at", "after", "as") { break }
            end += 1
        }
        return end > start ? start..<end : nil
    }

    /// The subject of the cue before it in the unit, or of the first clause.
    private func sharedSubject(_ index: Int) -> Range<Int>? {
        let before = reader.back(over: [.adverb, .auxiliary, .negation], from: index - 1)
        guard before >= 0 else { return nil }
        if let source = drafts.last(where: { $0.unit == unitNumber })?.source { return itemRange(source) }
        return reader.mainSubject(before: index)
    }

    private func itemRange(_ tokens: Range<Int>) -> Range<Int>? {
        let items = reader.items
        guard let first = items.firstIndex(where: { $0.tokens.lowerBound >= tokens.lowerBound }),
            let last = items.lastIndex(where: { $0.tokens.upperBound <= tokens.upperBound }), first <= last
        else { return nil }
        return first..<last + 1
    }

    /// Where the clause of a verb may begin: after what is taken already.
    private func clauseStart(of index: Int) -> Int {
        var start = consumed
        var cursor = index - 1
        while cursor > start {
            if reader.isQuote(cursor) || reader.kind(cursor) == .semicolon || reader.kind(cursor) == .colon {
                start = cursor + 1
                break
            }
            cursor -= 1
        }
        return min(start, index)
    }

    // MARK: Taking

    mutating func takeLeft(_ left: Range<Int>, cue: Range<Int>, source: Range<Int>?, from next: Int, _ verb: Int) -> Int
    {
        var content = [reader.tokens(left)]
        var end = next
        if let source { end = max(end, source.upperBound) }
        // "…," he said, "…": the quotation goes on after the cue
        var cursor = end
        while cursor < reader.count, !reader.isQuote(cursor) {
            if let token = reader.token(cursor), !token.cue.isEmpty, reader.cueUse(cursor, token) != nil { break }
            cursor += 1
        }
        var confidence = reader.isQuote(lastContent(left)) ? 0.95 : 0.75
        if reader.isQuote(cursor), reader.isQuote(lastContent(left)),
            cursor == reader.count - 1 || reader.isEnd(cursor + 1) || reader.isPunctuation(cursor - 1)
        {
            content.append(reader.tokens(cursor..<cursor + 1))
            end = cursor + 1
        }
        if source == nil { confidence -= 0.3 }
        append(content, cue: cue, source: source.map { reader.tokens($0) }, verb, confidence)
        consumed = max(consumed, end)
        return end
    }

    private mutating func take(
        _ content: ComplementFinder.Content, cue: Range<Int>, source: Range<Int>?, _ verb: Int, _ confidence: Double
    ) -> Int? {
        take(content, cue: cue, sourceTokens: source.map { reader.tokens($0) }, verb, confidence)
    }

    private mutating func take(
        _ content: ComplementFinder.Content, cue: Range<Int>, sourceTokens: Range<Int>?, _ verb: Int,
        _ confidence: Double
    ) -> Int? {
        append(
            [reader.tokens(content.items)], cue: cue, source: sourceTokens, verb,
            content.weak ? confidence - 0.2 : confidence)
        consumed = max(consumed, content.items.upperBound)
        return content.items.upperBound
    }

    mutating func append(
        _ content: [Range<Int>], cue: Range<Int>, source: Range<Int>?, _ verb: Int, _ confidence: Double
    ) {
        let regions = reader.scan.marks.regionOfToken
        var draft = Draft(
            content: content, cue: reader.tokens(cue), source: source, confidence: confidence, unit: unitNumber,
            block: reader.unit.block)
        draft.polarity = CuePolarity.of(reader.tokens(verb..<verb + 1), reader.scan)
        if let last = content.last { draft.endsInQuote = regions[last.upperBound - 1] >= 0 }
        if let first = content.first { draft.startsWithQuote = regions[first.lowerBound] >= 0 }
        drafts.append(draft)
    }
}
