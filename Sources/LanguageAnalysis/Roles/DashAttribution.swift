/// A name behind a dash at the end of a quotation's line: “It works.” — Ana Lima
enum DashAttribution {
    private static let longest = 12

    /// Makes the name the draft's source, whatever was linked.
    static func apply(to draft: inout Draft, _ scan: TokenizedText) {
        guard draft.endsInQuote, let end = draft.content.last?.upperBound, let name = name(after: end, scan) else { return }
        draft.source = name
        draft.cue = name.lowerBound - 1..<name.lowerBound
    }

    /// The name's tokens, or nil when no dash with a name follows the token before `end`.
    static func name(after end: Int, _ scan: TokenizedText) -> Range<Int>? {
        let tokens = scan.tokens
        var dash = end
        while dash < tokens.count, tokens[dash].kind == .terminator, !tokens[dash].shape.contains(.lineBefore) { dash += 1 }
        guard dash + 1 < tokens.count, tokens[dash].kind == .dash, !tokens[dash].shape.contains(.lineBefore),
            tokens[dash + 1].isWord, tokens[dash + 1].isCapital, !tokens[dash + 1].has([.subjectPronoun, .determiner])
        else { return nil }
        var stop = dash + 1
        while stop < tokens.count, stop - dash <= longest, stop == dash + 1 || !tokens[stop].shape.contains(.lineBefore),
            tokens[stop].kind != .terminator
        {
            // Narration goes on: no mere name.
            if !tokens[stop].cue.isEmpty || tokens[stop].has(.auxiliary) || tokens[stop].kind == .doubleMark { return nil }
            stop += 1
        }
        guard stop - dash <= longest else { return nil }
        return dash + 1..<stop
    }
}
