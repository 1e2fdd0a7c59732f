extension ComplementFinder {
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
            if kind == .comma || kind == .terminator || kind == .semicolon || kind == .dash || kind == .colon {
                end -= 1
            } else {
                break
            }
        }
        return end
    }

    private func stops(_ index: Int, _ start: Int) -> Int? {
        guard index > start, let token = reader.token(index) else { return nil }
        if reader.isWord(index, "according"), reader.isWord(index + 1, "to"), reader.kind(index - 1) == .comma {
            return index - 1
        }
        if token.cue.contains(.participle), reader.kind(index - 1) == .comma || reader.isWord(index - 1, "and") {
            if reader.kind(index - 1) == .comma || token.cue.contains(.sure) { return index - 1 }
        }
        // "dismissed the plan and renewed his call"
        if frames.isDisjoint(with: .clause), reader.isWord(index, "and"), reader.isFinite(index + 1),
            !reader.has(index + 1, .auxiliary)
        {
            return index
        }
        // "… and added", "…, but said", ", and he said"
        if token.has(.coordinator) || token.kind == .comma || token.kind == .semicolon {
            if secondCue(after: index) { return index }
        }
        if token.kind == .comma, finalCue(after: index) { return index }
        if reader.isWord(index, "with"), reader.kind(index - 1) == .comma {
            for cursor in index + 1..<max(index + 1, min(reader.count, index + 16)) {
                if reader.isBreak(cursor), reader.kind(cursor) != .comma { break }
                if let token = reader.token(cursor), token.cue.contains([.participle, .clause]),
                    reader.token(cursor - 1)?.isWord == true || reader.kind(cursor - 1) == .comma
                {
                    return index - 1
                }
            }
        }
        if reader.isAny(index, "while", "whereas"), reader.kind(index - 1) == .comma { return index - 1 }
        return nil
    }

    /// `…, said Smith.` and `…, Smith said.` at the end take all before them.
    private func finalCue(after comma: Int) -> Bool {
        var cursor = comma + 1
        while cursor < reader.count, cursor - comma < 9, let token = reader.token(cursor), token.isWord,
            !reader.isFinite(cursor)
        { cursor += 1 }
        if cursor > comma + 1, let token = reader.token(cursor), token.cue.contains(.final),
            reader.isFinite(cursor) || token.cue.contains(.present),
            reader.isEnd(cursor + 1), !reader.has(comma + 1, [.relative, .coordinator, .preposition, .subordinator])
        {
            return true
        }
        guard let token = reader.token(comma + 1), token.cue.contains(.sure),
            token.cue.contains(.past) || token.cue.contains(.present)
        else { return false }
        guard let next = reader.token(comma + 2), next.isCapital || next.has([.determiner, .title, .personNoun]),
            !next.has(.subjectPronoun) || next.has(.determiner)
        else { return false }
        return !(comma + 2..<min(reader.count, comma + 32)).contains { reader.isFinite($0) || reader.isQuote($0) }
    }

    /// Whether a new cue of the same rank follows a conjunction.
    private func secondCue(after index: Int) -> Bool {
        var cursor = index + 1
        if reader.has(cursor, .coordinator) { cursor += 1 }
        guard cursor > index + 1 || reader.has(index, .coordinator) else { return false }
        if reader.has(cursor, .subjectPronoun), reader.has(cursor, [.malePronoun, .femalePronoun]) { cursor += 1 }
        while reader.has(cursor, .adverb) || reader.has(cursor, .auxiliary) { cursor += 1 }
        guard let token = reader.token(cursor), token.cue.contains(.past) || token.cue.contains([.present, .sure]),
            !token.has(.determiner)
        else { return false }
        return token.cue.contains(.sure) || !token.cue.isDisjoint(with: [.clause, .objectInfinitive, .prepositional])
    }
}
