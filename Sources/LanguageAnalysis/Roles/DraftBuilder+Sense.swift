internal import NewsModel

/// What the tags alone do not respect.
extension DraftBuilder {
    /// Contents cut where a second cue of the same speaker follows, contents that say nothing dropped, cues and sources
    /// within their own content given up.
    func sensible(_ drafts: [Draft]) -> [Draft] {
        var result: [Draft] = []
        for var draft in drafts {
            stopAfterCue(&draft)
            guard !draft.content.isEmpty else { continue }
            if let source = draft.source, draft.content.contains(where: source.overlaps) { draft.source = nil }
            if let cue = draft.cue, draft.content.contains(where: cue.overlaps) { draft.cue = nil }
            if asksForSilence(draft) { continue }
            let second = secondCue(&draft)
            result.append(draft)
            if let second { result.append(second) }
        }
        return result
    }

    /// “It was never inspected, she said. The city …”: a mark that never closes does not make the next sentence hers.
    private func stopAfterCue(_ draft: inout Draft) {
        guard let cue = draft.cue, draft.content.count > 1 else { return }
        let region = Int(scan.marks.regionOfToken[cue.lowerBound])
        guard region >= 0, !scan.marks.regions[region].closed else { return }
        draft.content.removeAll { piece in
            piece.lowerBound >= cue.upperBound && scan.marks.regionOfToken[piece.lowerBound] == region
                && (cue.upperBound..<piece.lowerBound).contains { scan.tokens[$0].kind == .terminator }
        }
        if let last = draft.content.last { draft.endsInQuote = scan.marks.regionOfToken[last.upperBound - 1] >= 0 }
    }

    /// "asked not to be named": what was said is that nothing be said of it.
    private func asksForSilence(_ draft: Draft) -> Bool {
        guard draft.content.count == 1, let content = draft.content.first, content.count <= 8 else { return false }
        let start = content.lowerBound
        return scan.isWord(start, "not") && scan.isWord(start + 1, "to") && scan.isWord(start + 2, "be")
            && scan.isAny(start + 3, "named", "identified", "quoted")
    }

    /// "said it would rain and warned that …": the second cue's content, cut off from the first one's.
    private func secondCue(_ draft: inout Draft) -> Draft? {
        guard let content = draft.content.last, draft.source != nil, draft.cue != nil, content.count > 5 else { return nil }
        for index in content.lowerBound + 2..<content.upperBound - 3 where scan.isAny(index, "and", "but") {
            guard scan.marks.regionOfToken[index] < 0 else { continue }
            let cue = scan.tokens[index + 1].has(.adverb) || scan.isWord(index + 1, "also") ? index + 2 : index + 1
            let token = scan.tokens[cue]
            guard token.cue.contains(.past), token.cue.contains(.that), !token.isCapital, scan.isWord(cue + 1, "that"),
                cue + 2 < content.upperBound
            else { continue }
            var second = draft
            second.content = [cue + 1..<content.upperBound]
            second.cue = cue..<cue + 1
            second.polarity = CuePolarity.of(cue..<cue + 1, scan)
            second.startsWithQuote = false
            draft.content[draft.content.count - 1] = content.lowerBound..<index
            draft.endsInQuote = scan.marks.regionOfToken[index - 1] >= 0
            return second
        }
        return nil
    }
}
