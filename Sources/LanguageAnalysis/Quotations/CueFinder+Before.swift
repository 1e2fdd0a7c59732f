extension CueFinder {
    func lastContent(_ range: Range<Int>) -> Int {
        var index = range.upperBound - 1
        while index > range.lowerBound, reader.isPunctuation(index) { index -= 1 }
        return index
    }

    /// What can have been said before the item at `end`: everything up to a comma, or to a quotation.
    func leftContent(before end: Int, from start: Int) -> Range<Int>? {
        var end = end
        while end > start, let kind = reader.kind(end - 1),
            kind == .comma || kind == .dash || kind == .terminator || kind == .semicolon
        { end -= 1 }
        var start = start
        while start < end, reader.isPunctuation(start) || reader.has(start, .coordinator) && start + 1 < end {
            start += 1
        }
        guard start < end else { return nil }
        start = afterDateline(start, end)
        if reader.isQuote(end - 1) { return claimable(end - 1, start) ? start..<end : nil }
        // words need a comma and a verb to be a statement
        guard let next = reader.kind(end), next == .comma || next == .dash || next == .terminator else { return nil }
        return reader.hasFinite(start..<end) ? start..<end : nil
    }

    /// A quotation that its marks, a comma or its length make a statement: not the "History" section.
    func claimable(_ quote: Int, _ start: Int) -> Bool {
        guard quote > start || quote > 0 else { return true }
        if let next = reader.kind(quote + 1), next == .comma || next == .dash || next == .terminator { return true }
        let inside = reader.scan.marks.regions[reader.items[quote].region].inside
        guard let last = inside.last else { return false }
        let kind = reader.scan.tokens[last].kind
        return kind == .comma || kind == .terminator || kind == .dash || inside.count > 4
    }

    /// Past "KLANG:" or "CAIRO – 26 July 2022:" at the start of an article.
    func afterDateline(_ start: Int, _ end: Int) -> Int {
        guard start == 0 else { return start }
        var index = 0
        while index < min(end, 10), let token = reader.token(index) {
            if token.kind == .colon || token.kind == .dash {
                if index > 0, index + 1 < end, reader.kind(index + 1) != .number,
                    reader.token(0)?.shape.contains(.allCapitals) == true
                {
                    return index + 1
                }
            } else if token.isWord, !token.isCapital {
                return start
            }
            index += 1
        }
        return start
    }
}
