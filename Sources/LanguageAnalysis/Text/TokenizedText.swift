internal import NewsModel

/// A text cut into tokens and blocks, with its quotation marks paired: what all three steps start from.
struct TokenizedText {
    let text: DocumentText
    let tokens: [Token]
    /// Paragraphs as ranges of tokens; a line that goes on in the next line's small letters is one with it.
    let blocks: [Range<Int>]
    let marks: QuotationMarks

    init(_ text: DocumentText) {
        self.text = text
        tokens = Tokenizer.tokenize(text)
        blocks = Self.blocks(tokens)
        marks = QuotationMarks(tokens, blocks: blocks)
    }

    private static func blocks(_ tokens: [Token]) -> [Range<Int>] {
        var blocks: [Range<Int>] = []
        var start = 0
        for index in tokens.indices where index > start && tokens[index].shape.contains(.lineBefore) {
            if goesOn(tokens, index) { continue }
            blocks.append(start..<index)
            start = index
        }
        if start < tokens.count { blocks.append(start..<tokens.count) }
        return blocks
    }

    /// Whether the line that starts at `index` belongs to the sentence of the line before.
    private static func goesOn(_ tokens: [Token], _ index: Int) -> Bool {
        let token = tokens[index]
        let previous = tokens[index - 1]
        guard !token.shape.contains(.blankLineBefore), token.isWord, !token.isCapital else { return false }
        return previous.kind == .word || previous.kind == .comma || previous.kind == .number
    }

    /// The bytes from the first to the last token of a range that is not empty.
    func bytes(_ range: Range<Int>) -> Range<Int> {
        Int(tokens[range.lowerBound].start)..<Int(tokens[range.upperBound - 1].end)
    }

    func span(_ range: Range<Int>) -> Span { text.span(bytes(range)) }

    func string(_ range: Range<Int>) -> String { text.string(bytes(range)) }

    /// The first token that starts at or after a byte offset.
    func firstToken(at byte: Int) -> Int {
        var low = 0
        var high = tokens.count
        while low < high {
            let middle = (low + high) / 2
            if Int(tokens[middle].start) < byte { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// The tokens that begin within a span of scalars.
    func tokens(in span: Span) -> Range<Int> {
        let bytes = text.bytes(span)
        let first = firstToken(at: bytes.lowerBound)
        return first..<max(first, firstToken(at: bytes.upperBound))
    }

    /// Whether a token is one of some words.
    func isAny(_ index: Int, _ words: StaticString...) -> Bool { words.contains { isWord(index, $0) } }

    /// Whether a token is the word given in small ASCII letters.
    func isWord(_ index: Int, _ word: StaticString) -> Bool {
        guard tokens.indices.contains(index) else { return false }
        let token = tokens[index]
        guard Int(token.end - token.start) == word.utf8CodeUnitCount else { return false }
        let start = Int(token.start)
        return word.withUTF8Buffer { wanted in
            for position in 0..<wanted.count {
                let byte = text.utf8[start + position]
                if (byte &- 0x41 < 26 ? byte | 0x20 : byte) != wanted[position] { return false }
            }
            return true
        }
    }
}
