internal import NewsModel

/// Whether a cue asserts that something was said, denies it, or only supposes it.
enum CuePolarity {
    /// From the cue's own words and the auxiliaries, negations and adverbs directly before it.
    static func of(_ cue: Range<Int>, _ scan: TokenizedText) -> Quotation.Polarity {
        var result = Quotation.Polarity.asserted
        for index in cue {
            let token = scan.tokens[index]
            if token.cue.contains(.denial) { return .denied }
            if token.has(.negation) { return .negated }
            if token.has(.modal) { result = .hypothetical }
        }
        var index = cue.lowerBound - 1
        while index >= 0, scan.marks.regionOfToken[index] < 0, isVerbal(scan.tokens[index]) {
            if scan.tokens[index].has(.negation) { return .negated }
            if scan.tokens[index].has(.modal) { result = .hypothetical }
            index -= 1
        }
        return result
    }

    private static func isVerbal(_ token: Token) -> Bool {
        token.has([.auxiliary, .negation, .adverb]) || token.kind == .clitic
    }
}
