internal import NewsModel

/// From tagged spans to attributions: spans brought to whole words and whole quotations, contents that belong together
/// joined, each with its cue and source.
struct DraftBuilder {
    let scan: TokenizedText
    private let units: [Unit]
    private let roles: RoleLayer
    /// The tokens of each tagged span, trimmed; nil where nothing is left.
    private var ranges: [Range<Int>?]
    /// For each token, and the end, how many tokens before it are a cue or source.
    private var claimedBefore: [Int32] = []
    /// The tagged sources, in the order of the text.
    private var sources: [Range<Int>] = []

    static func drafts(_ scan: TokenizedText, units: [Unit], roles: RoleLayer) -> [Draft] {
        var builder = DraftBuilder(scan, units, roles)
        builder.repair()
        return builder.build()
    }

    private init(_ scan: TokenizedText, _ units: [Unit], _ roles: RoleLayer) {
        self.scan = scan
        self.units = units
        self.roles = roles
        ranges = roles.spans.map { span in
            let tokens = scan.tokens(in: span.span)
            return tokens.isEmpty ? nil : tokens
        }
    }

    // MARK: Spans

    private mutating func repair() {
        var claimed = [Bool](repeating: false, count: scan.tokens.count)
        for index in ranges.indices {
            guard let range = ranges[index] else { continue }
            ranges[index] =
                roles.spans[index].role == .content ? trimmedContent(withinParagraph(range)) : trimmed(range)
            if roles.spans[index].role == .source, let range = ranges[index] { ranges[index] = wholePhrase(range) }
            if roles.spans[index].role != .content, let range = ranges[index] {
                for token in range { claimed[token] = true }
            }
        }
        claimedBefore = [0]
        claimedBefore.reserveCapacity(claimed.count + 1)
        var count: Int32 = 0
        for token in claimed {
            count += token ? 1 : 0
            claimedBefore.append(count)
        }
        sources = ranges.indices.filter { roles.spans[$0].role == .source }.compactMap { ranges[$0] }
            .sorted { $0.lowerBound < $1.lowerBound }
        for index in ranges.indices where roles.spans[index].role == .content {
            guard let range = ranges[index] else { continue }
            ranges[index] = wholeQuotations(range)
        }
    }

    /// Content ends with its paragraph, unless its quotation goes on in the next.
    private func withinParagraph(_ range: Range<Int>) -> Range<Int> {
        var end = range.lowerBound + 1
        while end < range.upperBound, !scan.tokens[end].shape.contains(.blankLineBefore) { end += 1 }
        guard end < range.upperBound else { return range }
        let region = Int(scan.marks.regionOfToken[end - 1])
        return region >= 0 && scan.marks.regions[region].continues ? range : range.lowerBound..<end
    }

    /// Without signs at the ends; brackets and marks stay where they have their partner inside.
    private func trimmed(_ range: Range<Int>) -> Range<Int>? {
        var (start, end) = (range.lowerBound, range.upperBound)
        while start < end, isSign(start) { start += 1 }
        while end > start, isSign(end - 1), scan.tokens[end - 1].kind != .closeBracket { end -= 1 }
        return start < end ? start..<end : nil
    }

    private func isSign(_ token: Int) -> Bool {
        switch scan.tokens[token].kind {
        case .comma, .semicolon, .terminator, .dash, .doubleMark, .singleMark, .closeBracket: true
        default: false
        }
    }

    /// Without commas, dashes and full stops at the ends, but with quotation marks.
    private func trimmedContent(_ range: Range<Int>) -> Range<Int>? {
        var (start, end) = (range.lowerBound, range.upperBound)
        while start < end, isLoose(start) || scan.tokens[start].kind == .closeBracket { start += 1 }
        while end > start, isLoose(end - 1), scan.marks.regionOfToken[end - 1] < 0 { end -= 1 }
        guard (start..<end).contains(where: { scan.tokens[$0].isWord || scan.tokens[$0].kind == .number }) else {
            return nil
        }
        return start..<end
    }

    private func isLoose(_ token: Int) -> Bool {
        switch scan.tokens[token].kind {
        case .comma, .semicolon, .terminator, .dash, .colon: true
        default: false
        }
    }

    /// "The" is no source: the words that follow it belong to it.
    private func wholePhrase(_ range: Range<Int>) -> Range<Int> {
        guard range.allSatisfy({ scan.tokens[$0].has(.determiner) && !scan.tokens[$0].has(.pronoun) }),
            scan.isAny(range.upperBound - 1, "the", "a", "an")
        else { return range }
        var end = range.upperBound
        while end < scan.tokens.count, end - range.lowerBound < Self.longestPhrase {
            let token = scan.tokens[end]
            guard token.isWord, !token.shape.contains(.lineBefore), token.cue.isEmpty || token.isCapital,
                !token.has([.auxiliary, .verb, .preposition, .relative, .coordinator])
            else { break }
            end += 1
        }
        return range.lowerBound..<end
    }

    private static let longestPhrase = 7

    /// A quotation that a content begins or ends in belongs to it whole, unless a cue or source stands in the rest.
    private func wholeQuotations(_ range: Range<Int>) -> Range<Int> {
        var (start, end) = (range.lowerBound, range.upperBound)
        let first = Int(scan.marks.regionOfToken[start])
        if first >= 0 {
            let region = scan.marks.regions[first].tokens
            if isFree(region.lowerBound..<start) { start = region.lowerBound }
        } else if start > 0, opens(start - 1) {
            start -= 1
        }
        let last = Int(scan.marks.regionOfToken[end - 1])
        if last >= 0 {
            let region = scan.marks.regions[last].tokens
            if isFree(end..<region.upperBound) { end = region.upperBound }
        }
        return start..<max(end, start + 1)
    }

    private func isFree(_ range: Range<Int>) -> Bool {
        claimedBefore[range.lowerBound] == claimedBefore[range.upperBound]
    }

    private func opens(_ token: Int) -> Bool {
        let region = Int(scan.marks.regionOfToken[token])
        return region >= 0 && scan.marks.regions[region].tokens.lowerBound == token
    }

    // MARK: Attributions

    private func build() -> [Draft] {
        var drafts: [Draft] = []
        var draftOfSpan: [Int: Int] = [:]
        var usedEnd = 0
        for (index, span) in roles.spans.enumerated() where span.role == .content {
            guard let range = ranges[index] else { continue }
            // Repaired spans may meet: the first keeps what both claim.
            let start = min(max(range.lowerBound, usedEnd), range.upperBound)
            guard let rest = trimmedContent(start..<range.upperBound) else {
                if let previous = span.previous { draftOfSpan[index] = draftOfSpan[previous] }
                continue
            }
            usedEnd = max(usedEnd, rest.upperBound)
            if let draft = predecessor(of: rest, span, in: drafts, draftOfSpan) {
                join(rest, span, to: &drafts[draft])
                draftOfSpan[index] = draft
            } else if says(rest) {
                draftOfSpan[index] = drafts.count
                drafts.append(draft(rest, span))
            }
        }
        for index in drafts.indices {
            DashAttribution.apply(to: &drafts[index], scan)
            if isHeard(drafts[index]) {
                drafts[index].source = nil
                continue
            }
            if drafts[index].source == nil, let cue = drafts[index].cue {
                drafts[index].source = source(near: cue) ?? subject(of: cue, drafts[index].content)
            }
        }
        return sensible(drafts.filter { !isLoose($0) })
    }

    /// The draft that a content goes on with: the linked one, or one that a gap of a few words cut off from it.
    private func predecessor(
        of content: Range<Int>, _ span: RoleLayer.TaggedSpan, in drafts: [Draft], _ draftOfSpan: [Int: Int]
    ) -> Int? {
        if let previous = span.previous, let draft = draftOfSpan[previous] {
            // What a name behind a dash has ended is over.
            let end = drafts[draft].content.last?.upperBound ?? 0
            return DashAttribution.name(after: end, scan) == nil ? draft : nil
        }
        guard let last = drafts.indices.last, let end = drafts[last].content.last?.upperBound,
            content.lowerBound - end <= Self.smallestGap, drafts[last].cue != nil,
            drafts[last].cue == tokens(span.cue)
        else { return nil }
        let gap = end..<max(end, content.lowerBound)
        let joins = isFree(gap) && gap.allSatisfy {
            scan.tokens[$0].kind != .terminator && scan.marks.regionOfToken[$0] < 0
        }
        return joins ? last : nil
    }

    private static let smallestGap = 3

    /// The tagged source nearest to a cue in its sentence, for content that was linked to none.
    private func source(near cue: Range<Int>) -> Range<Int>? {
        let unit = units[units.index(ofToken: cue.lowerBound)]
        let sentence = unit.start..<max(unit.end, unit.start + 1)
        var (low, high) = (0, sources.count)
        while low < high {
            let middle = (low + high) / 2
            if sources[middle].lowerBound < cue.lowerBound { low = middle + 1 } else { high = middle }
        }
        let neighbours = [low - 1, low].filter(sources.indices.contains).map { sources[$0] }
        return neighbours.filter { sentence.contains($0.lowerBound) && Self.distance($0, cue) < Self.reach }
            .min { Self.distance($0, cue) < Self.distance($1, cue) }
    }

    /// "Parents were told that": the source has heard it and not said it.
    private func isHeard(_ draft: Draft) -> Bool {
        guard let cue = draft.cue, let source = draft.source, source.upperBound <= cue.lowerBound,
            cue.contains(where: { scan.isAny($0, "told", "informed", "notified", "reminded", "assured") })
        else { return false }
        return isPassive(cue)
    }

    /// Whether a form of "be" stands in a cue or before it.
    private func isPassive(_ cue: Range<Int>) -> Bool {
        var before = cue.lowerBound
        while before > 0, scan.tokens[before - 1].has([.adverb, .negation]) { before -= 1 }
        return scan.isAny(before - 1, "is", "are", "was", "were", "been", "being", "be")
            || scan.isAny(cue.lowerBound, "is", "are", "was", "were", "been", "being", "be")
    }

    /// The subject of a cue that no source was tagged for.
    private func subject(of cue: Range<Int>, _ content: [Range<Int>]) -> Range<Int>? {
        guard !isPassive(cue) else { return nil }
        let unit = units[units.index(ofToken: cue.lowerBound)]
        let reader = UnitReader(scan, unit)
        guard let verb = unit.items.firstIndex(where: { $0.tokens.contains(cue.lowerBound) && !$0.isQuote }),
            let subject = reader.subject(of: verb, from: 0)
        else { return nil }
        let tokens = reader.tokens(subject.extent)
        return tokens.overlaps(cue) || content.contains(where: tokens.overlaps) ? nil : tokens
    }

    private static let reach = 12

    private static func distance(_ a: Range<Int>, _ b: Range<Int>) -> Int {
        max(a.lowerBound - b.upperBound, b.lowerBound - a.upperBound)
    }

    /// More than a function word.
    private func says(_ content: Range<Int>) -> Bool {
        content.contains { index in
            let token = scan.tokens[index]
            return token.kind == .number || scan.marks.regionOfToken[index] >= 0
                || token.isWord
                    && !token.has([
                        .determiner, .preposition, .coordinator, .subordinator, .relative, .auxiliary, .adverb, .pronoun,
                        .possessive, .subjectPronoun, .objectPronoun, .negation,
                    ])
        }
    }

    /// Whole quotations without cue and source: what stands around them decides whose they are.
    private func isLoose(_ draft: Draft) -> Bool {
        draft.cue == nil && draft.source == nil
            && draft.content.allSatisfy { content in
                content.allSatisfy { scan.marks.regionOfToken[$0] >= 0 || !scan.tokens[$0].isWord }
            }
    }

    private func tokens(_ span: Int?) -> Range<Int>? {
        guard let span, ranges.indices.contains(span) else { return nil }
        return ranges[span]
    }

    private func draft(_ content: Range<Int>, _ span: RoleLayer.TaggedSpan) -> Draft {
        let cue = tokens(span.cue)
        let source = tokens(span.source)
        let number = units.index(ofToken: cue?.lowerBound ?? source?.lowerBound ?? content.lowerBound)
        var draft = Draft(
            content: [content], cue: cue, source: source, confidence: Double(span.score * span.linkScore.squareRoot()),
            unit: number, block: units[number].block)
        if let cue { draft.polarity = CuePolarity.of(cue, scan) }
        draft.startsWithQuote = scan.marks.regionOfToken[content.lowerBound] >= 0
        draft.endsInQuote = scan.marks.regionOfToken[content.upperBound - 1] >= 0
        return draft
    }

    private func join(_ content: Range<Int>, _ span: RoleLayer.TaggedSpan, to draft: inout Draft) {
        draft.content.append(content)
        draft.endsInQuote = scan.marks.regionOfToken[content.upperBound - 1] >= 0
        if draft.cue == nil { draft.cue = tokens(span.cue) }
        if draft.source == nil { draft.source = tokens(span.source) }
        draft.confidence = min(draft.confidence, Double(span.score * span.linkScore.squareRoot()))
    }
}
