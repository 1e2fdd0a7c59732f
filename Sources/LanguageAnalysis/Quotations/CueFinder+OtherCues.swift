extension CueFinder {
    /// `According to X, …` and `…, according to X`.
    mutating func accordingTo(_ index: Int) -> Int {
        guard index >= consumed || drafts.last?.unit == unitNumber else { return index + 2 }
        guard index + 2 < reader.count else { return index + 2 }
        var end = index + 2
        while end < reader.count, !reader.isQuote(end), reader.kind(end) != .comma, reader.kind(end) != .terminator,
            reader.kind(end) != .semicolon,
            reader.kind(end) != .closeBracket || (index..<end).contains(where: { reader.kind($0) == .openBracket }),
            !(reader.has(end, .relative) && end > index + 3), end - index < 40
        {
            end += 1
        }
        guard end > index + 2 else { return index + 2 }
        end = apposedEnd(end, index)
        let source = index + 2..<end
        let before = max(0, index - 1)
        let open =
            reader.kind(before) == .comma
            && (reader.has(before - 1, [.relative, .coordinator])
                || before - consumed < 3 && !reader.hasFinite(consumed..<before))
        let leads =
            open || reader.trimLeading(0..<index + 1).lowerBound >= index || index <= consumed + 1 && consumed > 0
        if index == 0 || leads {
            var start = end
            while start < reader.count, reader.kind(start) == .comma || reader.has(start, .relative) && start == end {
                start += 1
            }
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

    /// "the Ministry of Agriculture, Forestry and Fisheries," and "the team's coach, Ann Lee,": the comma within the
    /// source.
    private func apposedEnd(_ end: Int, _ cue: Int) -> Int {
        guard reader.kind(end) == .comma else { return end }
        var next = end + 1
        while next < reader.count, next - end < 8, let token = reader.token(next),
            token.isWord && token.isCapital || reader.isAny(next, "and", "of")
        { next += 1 }
        guard next > end + 1, reader.kind(next) == .comma else { return end }
        let person = reader.has(end - 1, .personNoun) && reader.token(end - 1)?.isCapital == false
        let list =
            (end + 1..<next).contains { reader.isWord($0, "and") }
            && (cue..<end).contains { reader.has($0, .organizationWord) }
        return person || list ? next : end
    }

    func statementEnd(from start: Int) -> Int {
        var end = reader.count
        while end > start, reader.isPunctuation(end - 1) || reader.kind(end - 1) == .other { end -= 1 }
        return end
    }

    /// `X: "…"` and `X: a statement`.
    mutating func colon(at index: Int) -> Int? {
        guard index > 0, index >= consumed, reader.isQuote(index + 1) else { return nil }
        let phrase = reader.trimLeading(consumed..<index)
        guard !phrase.isEmpty else { return nil }
        let short = phrase.count <= 8 && !reader.hasFinite(phrase)
        let source = short ? phrase : reader.mainSubject(before: index)
        guard let source, reader.looksNominal(source) else { return nil }
        let end = index + 2
        append(
            [reader.tokens(index + 1..<end)], cue: index..<index + 1, source: reader.tokens(source), index,
            short ? 0.7 : 0.5)
        consumed = end
        return end
    }
}
