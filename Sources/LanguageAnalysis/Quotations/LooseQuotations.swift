internal import NewsModel

/// Quotations that no cue in their own sentence claims: continuations, block quotations, and marks that hold no speech.
struct LooseQuotations {
    private let scan: TokenizedText
    private let units: [Unit]
    private(set) var drafts: [Draft]
    private(set) var discarded: [DiscardedMarks] = []
    /// The draft that holds a region, or -1.
    private var owner: [Int]
    private var unitsOfBlock: [Int: Range<Int>] = [:]
    /// The last draft of each unit, and the first.
    private var lastDraft: [Int: Int] = [:]
    private var firstDraft: [Int: Int] = [:]
    private static let shortest = 5
    /// Whether the words of a region are speech, from one who knows better than the rules here; nil: the rules decide.
    var isSpeech: ((Int) -> Bool)?

    init(_ scan: TokenizedText, units: [Unit], drafts: [Draft]) {
        self.scan = scan
        self.units = units
        self.drafts = drafts
        owner = [Int](repeating: -1, count: scan.marks.regions.count)
        for (number, unit) in units.enumerated() {
            let known = unitsOfBlock[unit.block] ?? number..<number
            unitsOfBlock[unit.block] = known.lowerBound..<number + 1
        }
        for index in drafts.indices { claim(index) }
    }

    private mutating func claim(_ index: Int) {
        for piece in drafts[index].content {
            var token = piece.lowerBound
            while token < piece.upperBound {
                let region = Int(scan.marks.regionOfToken[token])
                if region >= 0 {
                    owner[region] = index
                    token = max(token + 1, scan.marks.regions[region].tokens.upperBound)
                } else {
                    token += 1
                }
            }
        }
        let unit = drafts[index].unit
        if firstDraft[unit] == nil { firstDraft[unit] = index }
        lastDraft[unit] = index
    }

    mutating func attach() {
        for (number, unit) in units.enumerated() {
            for item in unit.items where item.isQuote && owner[item.region] < 0 {
                place(item.region, unit: number)
            }
        }
        drafts.sort { Self.position($0) < Self.position($1) }
    }

    private static func position(_ draft: Draft) -> Int { draft.content.map(\.lowerBound).min() ?? 0 }

    // MARK: One region

    private mutating func place(_ region: Int, unit number: Int) {
        let marks = scan.marks.regions[region]
        let unit = units[number]
        let words = scan.tokens[marks.inside].reduce(0) { $0 + ($1.isWord || $1.kind == .number ? 1 : 0) }
        if region > 0, scan.marks.regions[region - 1].continues, owner[region - 1] >= 0,
            !speaks(owner[region - 1], within: region)
        {
            extend(owner[region - 1], region)
            return
        }
        if let isSpeech, !isSpeech(region) {
            discarded.append(DiscardedMarks(span: scan.span(marks.tokens), reason: reason(marks, words)))
            return
        }
        let pure = isPure(unit)
        let sentence = endsLikeSentence(marks)
        if pure || (sentence && words >= Self.shortest) || words >= 9 {
            if pure, let previous = neighbourBefore(number), !speaks(previous, within: region) {
                extend(previous, region)
                return
            }
            if pure, let next = neighbourAfter(number), !speaks(next, within: region) {
                extend(next, region)
                return
            }
            if words >= 3 || pure && words > 0 {
                addAlone(region, unit: number, pure: pure, words: words)
                return
            }
        }
        discarded.append(DiscardedMarks(span: scan.span(marks.tokens), reason: reason(marks, words)))
    }

    /// Nothing but quotations and punctuation.
    private func isPure(_ unit: Unit) -> Bool {
        unit.items.allSatisfy {
            $0.isQuote || !scan.tokens[$0.tokens.lowerBound].isWord && scan.tokens[$0.tokens.lowerBound].kind != .number
        }
    }

    private func endsLikeSentence(_ region: QuotationMarks.Region) -> Bool {
        guard region.closed, let last = region.inside.last else { return !region.closed }
        let kind = scan.tokens[last].kind
        return kind == .terminator || kind == .comma || scan.tokens[last].shape.contains(.abbreviation)
    }

    /// The draft that a quotation standing alone goes on from.
    private func neighbourBefore(_ number: Int) -> Int? {
        guard number > 0 else { return nil }
        let unit = units[number]
        if units[number - 1].block == unit.block {
            if let draft = lastDraft[number - 1], quotes(draft), !isSigned(draft) { return draft }
            return nil
        }
        guard let block = unitsOfBlock[unit.block - 1], let draft = lastDraft[block.upperBound - 1], quotes(draft),
            !isSigned(draft)
        else { return nil }
        // a colon announces somebody's words anew
        return drafts[draft].endsInQuote || drafts[draft].startsWithQuote ? draft : nil
    }

    private func neighbourAfter(_ number: Int) -> Int? {
        guard number + 1 < units.count, units[number + 1].block <= units[number].block + 1 else { return nil }
        guard let draft = firstDraft[number + 1], drafts[draft].startsWithQuote,
            drafts[draft].content.first?.lowerBound == units[number + 1].start
        else { return nil }
        return draft
    }

    private func quotes(_ draft: Int) -> Bool { drafts[draft].endsInQuote || drafts[draft].startsWithQuote }

    /// A name behind a dash has ended it.
    private func isSigned(_ draft: Int) -> Bool {
        drafts[draft].content.last.map { DashAttribution.name(after: $0.upperBound, scan) != nil } ?? false
    }

    /// The sentence ends in the name behind a dash that signs its quotation, or the one before it.
    private func isSignature(_ number: Int) -> Bool {
        [number, number - 1].contains { index in
            guard let draft = lastDraft[index], let end = drafts[draft].content.last?.upperBound,
                let name = DashAttribution.name(after: end, scan)
            else { return false }
            return name.upperBound > units[number].start
        }
    }

    /// The draft's own cue or source stands in the region.
    private func speaks(_ draft: Int, within region: Int) -> Bool {
        let tokens = scan.marks.regions[region].tokens
        return drafts[draft].cue?.overlaps(tokens) == true || drafts[draft].source?.overlaps(tokens) == true
    }

    private mutating func extend(_ draft: Int, _ region: Int) {
        let marks = scan.marks.regions[region]
        drafts[draft].content.append(marks.tokens)
        drafts[draft].endsInQuote = true
        owner[region] = draft
        let unit = unitOf(region)
        if firstDraft[unit] == nil { firstDraft[unit] = draft }
        lastDraft[unit] = draft
    }

    private func unitOf(_ region: Int) -> Int {
        units.index(ofToken: scan.marks.regions[region].tokens.lowerBound)
    }

    private mutating func addAlone(_ region: Int, unit number: Int, pure: Bool, words: Int) {
        let marks = scan.marks.regions[region]
        var draft = Draft(
            content: [marks.tokens], cue: nil, source: nil, confidence: 0.4, unit: number, block: units[number].block)
        draft.endsInQuote = true
        draft.startsWithQuote = true
        DashAttribution.apply(to: &draft, scan)
        if draft.source != nil {
            draft.confidence = 0.5
        } else if pure {
            let previous = number - 1
            if previous >= 0, units[previous].block >= units[number].block - 1 {
                announce(&draft, by: previous)
            }
        } else {
            let reader = UnitReader(scan, units[number])
            let item = units[number].items.firstIndex { $0.region == region } ?? 0
            if let subject = reader.mainSubject(before: item) { draft.source = reader.tokens(subject) }
            draft.confidence = words >= 8 ? 0.35 : 0.25
        }
        drafts.append(draft)
        owner[region] = drafts.count - 1
        firstDraft[number] = firstDraft[number] ?? drafts.count - 1
        lastDraft[number] = drafts.count - 1
    }

    /// The sentence before a block quotation: "He said:", or narration about the speaker.
    private func announce(_ draft: inout Draft, by previous: Int) {
        if isSignature(previous) { return }
        if let before = lastDraft[previous], let source = drafts[before].source, !source.overlaps(draft.content[0]) {
            draft.source = source
            draft.confidence = 0.5
            return
        }
        let reader = UnitReader(scan, units[previous])
        for index in stride(from: reader.count - 1, through: 0, by: -1) {
            guard let token = reader.token(index), token.cue.contains(.quote), !token.cue.contains(.base) else {
                continue
            }
            if let subject = reader.subject(of: index, from: 0) {
                draft.source = reader.tokens(subject.extent)
                draft.cue = reader.tokens(index..<index + 1)
                draft.confidence = 0.7
                return
            }
        }
        if let subject = reader.mainSubject(before: reader.count) {
            draft.source = reader.tokens(subject)
        }
    }

    // MARK: What holds no speech

    private func reason(_ region: QuotationMarks.Region, _ words: Int) -> DiscardedMarks.Reason {
        let tokens = scan.tokens
        let inside = region.inside
        if words == 0 { return .noSpeaker }
        let before = region.tokens.lowerBound > 0 ? tokens[region.tokens.lowerBound - 1] : nil
        let after = region.tokens.upperBound < tokens.count ? tokens[region.tokens.upperBound] : nil
        if words <= 2, let before, let after, before.isWord, before.isCapital, after.isWord, after.isCapital,
            tokens[inside.lowerBound].isCapital
        {
            return .nickname
        }
        let named =
            before.map {
                scan.isWord(Int(region.tokens.lowerBound - 1), "titled")
                    || scan.isAny(region.tokens.lowerBound - 1, "entitled", "called") || $0.has(.documentNoun)
            } ?? false
        let content = inside.filter { tokens[$0].isWord && !tokens[$0].has([.preposition, .determiner, .coordinator]) }
        let capitals = content.filter { tokens[$0].isCapital }
        if named || (capitals.count > 1 && capitals.count == content.count) { return .title }
        if scan.isAny(region.tokens.lowerBound - 1, "term", "word", "phrase", "as") {
            return .term
        }
        return words <= 6 ? .scareQuote : .noSpeaker
    }
}
