/// How a cue is used.
enum CueUse { case finite, participle }

extension UnitReader {
    /// Whether the word is used as a cue here, and how.
    func cueUse(_ index: Int, _ token: Token) -> CueUse? {
        let cue = token.cue
        if token.isCapital, index > 0, !isQuote(index - 1),
            !(cue.contains([.sure, .clause]) && (isAny(index, "says", "said")))
        {
            return nil
        }
        let before = back(over: [.adverb, .negation], from: index - 1)
        let previous = self.token(before)
        if cue.contains(.participle) && !cue.contains(.past) {
            if isBe(before) { return .finite }
            if has(before, [.determiner, .possessive]) { return nil }
            if isAny(before, "of", "for", "without", "from") { return nil }
            return .participle
        }
        if cue.contains(.past) {
            if has(before, [.determiner, .possessive, .preposition]), !has(before, .subjectPronoun) { return nil }
            if previous?.kind == .clitic, previous?.first == UInt8(ascii: "s"), !has(before - 1, .subjectPronoun) {
                return nil
            }
            if isBe(before) { return nil }
            return .finite
        }
        if cue.contains(.present) {
            if has(before, [.determiner, .possessive, .preposition, .auxiliary]) && !has(before, .subjectPronoun) {
                return nil
            }
            if cue.contains(.sure) && !isWord(index, "claims") && !isWord(index, "notes") && !isWord(index, "states") {
                return .finite
            }
            return presentIsVerb(index, before) ? .finite : nil
        }
        return base(index, before)
    }

    private func presentIsVerb(_ index: Int, _ before: Int) -> Bool {
        guard let previous = self.token(before) else { return isQuote(before) }
        if previous.has(.subjectPronoun) && previous.has(.determiner) { return false }
        if previous.has(.subjectPronoun) || previous.kind == .comma || previous.kind == .closeBracket {
            return follows(index)
        }
        guard previous.isWord else { return false }
        return (previous.isCapital || previous.has([.personNoun, .documentNoun, .organizationNoun, .relative]))
            && follows(index)
    }

    /// What follows makes it a verb: that, a mark, a clause.
    private func follows(_ index: Int) -> Bool {
        if isQuote(index + 1) || isEnd(index + 1) { return true }
        guard let next = token(index + 1) else { return false }
        return next.has([.determiner, .possessive, .subjectPronoun, .relative, .time, .subordinator, .adverb])
            || next.isCapital
            || next.kind == .comma || next.kind == .colon || has(index + 1, .preposition)
    }

    private func base(_ index: Int, _ before: Int) -> CueUse? {
        guard let previous = token(before) else { return nil }
        if isWord(before, "to") {
            return isWord(before - 1, "on") && isWord(before - 2, "went") ? .finite : nil
        }
        if previous.has(.modal) { return .finite }
        if previous.has(.auxiliary) { return has(index - 1, .negation) || isWord(before, "did") ? .finite : nil }
        if token(index)?.cue.contains(.past) == true { return .finite }
        let plural = previous.has([.groupNoun, .pluralPronoun])
        if plural, isWord(index, "say") || previous.has(.pluralPronoun) { return .finite }
        guard follows(index) else { return nil }
        if isWord(index + 1, "that"), previous.isWord, previous.isCapital { return .finite }
        if previous.has(.subjectPronoun) {
            return previous.has([.pluralPronoun, .firstPronoun]) || isAny(before, "who", "many", "some") ? .finite : nil
        }
        if isWord(before, "who") || previous.kind == .comma {
            return previous.kind == .comma ? (pluralBefore(before) ? .finite : nil) : .finite
        }
        if previous.has(.groupNoun)
            || (previous.isWord && previous.shape.contains(.endsInS) && !previous.has([.preposition, .auxiliary]))
        {
            return .finite
        }
        return isWord(index, "say") && previous.isWord ? .finite : nil
    }

    private func pluralBefore(_ comma: Int) -> Bool {
        isWord(comma + 1, "say")
    }

    private func isBe(_ index: Int) -> Bool {
        for word in ["is", "are", "was", "were", "be", "been", "being", "am"] as [StaticString]
        where isWord(index, word) { return true }
        guard let token = token(index), token.kind == .clitic else { return false }
        return token.first == UInt8(ascii: "s") && has(index - 1, .subjectPronoun) || token.first == UInt8(ascii: "e")
            || token.first == UInt8(ascii: "m")
    }

    func back(over classes: WordClass, from index: Int) -> Int {
        var index = index
        while index >= 0, let token = token(index), token.has(classes),
            !token.has([.determiner, .subjectPronoun, .auxiliary])
        { index -= 1 }
        return index
    }
}
