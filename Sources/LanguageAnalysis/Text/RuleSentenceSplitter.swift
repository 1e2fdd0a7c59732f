package import NewsModel

/// Sentences by full stops, the words around them, quotation marks and line ends.
package struct RuleSentenceSplitter: SentenceSplitter {
    package init() {}

    package func split(_ text: DocumentText, budget: AnalysisBudget) throws -> [Span] {
        let scan = TokenizedText(text)
        var sentences: [Span] = []
        for block in scan.blocks {
            try budget.check()
            var start = block.lowerBound
            var index = block.lowerBound
            while index < block.upperBound {
                if let end = Self.sentenceEnd(scan, index, block) {
                    sentences.append(scan.span(start..<end))
                    start = end
                    index = end
                } else {
                    index += 1
                }
            }
            if start < block.upperBound { sentences.append(scan.span(start..<block.upperBound)) }
        }
        return sentences
    }

    /// The token after the sentence that ends with the token at `index`, or nil if none ends there.
    private static func sentenceEnd(_ scan: TokenizedText, _ index: Int, _ block: Range<Int>) -> Int? {
        let tokens = scan.tokens
        let token = tokens[index]
        let abbreviated = token.shape.contains(.abbreviation)
        guard token.kind == .terminator || abbreviated else { return nil }
        var end = index + 1
        var quoted = false
        while end < min(block.upperBound, index + 16), closesSentence(scan, end) {
            if tokens[end].kind == .doubleMark || tokens[end].kind == .singleMark { quoted = true }
            end += 1
        }
        guard end < block.upperBound else { return end }
        let next = tokens[end]
        let opens = next.kind == .doubleMark || next.kind == .openBracket || next.kind == .singleMark
        let following = opens && end + 1 < block.upperBound ? tokens[end + 1] : next
        let starts =
            following.isCapital || following.kind == .number || (opens && following.kind == .terminator)
            || following.shape.contains(.digits)
        if !next.shape.contains(.spaceBefore) {
            // a space forgotten: "the end.The start"
            guard !abbreviated, token.first == 0x2E, next.isWord, next.isCapital, index > block.lowerBound else {
                return nil
            }
            let before = tokens[index - 1]
            return before.isWord && !before.isCapital && before.end - before.start > 2 && next.end - next.start > 1
                ? end : nil
        }
        guard starts || isBullet(next) else { return nil }
        if abbreviated {
            if token.has(.continuing) { return nil }
            return opens || following.has(.common) || following.has(.time) ? end : nil
        }
        if quoted, token.first != 0x2E, attributionFollows(scan, end, block) { return nil }
        return end
    }

    private static func isBullet(_ token: Token) -> Bool { token.kind == .other }

    private static func closesSentence(_ scan: TokenizedText, _ index: Int) -> Bool {
        let token = scan.tokens[index]
        switch token.kind {
        case .terminator, .closeBracket: return !token.shape.contains(.spaceBefore)
        case .doubleMark, .singleMark:
            let region = scan.marks.regionOfToken[index]
            if region >= 0 {
                let tokens = scan.marks.regions[Int(region)].tokens
                return index == tokens.upperBound - 1 && tokens.count > 1 && scan.marks.regions[Int(region)].closed
                    || (index > tokens.lowerBound && !token.shape.contains(.spaceBefore))
            }
            return !token.shape.contains(.spaceBefore)
        default: return false
        }
    }

    /// `"Why?" Smith asked`: a cue within the next few words belongs to the question before it.
    private static func attributionFollows(_ scan: TokenizedText, _ start: Int, _ block: Range<Int>) -> Bool {
        for index in start..<min(start + 5, block.upperBound) {
            let token = scan.tokens[index]
            if token.kind != .word { return false }
            if token.cue.contains(.quote) && !token.isCapital {
                let next = index + 1 < block.upperBound ? scan.tokens[index + 1].kind : .terminator
                return next == .terminator || next == .comma
                    || scan.tokens[index + 1].has([.preposition, .adverb, .time])
            }
        }
        return false
    }
}
