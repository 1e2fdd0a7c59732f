internal import NewsModel

/// Speech that was refused, denied or is still to come: "refused to say whether …", "dismissed reports that …", "is
/// expected to tell them that …". The tagger takes the first verb for the cue of an attitude; what would be said is
/// reported speech all the same.
struct UnspokenReport {
    /// With the verb of speech: "refused to say".
    let cue: Range<Int>
    /// Without it: "whether …".
    let content: Range<Int>

    /// Words between the verb of speech and what it would say.
    private static let reach = 7

    /// Whether such a report could stand among some tokens, so that it is worth looking for one.
    static func mayHold(_ scan: TokenizedText, _ tokens: Range<Int>) -> Bool {
        tokens.contains { index in
            let token = scan.tokens[index]
            if token.cue.contains(.base), scan.isWord(index - 1, "to") {
                let before = max(tokens.lowerBound, index - governorReach)..<index
                return before.contains { has($0, [.refusing, .planning], scan) }
            }
            return has(index, [.denying, .rejecting], scan)
        }
    }

    private static let governorReach = 7

    private static func has(_ index: Int, _ roles: PolarityRole, _ scan: TokenizedText) -> Bool {
        !PolarityLexicon.role(scan.tokens[index]).isDisjoint(with: roles)
    }

    /// - Parameters:
    ///   - cue: as tagged.
    ///   - content: as tagged; may begin with "to say".
    init?(cue: Range<Int>, content: Range<Int>, scan: TokenizedText) {
        guard cue.upperBound <= content.lowerBound, !content.isEmpty,
            scan.marks.regionOfToken[cue.lowerBound] < 0
        else { return nil }
        if CuePolarity.of(cue, scan) == .denied {
            self.cue = cue
            self.content = content
            return
        }
        guard cue.contains(where: { Self.has($0, [.refusing, .planning], scan) }),
            content.lowerBound - cue.upperBound <= 1,
            let verb = Self.infinitive(content, scan), let start = Self.clause(after: verb, content, scan)
        else { return nil }
        let whole = cue.lowerBound..<verb + 1
        guard CuePolarity.of(whole, scan) != .asserted else { return nil }
        self.cue = whole
        self.content = start..<content.upperBound
    }

    /// The verb of "to say", "publicly to say".
    private static func infinitive(_ content: Range<Int>, _ scan: TokenizedText) -> Int? {
        var index = content.lowerBound
        while index < content.upperBound, index < content.lowerBound + 3, !scan.isWord(index, "to") { index += 1 }
        index += 1
        while index < content.upperBound, scan.tokens[index].has(.adverb) { index += 1 }
        guard index < content.upperBound, index < content.lowerBound + 5 else { return nil }
        let frames = scan.tokens[index].cue
        return frames.contains(.base) && !frames.isDisjoint(with: [.clause, .that, .quote]) ? index : nil
    }

    /// Where "that …", "whether …" or a quotation begins; without any, after the verb if a subject stands there.
    private static func clause(after verb: Int, _ content: Range<Int>, _ scan: TokenizedText) -> Int? {
        let end = min(content.upperBound, verb + 1 + reach)
        for index in verb + 1..<max(verb + 1, end) {
            let token = scan.tokens[index]
            let opens = PolarityLexicon.role(token).contains(.clauseOpener)
            if opens || scan.marks.regionOfToken[index] >= 0 { return index }
            if token.kind == .terminator { return nil }
        }
        guard verb + 2 < content.upperBound, scan.tokens[verb].cue.contains(.clause) else { return nil }
        return scan.tokens[verb + 1].has([.subjectPronoun, .determiner]) ? verb + 1 : nil
    }
}
