internal import NewsModel

/// Finds the attributions that a cue announces, unit by unit.
struct CueFinder {
    let reader: UnitReader
    let unitNumber: Int
    var drafts: [Draft] = []
    /// Items that already belong to some content or source.
    private(set) var consumed = 0

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

    // MARK: Is it a verb?

    /// Whether the word is used as a cue here, and how.
    private func use(_ index: Int, _ token: Token) -> VerbUse? {
        let cue = token.cue
        if token.isCapital, index > 0, !reader.isQuote(index - 1), !(cue.contains([.sure, .clause]) && (reader.isWord(index, "says") || reader.isWord(index, "said"))) { return nil }
        let before = back(over: [.adverb, .negation], from: index - 1)
        let beforeToken = reader.token(before)
        if cue.contains(.participle) && !cue.contains(.past) {
            if isBe(before) { return .finite }
            if reader.has(before, [.determiner, .possessive]) { return nil }
            if reader.isWord(before, "of") || reader.isWord(before, "for") || reader.isWord(before, "without") || reader.isWord(before, "from") { return nil }
            return .participle
        }
        if cue.contains(.past) {
            if reader.has(before, [.determiner, .possessive, .preposition]), !reader.has(before, .subjectPronoun) { return nil }
            if beforeToken?.kind == .clitic, beforeToken?.first == UInt8(ascii: "s"), !reader.has(before - 1, .subjectPronoun) { return nil }
            if isBe(before) { return nil }
            return .finite
        }
        if cue.contains(.present) {
            if reader.has(before, [.determiner, .possessive, .preposition, .auxiliary]) && !reader.has(before, .subjectPronoun) { return nil }
            if cue.contains(.sure) && !reader.isWord(index, "claims") && !reader.isWord(index, "notes") && !reader.isWord(index, "states") { return .finite }
            return presentIsVerb(index, before) ? .finite : nil
        }
        return base(index, before)
    }

    enum VerbUse { case finite, participle }

    private func presentIsVerb(_ index: Int, _ before: Int) -> Bool {
        guard let previous = reader.token(before) else { return reader.isQuote(before) }
        if previous.has(.subjectPronoun) && previous.has(.determiner) { return false }
        if previous.has(.subjectPronoun) || previous.kind == .comma || previous.kind == .closeBracket { return follows(index) }
        guard previous.isWord else { return false }
        return (previous.isCapital || previous.has([.personNoun, .documentNoun, .organizationNoun, .relative])) && follows(index)
    }

    /// What follows makes it a verb: that, a mark, a clause.
    private func follows(_ index: Int) -> Bool {
        if reader.isQuote(index + 1) || reader.isEnd(index + 1) { return true }
        guard let next = reader.token(index + 1) else { return false }
        return next.has([.determiner, .possessive, .subjectPronoun, .relative, .time, .subordinator, .adverb]) || next.isCapital
            || next.kind == .comma || next.kind == .colon || reader.has(index + 1, .preposition)
    }

    private func base(_ index: Int, _ before: Int) -> VerbUse? {
        guard let previous = reader.token(before) else { return nil }
        if reader.isWord(before, "to") {
            return reader.isWord(before - 1, "on") && reader.isWord(before - 2, "went") ? .finite : nil
        }
        if previous.has(.modal) { return .finite }
        if previous.has(.auxiliary) { return reader.has(index - 1, .negation) || reader.isWord(before, "did") ? .finite : nil }
        if reader.token(index)?.cue.contains(.past) == true { return .finite }
        let plural = previous.has([.groupNoun, .pluralPronoun])
        if plural, reader.isWord(index, "say") || previous.has(.pluralPronoun) { return .finite }
        guard follows(index) else { return nil }
        if reader.isWord(index + 1, "that"), previous.isWord, previous.isCapital { return .finite }
        if previous.has(.subjectPronoun) { return previous.has([.pluralPronoun, .firstPronoun]) || reader.isWord(before, "who") || reader.isWord(before, "many") || reader.isWord(before, "some") ? .finite : nil }
        if reader.isWord(before, "who") || previous.kind == .comma { return previous.kind == .comma ? (pluralBefore(before) ? .finite : nil) : .finite }
        if previous.has(.groupNoun) || (previous.isWord && previous.shape.contains(.endsInS) && !previous.has([.preposition, .auxiliary])) { return .finite }
        return reader.isWord(index, "say") && previous.isWord ? .finite : nil
    }

    private func pluralBefore(_ comma: Int) -> Bool {
        reader.isWord(comma + 1, "say")
    }

    private func isBe(_ index: Int) -> Bool {
        for word in ["is", "are", "was", "were", "be", "been", "being", "am"] as [StaticString] where reader.isWord(index, word) { return true }
        guard let token = reader.token(index), token.kind == .clitic else { return false }
        return token.first == UInt8(ascii: "s") && reader.has(index - 1, .subjectPronoun) || token.first == UInt8(ascii: "e") || token.first == UInt8(ascii: "m")
    }

    func back(over classes: WordClass, from index: Int) -> Int {
        var index = index
        while index >= 0, let token = reader.token(index), token.has(classes), !token.has([.determiner, .subjectPronoun, .auxiliary]) { index -= 1 }
        return index
    }

    // MARK: One verb

    /// Takes what the verb at `index` reports; nil when it reports nothing. Returns the item to go on from.
    private mutating func verb(at index: Int, _ token: Token) -> Int? {
        guard let use = use(index, token) else { return nil }
        if index < consumed, !(use == .finite && token.cue.contains(.sure) && false) { return nil }
        let scope = clauseStart(of: index)
        let complement = ComplementFinder(reader: reader, cue: index, frames: token.cue)
        if use == .participle { return participle(index, token, complement) }
        // said X: what was said stands before
        if let taken = inverted(index, token, scope) { return taken }
        var subject = reader.subject(of: index, from: scope)
        if subject == nil || reader.has(subject!.phrase.lowerBound, .relative) && subject!.phrase.count == 1 {
            subject = sharedSubject(index).map { UnitReader.Subject(phrase: $0, extent: $0) }
        }
        var left = leftContent(before: subject?.extent.lowerBound ?? index, from: consumed)
        if left == nil, consumed > 0, drafts.last?.unit == unitNumber, reader.isEnd(index + 1), token.cue.contains(.final), let subject {
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
        return take(content, cue: index..<content.cueEnd, source: subject.extent, index, token.cue.contains(.sure) ? 0.85 : 0.7)
    }

    /// A participle after a comma goes on with the subject of the sentence.
    private mutating func participle(_ index: Int, _ token: Token, _ complement: ComplementFinder) -> Int? {
        let previous = reader.token(index - 1)
        let afterComma = previous?.kind == .comma || previous?.kind == .dash || reader.isQuote(index - 1)
        let quoted = reader.isWord(index - 1, "as")
        guard afterComma || quoted || reader.isWord(index - 1, "by") || reader.isWord(index - 1, "and") || index == 0 || absolute(before: index) != nil || reader.has(index - 1, [.personNoun, .time]) || token.cue.contains(.sure) else { return nil }
        guard let content = complement.content() else { return nil }
        if !token.cue.contains(.sure), content.weak { return nil }
        let source = drafts.last(where: { $0.source != nil && $0.unit == unitNumber })?.source
        let subject = source ?? reader.mainSubject(before: index).map { reader.tokens($0) }
        guard let subject = absolute(before: index).map({ reader.tokens($0) }) ?? subject else { return nil }
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
        guard let left = leftContent(before: index, from: consumed) ?? (afterQuote ? nil : leftContent(before: index, from: 0)) else { return nil }
        if !afterQuote {
            // "Smith, who …, said the plan failed" has its subject before the comma
            guard reader.hasFinite(left) else { return nil }
            if hasFiniteAfter(phrase.upperBound) { return nil }
            if let apposed = reader.subject(of: index, from: scope), !reader.hasFinite(apposed.phrase), apposed.phrase.lowerBound <= left.lowerBound + 1 { return nil }
        } else if reader.has(index + 1, .subjectPronoun) && hasFiniteAfter(index + 2) && !reader.isQuote(phrase.upperBound) {
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
        guard token.isCapital || token.has([.determiner, .possessive, .subjectPronoun, .personNoun, .groupNoun, .title, .organizationNoun, .documentNoun, .demonym]) || token.kind == .number
        else { return nil }
        if token.has(.subjectPronoun), !token.has(.determiner) { return start..<start + 1 }
        if token.has(.relative) || token.has([.preposition, .time]) && !token.isCapital { return nil }
        var end = start
        while end < reader.count, !reader.isQuote(end), !reader.isBreak(end), end - start < 30 {
            if end > start, reader.has(end, [.relative, .subordinator]), !reader.has(end, .preposition) { break }
            if end > start, reader.isFinite(end), reader.has(end, [.auxiliary, .verb]) { break }
            if end > start, reader.token(end)?.cue.contains(.participle) == true || reader.isWord(end, "quoting") { break }
            if end > start, reader.has(end, .time), !reader.has(end, .determiner) { break }
            if end > start, reader.isWord(end, "in") || reader.isWord(end, "on") || reader.isWord(end, "during") || reader.isWord(end, "at") || reader.isWord(end, "after") || reader.isWord(end, "as") { break }
            end += 1
        }
        return end > start ? start..<end : nil
    }

    /// The subject of the cue before it in the unit, or of the first clause.
    private func sharedSubject(_ index: Int) -> Range<Int>? {
        let before = back(over: [.adverb, .auxiliary, .negation], from: index - 1)
        guard before >= 0 else { return nil }
        if reader.isWord(before, "and") || reader.isWord(before, "but") || reader.isWord(before, "then") || reader.kind(before) == .comma || reader.has(before, [.personNoun, .time]) || true {
            if let source = drafts.last(where: { $0.unit == unitNumber })?.source { return itemRange(source) }
            return reader.mainSubject(before: index)
        }
        return nil
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

    // MARK: What stands before

    private func lastContent(_ range: Range<Int>) -> Int {
        var index = range.upperBound - 1
        while index > range.lowerBound, reader.isPunctuation(index) { index -= 1 }
        return index
    }

    /// What can have been said before the item at `end`: everything up to a comma, or to a quotation.
    func leftContent(before end: Int, from start: Int) -> Range<Int>? {
        var end = end
        while end > start, let kind = reader.kind(end - 1), kind == .comma || kind == .dash || kind == .terminator || kind == .semicolon { end -= 1 }
        var start = start
        while start < end, reader.isPunctuation(start) || reader.has(start, .coordinator) && start + 1 < end { start += 1 }
        guard start < end else { return nil }
        start = afterDateline(start, end)
        if reader.isQuote(end - 1) { return claimable(end - 1, start) ? start..<end : nil }
        // words need a comma and a verb to be a statement
        guard let next = reader.kind(end), next == .comma || next == .dash || next == .terminator else { return nil }
        return reader.hasFinite(start..<end) ? start..<end : nil
    }

    /// A quotation that its marks, a comma or its length make a statement: not the "History" section.
    private func claimable(_ quote: Int, _ start: Int) -> Bool {
        guard quote > start || quote > 0 else { return true }
        if let next = reader.kind(quote + 1), next == .comma || next == .dash || next == .terminator { return true }
        let inside = reader.scan.marks.regions[reader.items[quote].region].inside
        guard let last = inside.last else { return false }
        let kind = reader.scan.tokens[last].kind
        return kind == .comma || kind == .terminator || kind == .dash || inside.count > 4
    }

    /// Past "KLANG:" or "CAIRO – 26 July 2022:" at the start of an article.
    private func afterDateline(_ start: Int, _ end: Int) -> Int {
        guard start == 0 else { return start }
        var index = 0
        while index < min(end, 10), let token = reader.token(index) {
            if token.kind == .colon || token.kind == .dash {
                if index > 0, index + 1 < end, reader.kind(index + 1) != .number, reader.token(0)?.shape.contains(.allCapitals) == true { return index + 1 }
            } else if token.isWord, !token.isCapital {
                return start
            }
            index += 1
        }
        return start
    }

    // MARK: Taking

    mutating func takeLeft(_ left: Range<Int>, cue: Range<Int>, source: Range<Int>?, from next: Int, _ verb: Int) -> Int {
        var content = contentParts(left)
        var end = next
        if let source { end = max(end, source.upperBound) }
        // "…," he said, "…": the quotation goes on after the cue
        var cursor = end
        while cursor < reader.count, !reader.isQuote(cursor) {
            if let token = reader.token(cursor), !token.cue.isEmpty, use(cursor, token) != nil { break }
            cursor += 1
        }
        var confidence = reader.isQuote(lastContent(left)) ? 0.95 : 0.75
        if reader.isQuote(cursor), reader.isQuote(lastContent(left)), cursor == reader.count - 1 || reader.isEnd(cursor + 1) || reader.isPunctuation(cursor - 1) {
            var last = cursor
            if reader.isEnd(cursor + 1) { last = cursor }
            content.append(reader.tokens(cursor..<last + 1))
            end = last + 1
        }
        if source == nil { confidence -= 0.3 }
        append(content, cue: cue, source: source.map { reader.tokens($0) }, verb, confidence)
        consumed = max(consumed, end)
        return end
    }

    /// The part of a left content that was said: without a leading "But" it stays whole.
    private func contentParts(_ range: Range<Int>) -> [Range<Int>] { [reader.tokens(range)] }

    private mutating func take(
        _ content: ComplementFinder.Content, cue: Range<Int>, source: Range<Int>?, _ verb: Int, _ confidence: Double
    ) -> Int? {
        take(content, cue: cue, sourceTokens: source.map { reader.tokens($0) }, verb, confidence)
    }

    private mutating func take(
        _ content: ComplementFinder.Content, cue: Range<Int>, sourceTokens: Range<Int>?, _ verb: Int, _ confidence: Double
    ) -> Int? {
        append([reader.tokens(content.items)], cue: cue, source: sourceTokens, verb, content.weak ? confidence - 0.2 : confidence)
        consumed = max(consumed, content.items.upperBound)
        return content.items.upperBound
    }

    mutating func append(_ content: [Range<Int>], cue: Range<Int>, source: Range<Int>?, _ verb: Int, _ confidence: Double) {
        let regions = reader.scan.marks.regionOfToken
        var draft = Draft(
            content: content, cue: reader.tokens(cue), source: source, confidence: confidence, unit: unitNumber, block: reader.unit.block)
        draft.polarity = polarity(verb)
        if let last = content.last { draft.endsInQuote = regions[last.upperBound - 1] >= 0 }
        if let first = content.first { draft.startsWithQuote = regions[first.lowerBound] >= 0 }
        drafts.append(draft)
    }

    /// Whether the cue asserts, denies, or only supposes that something was said.
    private func polarity(_ verb: Int) -> Quotation.Polarity {
        if reader.token(verb)?.cue.contains(.denial) == true { return .denied }
        var index = verb - 1
        var result = Quotation.Polarity.asserted
        while index >= 0, let token = reader.token(index), token.has([.auxiliary, .negation, .adverb]) || token.kind == .clitic {
            if token.has(.negation) { return .negated }
            if token.has(.modal) { result = .hypothetical }
            index -= 1
        }
        return result
    }

    // MARK: Other cues

    /// `According to X, …` and `…, according to X`.
    private mutating func accordingTo(_ index: Int) -> Int {
        guard index >= consumed || drafts.last?.unit == unitNumber else { return index + 2 }
        guard index + 2 < reader.count else { return index + 2 }
        var end = index + 2
        while end < reader.count, !reader.isQuote(end), reader.kind(end) != .comma, reader.kind(end) != .terminator, reader.kind(end) != .semicolon,
            reader.kind(end) != .closeBracket || (index..<end).contains(where: { reader.kind($0) == .openBracket }), !(reader.has(end, .relative) && end > index + 3), end - index < 40
        {
            end += 1
        }
        guard end > index + 2 else { return index + 2 }
        end = apposedEnd(end, index)
        let source = index + 2..<end
        let before = max(0, index - 1)
        let open = reader.kind(before) == .comma && (reader.has(before - 1, [.relative, .coordinator]) || before - consumed < 3 && !reader.hasFinite(consumed..<before))
        let leads = open || reader.trimLeading(0..<index + 1).lowerBound >= index || index <= consumed + 1 && consumed > 0
        if index == 0 || leads {
            var start = end
            while start < reader.count, reader.kind(start) == .comma || reader.has(start, .relative) && start == end { start += 1 }
            // "According to X, a professor, the plan": an apposition before the statement
            let stop = statementEnd(from: start)
            guard start < stop else { return end }
            append([reader.tokens(start..<stop)], cue: index..<index + 2, source: reader.tokens(source), index, 0.8)
            consumed = max(consumed, stop)
            return stop
        }
        var left = index
        while left > consumed, reader.isPunctuation(left - 1) { left -= 1 }
        var start = consumed
        while start < left, reader.isPunctuation(start) || reader.has(start, .coordinator) { start += 1 }
        if start < left {
            append([reader.tokens(start..<left)], cue: index..<index + 2, source: reader.tokens(source), index, 0.8)
            consumed = max(consumed, end)
        }
        return end
    }

    /// "the Ministry of Agriculture, Forestry and Fisheries," and "the team's coach, Ann Lee,": the comma within the source.
    private func apposedEnd(_ end: Int, _ cue: Int) -> Int {
        guard reader.kind(end) == .comma else { return end }
        var next = end + 1
        while next < reader.count, next - end < 8, let token = reader.token(next), token.isWord && token.isCapital || reader.isWord(next, "and") || reader.isWord(next, "of") { next += 1 }
        guard next > end + 1, reader.kind(next) == .comma else { return end }
        let person = reader.has(end - 1, .personNoun) && reader.token(end - 1)?.isCapital == false
        let list = (end + 1..<next).contains { reader.isWord($0, "and") } && (cue..<end).contains { reader.has($0, .organizationWord) }
        return person || list ? next : end
    }

    func statementEnd(from start: Int) -> Int {
        var end = reader.count
        while end > start, reader.isPunctuation(end - 1) || reader.kind(end - 1) == .other { end -= 1 }
        return end
    }

    /// `X: "…"` and `X: a statement`.
    private mutating func colon(at index: Int) -> Int? {
        guard index > 0, index >= consumed, reader.isQuote(index + 1) else { return nil }
        let phrase = reader.trimLeading(consumed..<index)
        guard !phrase.isEmpty else { return nil }
        let short = phrase.count <= 8 && !reader.hasFinite(phrase)
        let source = short ? phrase : reader.mainSubject(before: index)
        guard let source, reader.looksNominal(source) else { return nil }
        let end = index + 2
        append([reader.tokens(index + 1..<end)], cue: index..<index + 1, source: reader.tokens(source), index, short ? 0.7 : 0.5)
        consumed = end
        return end
    }
}
