/// Reads the sentences of one block of text, from the first to the last.
struct SentenceReader {
    let scan: TokenizedText
    let block: Range<Int>
    /// The first token of the sentence that is being read.
    private(set) var start: Int

    init(_ scan: TokenizedText, _ block: Range<Int>) {
        self.scan = scan
        self.block = block
        start = block.lowerBound
    }

    /// The tokens of the next sentence, or nil after the last one.
    /// - Complexity: linear in its tokens.
    mutating func next() -> Range<Int>? {
        guard start < block.upperBound else { return nil }
        var index = start
        while index < block.upperBound {
            if let end = index > start && startsCaption(index) ? index : sentenceEnd(index) {
                defer { start = end }
                return start..<end
            }
            index += 1
        }
        defer { start = block.upperBound }
        return start..<block.upperBound
    }

    /// What closes together with a sentence.
    private struct Closing: OptionSet {
        let rawValue: UInt8
        static let quotation = Closing(rawValue: 1)
        static let bracket = Closing(rawValue: 2)
    }

    /// What stands at a place after a full stop.
    private struct Continuation {
        /// The first token after the stop and what closes with it.
        var next: Token
        /// The first token that is no opening mark or bracket.
        var following: Token
        /// A mark or a bracket stands before `following`.
        var opens: Bool
        var closed: Closing
    }

    /// The token after the sentence that ends with the token at `index`, or nil if none ends there.
    private func sentenceEnd(_ index: Int) -> Int? {
        let token = scan.tokens[index]
        if token.kind != .terminator, !token.shape.contains(.abbreviation) { return emoticonEnd(index) }
        let (end, closed) = closing(index)
        guard end < block.upperBound else { return end }
        let next = scan.tokens[end]
        let opens = next.kind == .doubleMark || next.kind == .openBracket || next.kind == .singleMark
        let following = opens && end + 1 < block.upperBound ? scan.tokens[end + 1] : next
        let place = Continuation(next: next, following: following, opens: opens, closed: closed)
        guard next.shape.contains(.spaceBefore) else { return lacksSpace(index, end, next) ? end : nil }
        if token.shape.contains(.abbreviation) { return abbreviationEnds(index, place) ? end : nil }
        return stopEnds(index, end, place) ? end : nil
    }

    /// The first token after the closing marks, brackets, notes and emoticons that belong to the stop at `index`.
    private func closing(_ index: Int) -> (end: Int, closed: Closing) {
        let tokens = scan.tokens
        var end = index + 1
        var closed: Closing = []
        while end < min(block.upperBound, index + 16) {
            if closesSentence(end) {
                if tokens[end].kind == .doubleMark || tokens[end].kind == .singleMark { closed.insert(.quotation) }
                if tokens[end].kind == .closeBracket { closed.insert(.bracket) }
                end += 1
            } else if let after = noteEnd(end) ?? emoticon(end) {
                end = after
            } else {
                break
            }
        }
        return (end, closed)
    }

    private func closesSentence(_ index: Int) -> Bool {
        let token = scan.tokens[index]
        switch token.kind {
        case .terminator, .closeBracket: return !token.shape.contains(.spaceBefore)
        case .doubleMark, .singleMark:
            let region = scan.marks.regionOfToken[index]
            guard region >= 0 else { return !token.shape.contains(.spaceBefore) }
            let found = scan.marks.regions[Int(region)]
            return index == found.tokens.upperBound - 1 && found.tokens.count > 1 && found.closed
                || (index > found.tokens.lowerBound && !token.shape.contains(.spaceBefore))
        default: return false
        }
    }

    /// `[12]`: the token after a note that starts at `index`.
    private func noteEnd(_ index: Int) -> Int? {
        guard index + 2 < block.upperBound, scan.tokens[index].first == UInt8(ascii: "["),
            scan.tokens[index + 1].kind == .number, scan.tokens[index + 2].first == UInt8(ascii: "]")
        else { return nil }
        return index + 3
    }

    // MARK: Stops

    private func stopEnds(_ index: Int, _ end: Int, _ place: Continuation) -> Bool {
        let token = scan.tokens[index]
        let next = place.next
        let dots = token.first == 0x5F
        if index == start { return !dots && startsSentence(place) }
        if token.first == 0x2E, isListNumber(index) || isShortWeekday(index, place.following) { return false }
        if place.closed.contains(.quotation), token.first != 0x2E, attributionFollows(end) { return false }
        if startsSentence(place) { return true }
        guard place.closed.isEmpty, !dots else { return false }
        if next.kind == .openBracket { return true }
        // ". ... The next thing"
        if next.first == 0x5F { return end + 1 < block.upperBound && scan.tokens[end + 1].isCapital }
        guard next.isWord else { return false }
        return startsInSmallLetters(index)
    }

    private func startsSentence(_ place: Continuation) -> Bool {
        let following = place.following
        return following.isCapital || following.kind == .number || following.shape.contains(.digits)
            || (place.opens && following.kind == .terminator) || place.next.kind == .other
    }

    /// `1. The pricing`, `*1. The pricing`: a number alone before the first full stop.
    private func isListNumber(_ index: Int) -> Bool {
        let number = scan.tokens[index - 1]
        guard number.kind == .number, number.end - number.start < 4 else { return false }
        return index - 1 == start || scan.tokens[index - 2].first == UInt8(ascii: "*")
    }

    /// `Wed. Sept. 27`
    private func isShortWeekday(_ index: Int, _ following: Token) -> Bool {
        let day = scan.tokens[index - 1]
        return day.isCapital && day.has(.time) && !day.has(.month) && day.end - day.start < 6
            && (following.kind == .number || following.has(.month))
    }

    /// Whether a small letter after the stop at `index` may start a sentence: the word before is no abbreviation.
    private func startsInSmallLetters(_ index: Int) -> Bool {
        let before = scan.tokens[index - 1]
        guard before.kind == .word else { return before.kind == .closeBracket || before.kind == .number }
        return !before.isCapital && (before.end - before.start > 3 || !before.classes.isEmpty)
    }

    /// `the end.The start`
    private func lacksSpace(_ index: Int, _ end: Int, _ next: Token) -> Bool {
        let token = scan.tokens[index]
        guard token.first == 0x2E, !token.shape.contains(.abbreviation), next.isWord, next.isCapital,
            index > block.lowerBound
        else { return false }
        let before = scan.tokens[index - 1]
        return before.isWord && !before.isCapital && before.end - before.start > 2 && next.end - next.start > 1
    }

    /// `"Why?" Smith asked`: a cue within the next few words belongs to the question before it.
    private func attributionFollows(_ start: Int) -> Bool {
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

    // MARK: Abbreviations

    /// Whether the full stop of an abbreviation ends the sentence too.
    private func abbreviationEnds(_ index: Int, _ place: Continuation) -> Bool {
        let token = scan.tokens[index]
        let following = place.following
        if scan.isWord(index, "no.") {
            return isAnswer(index) ? following.kind != .number : !token.isCapital && following.isCapital
        }
        guard startsSentence(place), !token.has(.continuing) else { return false }
        if place.next.kind == .openBracket || following.kind == .number { return false }
        if place.opens { return true }
        // the U.S. President, at 5 p.m. Monday
        if following.has(.title), !following.has([.adverb, .determiner]) { return false }
        if following.has(.time), !following.has(.adverb) { return false }
        return following.has(.common)
    }

    /// `No.` as a sentence of its own.
    private func isAnswer(_ index: Int) -> Bool {
        index == start || (index == start + 1 && scan.tokens[start].kind == .doubleMark)
    }

    // MARK: What starts or ends a sentence without a stop

    /// `Image: Jane Roe.` after words without a full stop.
    private func startsCaption(_ index: Int) -> Bool {
        let token = scan.tokens[index]
        guard token.isCapital, token.shape.contains(.spaceBefore), index + 1 < block.upperBound,
            scan.tokens[index + 1].kind == .colon
        else { return false }
        let before = scan.tokens[index - 1]
        return (before.isWord || before.kind == .closeBracket || before.kind == .doubleMark || before.kind == .clitic)
            && scan.isAny(index, "image", "images", "photo", "photos", "photograph", "picture", "video")
    }

    /// The token after an emoticon at `index` before a capital letter.
    private func emoticonEnd(_ index: Int) -> Int? {
        guard let end = emoticon(index) else { return nil }
        return end == block.upperBound || scan.tokens[end].isCapital ? end : nil
    }

    /// The token after an emoticon at `index`.
    private func emoticon(_ index: Int) -> Int? {
        let token = scan.tokens[index]
        guard token.kind != .word, token.shape.contains(.spaceBefore),
            let width = Emoticon.width(in: scan.text.utf8, at: Int(token.start))
        else { return nil }
        var end = index + 1
        while end < block.upperBound, Int(scan.tokens[end].start) < Int(token.start) + width { end += 1 }
        return end
    }
}
