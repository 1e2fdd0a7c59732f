internal import Glibc
let toggles = Int(getenv("TOG").map { String(cString: $0) } ?? "0") ?? 0
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
            if token.has(.preposition) || reader.isWord(index, "as") || reader.isWord(index, "when") || reader.isWord(index, "while") {
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
            if reader.isWord(cursor, "that"), reader.token(cursor - 1)?.isWord == true, !reader.has(cursor - 1, .preposition) { return true }
            if reader.kind(cursor) == .colon || reader.kind(cursor) == .comma && reader.isQuote(cursor + 1) { return true }
        }
        return false
    }

    // MARK: The frames

    func content() -> Content? {
        var start = cue + 1
        guard start < reader.count else { return nil }
        var cueEnd = cue + 1
        if reader.isWord(cue, "pointed") || reader.isWord(cue, "pointing") || reader.isWord(cue, "points") || reader.isWord(cue, "point") || reader.isWord(cue, "made") {
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
        guard let token = reader.token(begin), token.isWord || token.kind == .number || token.kind == .other else { return nil }
        let end = contentEnd(from: begin)
        guard end > begin else { return nil }
        let finite = (begin..<end).contains { reader.isFinite($0) }
        let certain = reader.isWord(cue, "said") || reader.isWord(cue, "says") || reader.isWord(cue, "saying") || reader.isWord(cue, "say")
        if frames.contains(.clause), finite || certain && end - begin > 3 { return Content(items: begin..<end, cueEnd: cueEnd) }
        if frames.contains(.object) {
            return Content(items: begin..<end, cueEnd: cueEnd, weak: true)
        }
        if frames.contains(.that), finite, token.has([.determiner, .possessive, .subjectPronoun]) || token.isCapital, clausal(begin, end) {
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
        let speaking = reader.isWord(cue, "speak") || reader.isWord(cue, "spoke") || reader.isWord(cue, "speaks") || reader.isWord(cue, "speaking")
        var at = start
        if reader.isWord(at, "out"), speaking { at += 1 }
        let calling = reader.token(cue)?.cue.contains(.naming) == true
        let fits: Bool
        if calling {
            fits = reader.isWord(at, "for") || reader.isWord(at, "on") || reader.isWord(at, "upon")
        } else if speaking {
            fits = reader.isWord(at, "against") || reader.isWord(at, "out")
        } else {
            fits = reader.isWord(at, "for") || reader.isWord(at, "about") || reader.isWord(at, "of") || reader.isWord(at, "against")
        }
        guard fits, at + 1 < reader.count else { return nil }
        return clause(at + 1, at + 1)
    }

    /// `urged X to …`: the listener, then an infinitive soon.
    private func objectInfinitive(_ start: Int, _ cueEnd: Int) -> Content? {
        guard let first = reader.token(start), first.isWord, !first.has([.preposition, .relative, .subordinator]) || reader.isWord(start, "for") else { return nil }
        for index in start + 1..<max(start + 1, min(reader.count, start + 14)) {
            if reader.isBreak(index) || reader.isQuote(index) || reader.isFinite(index) && !reader.has(index - 1, .determiner) { return nil }
            if reader.has(index, .relative) { return nil }
            if reader.isWord(index, "to"), index + 1 < reader.count {
                if reader.isQuote(index + 1) { return clause(start, cueEnd) }
                guard let next = reader.token(index + 1), next.isWord, !next.isCapital, !next.has([.determiner, .possessive, .pronoun]) else { return nil }
                return clause(start, cueEnd)
            }
        }
        return nil
    }

    private func accusation(_ start: Int, _ cueEnd: Int) -> Content? {
        guard start < reader.count, !reader.isEnd(start), !reader.has(start, .preposition) else { return nil }
        for index in start..<min(reader.count, start + 16) where reader.isWord(index, "of") || reader.isWord(index, "for") {
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
            guard quoted || first.has([.objectPronoun, .neuterPronoun, .determiner]) && second(start, end) else { return nil }
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
            for word in ["whether", "if", "how", "why", "what", "when", "where", "who"] as [StaticString] where reader.isWord(index, word) {
                return clause(index, cueEnd)
            }
            if reader.isBreak(index), reader.kind(index) != .comma, reader.kind(index) != .colon { return nil }
        }
        return nil
    }

    // MARK: Where it starts

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
                    if let token = reader.token(index), token.isWord, !token.has([.time, .preposition]) || token.has(.determiner) { return index }
                    continue
                }
            }
            if token.has(.preposition) || reader.isWord(index, "as") || reader.isWord(index, "when") {
                return afterPhrases(from: index) ?? (frames.contains(.sure) && !laterEnd(index) ? nil : nil)
            }
            return index
        }
        return index < reader.count ? index : nil
    }

    private func laterEnd(_ index: Int) -> Bool { reader.isEnd(index) }

    /// `said, however, that …`, `said, citing X, that …`.
    private func parenthesis(_ comma: Int) -> Int? {
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
    private func afterLooseComma(_ comma: Int) -> Int? {
        guard frames.contains(.sure), frames.contains(.clause), !frames.contains(.participle), let next = reader.token(comma + 1), next.isWord else { return nil }
        guard !next.cue.contains(.participle), !next.has([.relative, .coordinator]) || next.has(.determiner), !next.has([.subordinator]) else { return nil }
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
    private func boundaryAfterPhrase(_ start: Int) -> Int? {
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
                let starts = token.has([.determiner, .possessive, .subjectPronoun]) && !token.has([.objectPronoun, .relative])
                    && !reader.has(index - 1, [.preposition, .coordinator, .determiner, .auxiliary])
                let capital = token.isCapital && reader.token(index - 1).map { $0.isWord && !$0.isCapital && !$0.has([.preposition, .determiner, .possessive, .coordinator, .title]) } == true
                let afterTime = reader.has(index - 1, .time) && token.isWord && !token.has([.preposition, .time, .coordinator])
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
        if first.has([.objectPronoun]) || first.has(.pronoun) && first.has(.possessive) && reader.isWord(start, "her") && reader.has(start + 1, [.determiner, .pronoun, .relative]) { return start + 1 }
        if first.has(.relative) || first.has(.preposition) || first.has(.subordinator) { return start }
        let limit = min(reader.count, start + 16)
        var index = start + 1
        while index < limit {
            if reader.isQuote(index) { return index }
            guard let token = reader.token(index) else { return nil }
            if token.kind == .comma || token.kind == .colon || token.kind == .terminator { return index }
            if reader.isWord(index, "that") || reader.isWord(index, "to") || reader.isWord(index, "about") { return index }
            let previous = reader.token(index - 1)
            if token.has([.determiner, .subjectPronoun]) && !token.has(.objectPronoun) && previous?.has([.preposition, .coordinator, .determiner]) != true && previous?.kind != .clitic { return index }
            if token.has(.time), !token.isCapital || reader.has(index, .time) { return index }
            if token.has(.possessive), previous?.has([.preposition, .coordinator]) != true { return index }
            if token.has(.preposition), !reader.isWord(index, "of") {
                return afterPhrases(from: index) ?? index
            }
            if token.isCapital, let previous, previous.isWord, !previous.isCapital, !previous.has([.preposition, .determiner, .coordinator, .possessive, .title, .demonym]) { return index }
            if !token.isCapital, token.isWord, let previous, previous.isCapital, !token.has([.preposition, .coordinator, .nameParticle]), !first.has(.determiner) || index - start > 2 { return index }
            index += 1
        }
        return index
    }

    // MARK: Where it ends

    /// The item after what was said: at the unit's end, or where the next cue takes over.
    func contentEnd(from start: Int) -> Int {
        var end = reader.count
        var index = start
        while index < reader.count {
            if let stop = stops(index, start) {
                end = stop
                break
            }
            index += 1
        }
        while end > start {
            guard let kind = reader.kind(end - 1) else { break }
            if kind == .comma || kind == .terminator || kind == .semicolon || kind == .dash || kind == .colon { end -= 1 } else { break }
        }
        return end
    }

    private func stops(_ index: Int, _ start: Int) -> Int? {
        guard index > start, let token = reader.token(index) else { return nil }
        if reader.isWord(index, "according"), reader.isWord(index + 1, "to"), reader.kind(index - 1) == .comma { return index - 1 }
        if token.cue.contains(.participle), reader.kind(index - 1) == .comma || reader.isWord(index - 1, "and") {
            if reader.kind(index - 1) == .comma || token.cue.contains(.sure) { return index - 1 }
        }
        if toggles & 1 != 0, token.kind == .comma, reader.isWord(index + 1, "but") { return index }
        if toggles & 2 != 0, token.kind == .comma, reader.startsParticiple(index + 1), reader.token(index + 1)?.isCapital == false, reader.token(index + 1)?.cue.isEmpty == true, !reader.isWord(index + 1, "including"), !reader.isWord(index + 1, "following") { return index }
        if toggles & 4 != 0, frames.isDisjoint(with: .clause) || toggles & 8 != 0, reader.isWord(index, "and"), reader.isFinite(index + 1), !reader.has(index + 1, .auxiliary) || toggles & 16 != 0 { return index }
        // "… and added", "…, but said", ", and he said"
        if token.has(.coordinator) || token.kind == .comma || token.kind == .semicolon {
            if secondCue(after: index) { return index }
        }
        if token.kind == .comma, finalCue(after: index) { return index }
        if reader.isWord(index, "with"), reader.kind(index - 1) == .comma {
            for cursor in index + 1..<max(index + 1, min(reader.count, index + 16)) {
                if reader.isBreak(cursor), reader.kind(cursor) != .comma { break }
                if let token = reader.token(cursor), token.cue.contains([.participle, .clause]), reader.token(cursor - 1)?.isWord == true || reader.kind(cursor - 1) == .comma { return index - 1 }
            }
        }
        if reader.isWord(index, "while") || reader.isWord(index, "whereas"), reader.kind(index - 1) == .comma { return index - 1 }
        return nil
    }

    /// `…, said Smith.` and `…, Smith said.` at the end take all before them.
    private func finalCue(after comma: Int) -> Bool {
        var cursor = comma + 1
        while cursor < reader.count, cursor - comma < 9, let token = reader.token(cursor), token.isWord, !reader.isFinite(cursor) { cursor += 1 }
        if cursor > comma + 1, let token = reader.token(cursor), token.cue.contains(.final), reader.isFinite(cursor) || token.cue.contains(.present),
            reader.isEnd(cursor + 1), !reader.has(comma + 1, [.relative, .coordinator, .preposition, .subordinator])
        {
            return true
        }
        guard let token = reader.token(comma + 1), token.cue.contains(.sure), token.cue.contains(.past) || token.cue.contains(.present) else { return false }
        guard let next = reader.token(comma + 2), next.isCapital || next.has([.determiner, .title, .personNoun]), !next.has(.subjectPronoun) || next.has(.determiner) else { return false }
        return !(comma + 2..<reader.count).contains { reader.isFinite($0) || reader.isQuote($0) }
    }

    /// Whether a new cue of the same rank follows a conjunction.
    private func secondCue(after index: Int) -> Bool {
        var cursor = index + 1
        if reader.has(cursor, .coordinator) { cursor += 1 }
        guard cursor > index + 1 || reader.has(index, .coordinator) else { return false }
        if reader.has(cursor, .subjectPronoun), reader.has(cursor, [.malePronoun, .femalePronoun]) { cursor += 1 }
        while reader.has(cursor, .adverb) || reader.has(cursor, .auxiliary) { cursor += 1 }
        guard let token = reader.token(cursor), token.cue.contains(.past) || token.cue.contains([.present, .sure]), !token.has(.determiner) else { return false }
        return token.cue.contains(.sure) || !token.cue.isDisjoint(with: [.clause, .objectInfinitive, .prepositional])
    }
}
