/// The outermost pairs of quotation marks, each within one paragraph.
///
/// A mark that opens and never closes holds the rest of its paragraph: the convention for speech over several
/// paragraphs, where each opens anew and only the last one closes.
struct QuotationMarks {
    struct Region {
        /// The tokens from the opening mark to the closing one, both included.
        var tokens: Range<Int>
        var block: Int
        var closed: Bool
        var single: Bool
        /// Goes on with the region that opens the next paragraph.
        var continues = false

        /// The tokens between the marks.
        var inside: Range<Int> {
            let end = closed ? tokens.upperBound - 1 : tokens.upperBound
            return tokens.lowerBound + 1..<max(tokens.lowerBound + 1, end)
        }
    }

    private(set) var regions: [Region] = []
    /// For each token the region that it is in, marks included, or -1.
    private(set) var regionOfToken: [Int32]

    init(_ tokens: [Token], blocks: [Range<Int>]) {
        regionOfToken = [Int32](repeating: -1, count: tokens.count)
        for (index, block) in blocks.enumerated() { pair(tokens, block, index) }
        for index in regions.indices.dropLast() where !regions[index].closed && !regions[index].single {
            let next = regions[index + 1]
            regions[index].continues =
                next.block == regions[index].block + 1
                && next.tokens.lowerBound == blocks[next.block].lowerBound
        }
        for (index, region) in regions.enumerated() {
            for token in region.tokens { regionOfToken[token] = Int32(truncatingIfNeeded: index) }
        }
    }

    private mutating func pair(_ tokens: [Token], _ block: Range<Int>, _ blockIndex: Int) {
        var closers: [Int: Int]?
        var open: (index: Int, guillemet: Bool)?
        var index = block.lowerBound
        while index < block.upperBound {
            let token = tokens[index]
            defer { index += 1 }
            guard token.kind == .doubleMark || token.kind == .singleMark else { continue }
            if let (start, guillemet) = open {
                guard token.kind == .doubleMark, Self.closes(tokens, index, block, guillemet) else { continue }
                if index > start + 1 { add(start..<index + 1, blockIndex, closed: true, single: false) }
                open = nil
            } else if token.kind == .doubleMark {
                if Self.opensDouble(tokens, index, block) { open = (index, token.first == MarkForm.openGuillemet) }
            } else if Self.opensSingle(tokens, index, block) {
                let known = closers ?? Self.singleClosers(tokens, block)
                closers = known
                guard let close = known[index] else { continue }
                add(index..<close + 1, blockIndex, closed: true, single: true)
                index = close
            }
        }
        if let (start, _) = open, start + 1 < block.upperBound {
            add(start..<block.upperBound, blockIndex, closed: false, single: false)
        }
    }

    private mutating func add(_ tokens: Range<Int>, _ block: Int, closed: Bool, single: Bool) {
        regions.append(Region(tokens: tokens, block: block, closed: closed, single: single))
    }

    // MARK: What opens and what closes

    /// A gap, a bracket, a dash or the like before, and no gap after.
    private static func looksOpening(_ tokens: [Token], _ index: Int, _ block: Range<Int>) -> Bool {
        guard index + 1 < block.upperBound, !tokens[index + 1].shape.contains(.spaceBefore) else { return false }
        return index == block.lowerBound || gapBefore(tokens, index)
    }

    private static func gapBefore(_ tokens: [Token], _ index: Int) -> Bool {
        if tokens[index].shape.contains(.spaceBefore) { return true }
        switch tokens[index - 1].kind {
        case .openBracket, .dash, .colon, .comma, .doubleMark, .singleMark: return true
        default: return false
        }
    }

    private static func opensDouble(_ tokens: [Token], _ index: Int, _ block: Range<Int>) -> Bool {
        switch tokens[index].first {
        case MarkForm.opening, MarkForm.low, MarkForm.openGuillemet: return true
        case MarkForm.closeGuillemet: return false
        case MarkForm.straight: return index == block.lowerBound || looksOpening(tokens, index, block)
        // a typist's wrong way round
        default: return index == block.lowerBound || looksOpening(tokens, index, block)
        }
    }

    private static func closes(_ tokens: [Token], _ index: Int, _ block: Range<Int>, _ guillemet: Bool) -> Bool {
        let form = tokens[index].first
        if guillemet { return form == MarkForm.closeGuillemet }
        switch form {
        case MarkForm.closing: return true
        case MarkForm.straight:
            // with a gap before and a word after it opens something inside
            let opens = looksOpening(tokens, index, block) && tokens[index].shape.contains(.spaceBefore)
            return !opens
        case MarkForm.opening:
            return !tokens[index].shape.contains(.spaceBefore)
                && (index + 1 == block.upperBound || tokens[index + 1].shape.contains(.spaceBefore))
        default: return false
        }
    }

    private static func opensSingle(_ tokens: [Token], _ index: Int, _ block: Range<Int>) -> Bool {
        guard looksOpening(tokens, index, block), !isElision(tokens, index) else { return false }
        return tokens[index].first != MarkForm.closeSingle || index == block.lowerBound
            || tokens[index].shape.contains(.spaceBefore)
    }

    /// An apostrophe for what is left out at a word's start: '90s, 'em, rock 'n' roll.
    private static func isElision(_ tokens: [Token], _ index: Int) -> Bool {
        let next = tokens[index + 1]
        if next.shape.contains(.digits) || next.kind == .number { return next.end - next.start <= 3 }
        return next.isWord && clipped.contains(next.key)
    }

    private static let clipped: Set<UInt32> = Set(["n", "em", "til", "tis", "twas", "cause", "bout"].map(FoldedKey.hash))

    /// For each single mark of a block the next one that can close it before any double mark: one pass from the end.
    private static func singleClosers(_ tokens: [Token], _ block: Range<Int>) -> [Int: Int] {
        var closers: [Int: Int] = [:]
        var sure: Int?
        var likely: Int?
        for index in block.reversed() {
            let token = tokens[index]
            if token.kind == .doubleMark { (sure, likely) = (nil, nil) }
            guard token.kind == .singleMark else { continue }
            closers[index] = sure ?? likely
            guard index > block.lowerBound, !token.shape.contains(.spaceBefore), token.first != MarkForm.openSingle
            else { continue }
            let next = index + 1 < block.upperBound ? tokens[index + 1] : nil
            if let next, next.isWord, !next.shape.contains(.spaceBefore) { continue }
            // voters' rights: after an s and before a word it may be a possessive
            if let next, next.isWord, tokens[index - 1].isWord, Self.endsInS(tokens[index - 1]) {
                likely = index
            } else {
                sure = index
                likely = nil
            }
        }
        return closers
    }

    private static func endsInS(_ token: Token) -> Bool { token.shape.contains(.endsInS) }
}
