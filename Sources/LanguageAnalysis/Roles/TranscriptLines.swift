internal import NewsModel

/// Lines of a transcript or interview, "PENCE: Well, look …": each is what its label's bearer says.
///
/// Labels are names or "Q" and "A" before a colon at the start of a paragraph; two of them make a transcript.
struct TranscriptLines {
    struct Line {
        var label: Range<Int>
        var content: Range<Int>
    }

    /// The lines of a text, in its order; empty where it is no transcript.
    /// - Parameter people: the folded hashes of the last words of people's names.
    static func find(_ scan: TokenizedText, people: Set<UInt32>) -> [Line] {
        var lines = scan.blocks.compactMap { line(of: $0, scan) }
        guard lines.count >= fewest else { return [] }
        var times: [UInt32: Int] = [:]
        let key = { (line: Line) in scan.tokens[line.label.upperBound - 1].key }
        for line in lines { times[key(line), default: 0] += 1 }
        // "RELATED: …" stands there once or twice; somebody unknown who talks stands there more often
        lines.removeAll { line in
            let known = people.contains(key(line)) || line.label.count == 1 && scan.isAny(line.label.lowerBound, "q", "a")
            return !known && (times[key(line)] ?? 0) < fewestOfUnknown
        }
        return lines.count >= fewest ? lines : []
    }

    private static let fewest = 2
    private static let fewestOfUnknown = 3
    private static let longestLabel = 5

    private static func line(of block: Range<Int>, _ scan: TokenizedText) -> Line? {
        var start = block.lowerBound
        if start < block.upperBound, scan.tokens[start].kind == .doubleMark { start += 1 }
        var colon = start
        while colon < block.upperBound, colon - start <= longestLabel, scan.tokens[colon].kind != .colon {
            let token = scan.tokens[colon]
            guard token.isWord, token.isCapital || token.has(.nameParticle) else { return nil }
            colon += 1
        }
        guard colon > start, colon - start <= longestLabel, colon + 2 < block.upperBound, scan.tokens[colon].kind == .colon
        else { return nil }
        let label = start..<colon
        guard !label.contains(where: { scan.tokens[$0].has([.determiner, .verb, .preposition]) && label.count > 1 }) else {
            return nil
        }
        // “…” after the colon is an ordinary quotation
        guard scan.tokens[colon + 1].kind != .doubleMark else { return nil }
        var end = block.upperBound
        while end > colon + 1, scan.tokens[end - 1].kind == .doubleMark { end -= 1 }
        return Line(label: label, content: colon + 1..<end)
    }

    /// Whether some tokens overlap a line; the lines are in the order of the text.
    private static func isWithin(_ lines: [Line], _ tokens: Range<Int>) -> Bool {
        var (low, high) = (0, lines.count)
        while low < high {
            let middle = (low + high) / 2
            if lines[middle].content.upperBound <= tokens.lowerBound { low = middle + 1 } else { high = middle }
        }
        return low < lines.count && lines[low].label.lowerBound < tokens.upperBound
    }

    /// The drafts with those of the lines in place of what else was found there.
    static func merged(_ drafts: [Draft], _ lines: [Line], units: [Unit]) -> [Draft] {
        guard !lines.isEmpty else { return drafts }
        var result = drafts.filter { draft in
            !draft.content.contains { isWithin(lines, $0) }
        }
        for line in lines {
            let unit = units.index(ofToken: line.label.lowerBound)
            var draft = Draft(
                content: [line.content], cue: line.label.upperBound..<line.content.lowerBound, source: line.label,
                confidence: 0.9, unit: unit, block: units[unit].block)
            draft.endsInQuote = true
            draft.startsWithQuote = true
            result.append(draft)
        }
        return result.sorted { ($0.content.first?.lowerBound ?? 0) < ($1.content.first?.lowerBound ?? 0) }
    }
}
