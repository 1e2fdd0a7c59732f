internal import NewsModel

/// A stretch of text in which one attribution is looked for: sentences, joined where the end of one lies inside
/// quotation marks. Words in quotation marks count as one item.
struct Unit {
    struct Item {
        var tokens: Range<Int>
        /// Index of the quotation region, or -1 for a single token.
        var region: Int
        var isQuote: Bool { region >= 0 }
    }

    var items: [Item]
    var block: Int
    /// Index of the first token.
    var start: Int { items[0].tokens.lowerBound }
    var end: Int { items[items.count - 1].tokens.upperBound }

    /// Items at most, so that no rule looks further than that.
    private static let longest = 250

    /// The units of a text; their items follow each other without gap within a block.
    static func units(_ scan: TokenizedText, sentences: [Span], budget: AnalysisBudget) throws -> [Unit] {
        var starts = Set<Int>()
        for sentence in sentences { starts.insert(scan.firstToken(at: scan.text.byteOffset(ofScalar: sentence.start))) }
        var units: [Unit] = []
        for (number, block) in scan.blocks.enumerated() {
            try budget.check()
            var items: [Item] = []
            var index = block.lowerBound
            while index < block.upperBound {
                if !items.isEmpty, starts.contains(index) || items.count >= longest {
                    units.append(Unit(items: items, block: number))
                    items = []
                }
                let region = Int(scan.marks.regionOfToken[index])
                if region >= 0 {
                    let tokens = scan.marks.regions[region].tokens
                    items.append(Item(tokens: tokens, region: region))
                    index = tokens.upperBound
                } else {
                    items.append(Item(tokens: index..<index + 1, region: -1))
                    index += 1
                }
            }
            if !items.isEmpty { units.append(Unit(items: items, block: number)) }
        }
        return units
    }
}

extension [Unit] {
    /// The index of the unit that a token is in; 0 for tokens before the first.
    func index(ofToken token: Int) -> Int {
        var (low, high) = (0, count - 1)
        while low < high {
            let middle = (low + high + 1) / 2
            if self[middle].start <= token { low = middle } else { high = middle - 1 }
        }
        return low
    }
}

/// An attribution on its way: token ranges instead of spans, the source not yet resolved.
struct Draft {
    var content: [Range<Int>]
    var cue: Range<Int>?
    var source: Range<Int>?
    var polarity = Quotation.Polarity.asserted
    var confidence: Double
    var unit: Int
    var block: Int
    /// Ends in, or is, words in quotation marks: what a following quotation may go on from.
    var endsInQuote = false
    var startsWithQuote = false
}

/// One unit with ways to ask about its items.
struct UnitReader {
    let scan: TokenizedText
    let unit: Unit
    let items: [Unit.Item]

    init(_ scan: TokenizedText, _ unit: Unit) {
        self.scan = scan
        self.unit = unit
        items = unit.items
    }

    var count: Int { items.count }

    /// The token of a single-token item; nil for a quotation and outside the unit.
    @inline(__always)
    func token(_ index: Int) -> Token? {
        guard index >= 0, index < items.count, items[index].region < 0 else { return nil }
        return scan.tokens[items[index].tokens.lowerBound]
    }

    func isQuote(_ index: Int) -> Bool { index >= 0 && index < items.count && items[index].isQuote }

    func kind(_ index: Int) -> Token.Kind? { token(index)?.kind }

    func has(_ index: Int, _ classes: WordClass) -> Bool { token(index)?.has(classes) ?? false }

    func isWord(_ index: Int, _ word: StaticString) -> Bool {
        guard index >= 0, index < items.count, items[index].region < 0 else { return false }
        return scan.isWord(items[index].tokens.lowerBound, word)
    }

    /// Whether an item is one of some words.
    func isAny(_ index: Int, _ words: StaticString...) -> Bool { words.contains { isWord(index, $0) } }

    /// The tokens of a range of items that is not empty.
    func tokens(_ range: Range<Int>) -> Range<Int> {
        items[range.lowerBound].tokens.lowerBound..<items[range.upperBound - 1].tokens.upperBound
    }

    /// Ends the unit: nothing but marks of punctuation from here on.
    func isEnd(_ index: Int) -> Bool {
        var index = index
        while index < count {
            guard let kind = kind(index),
                kind == .terminator || kind == .closeBracket || kind == .other || kind == .singleMark
                    || kind == .doubleMark
            else { return false }
            index += 1
        }
        return true
    }

    /// Whether a word makes a clause finite, as far as lists and endings tell.
    func isFinite(_ index: Int) -> Bool {
        guard let token = token(index) else { return false }
        if token.kind == .clitic { return isCliticVerb(index) }
        guard token.isWord, !token.isCapital else { return false }
        if token.has([.auxiliary, .verb]) { return true }
        if token.cue.contains(.past) || (token.cue.contains(.present) && token.cue.contains(.sure)) { return true }
        return endsInEd(token)
    }

    private func isCliticVerb(_ index: Int) -> Bool {
        guard let token = token(index) else { return false }
        return token.first != UInt8(ascii: "s") || has(index - 1, .subjectPronoun)
    }

    private func endsInEd(_ token: Token) -> Bool {
        guard token.end - token.start > 4 else { return false }
        let end = Int(token.end)
        return scan.text.utf8[end - 1] == UInt8(ascii: "d") && scan.text.utf8[end - 2] == UInt8(ascii: "e")
    }

    /// Whether the range holds more verb groups than relative clauses take up.
    func hasFinite(_ range: Range<Int>) -> Bool {
        var verbs = 0
        var clauses = 0
        var inVerb = false
        for index in range {
            if has(index, .relative), index > range.lowerBound || !isWord(index, "that") { clauses += 1 }
            let finite = isFinite(index)
            if finite && !inVerb { verbs += 1 }
            inVerb = finite || inVerb && has(index, [.adverb, .negation])
        }
        return verbs > clauses
    }

    /// A mark of punctuation, a quotation, or nothing: what ends a phrase.
    func isBreak(_ index: Int) -> Bool { token(index) == nil || isPunctuation(index) }

    func isPunctuation(_ index: Int) -> Bool {
        guard let kind = kind(index) else { return false }
        switch kind {
        case .comma, .semicolon, .colon, .dash, .openBracket, .closeBracket, .terminator: return true
        default: return false
        }
    }
}
