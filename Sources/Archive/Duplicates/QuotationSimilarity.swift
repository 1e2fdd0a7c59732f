/// Whether two quotations are the same words: one cut, bracketed, with an ellipsis, joined to another, or set in other
/// marks. Compares the shorter with the longer one.
package struct QuotationSimilarity {
    /// The bars. They were set by judgement, not fitted to the made pairs of the tests.
    enum Bar {
        /// Share of the shorter one's weight that the longer one must have.
        static let coverage = 0.9
        /// Words shared that are no function words, for the same speaker, for an unknown one, and across names.
        static let content = 3
        static let contentOfOpen = 4
        static let contentAcross = 6
        static let wordsAcross = 12
        static let coverageAcross = 0.97
        /// Shorter quotations are nobody's in particular.
        static let words = 4
        /// One break in the shared words that no gap explains is allowed for so many words.
        static let wordsOfBreak = 6
        /// Shorter runs of words are found by chance.
        static let run = 3
        /// A run in one piece with so many content words is the same statement whatever stands around it, …
        static let runContent = 8
        /// … if it is that share of the shorter quotation.
        static let runShare = 0.5
        /// An editor's bracket replaces at most so many words.
        static let replaced = 5
        /// A "not" or a number between two shared runs turns the statement when no more words than these stand there.
        static let turned = 8
    }

    /// Quotations with fewer words are never grouped.
    package static let leastWords = Bar.words

    private let short: QuotationWords
    private let long: QuotationWords
    private let blocks: [WordAlignment.Block]

    /// Weight of the words that both share; the greater, the closer.
    package private(set) var sharedWeight = 0.0
    private var sharedContent = 0
    private var ownWeight = 0.0
    private var breaks = 0
    private var isContradicted = false
    private var greatestRun = (content: 0, weight: 0.0)

    package init(_ first: QuotationWords, _ second: QuotationWords) {
        (short, long) = first.count <= second.count ? (first, second) : (second, first)
        blocks = WordAlignment(short, long).blocks
        measure()
    }

    /// Whether the two are one statement.
    package func isSame(_ speakers: SpeakerAgreement) -> Bool {
        guard short.count >= Bar.words, !isContradicted else { return false }
        switch speakers {
        case .same: return isCovered(Bar.coverage, content: Bar.content) || isLongRun
        case .open: return isCovered(Bar.coverage, content: Bar.contentOfOpen) || isLongRun
        case .different:
            return short.count >= Bar.wordsAcross && isCovered(Bar.coverageAcross, content: Bar.contentAcross)
        }
    }

    private func isCovered(_ bar: Double, content: Int) -> Bool {
        sharedContent >= content && sharedWeight >= bar * ownWeight && breaks <= short.count / Bar.wordsOfBreak
    }

    private var isLongRun: Bool {
        greatestRun.content >= Bar.runContent && greatestRun.weight >= Bar.runShare * ownWeight
    }

    private mutating func measure() {
        var end = (short: 0, long: 0)
        var lastCounted: WordAlignment.Block?
        for block in blocks {
            compareUnshared(end.short..<block.first, end.long..<block.second, isInside: end.short > 0 || end.long > 0)
            end = (block.firstEnd, block.secondEnd)
            guard counts(block) else {
                ownWeight += weight(of: block.first..<block.firstEnd)
                continue
            }
            add(block)
            if let last = lastCounted, !isExplained(last, block) { breaks += 1 }
            lastCounted = block
        }
        compareUnshared(end.short..<short.count, end.long..<long.count, isInside: false)
    }

    /// A run counts when it is long enough, or all that stands between two gaps.
    private func counts(_ block: WordAlignment.Block) -> Bool {
        if block.length >= Bar.run { return true }
        let isWholeSegment = [(short, block.first, block.firstEnd), (long, block.second, block.secondEnd)].contains {
            words, start, end in
            (start == 0 || words.hasGap(before: start)) && (end == words.count || words.hasGap(before: end))
        }
        return isWholeSegment
    }

    private mutating func add(_ block: WordAlignment.Block) {
        let range = block.first..<block.firstEnd
        let weight = weight(of: range)
        let content = short.sorts[range].count { $0 != .function }
        ownWeight += weight
        sharedWeight += weight
        sharedContent += content
        if content > greatestRun.content { greatestRun = (content, weight) }
    }

    /// Words of the shorter one that the longer has not, and words that the longer has between two shared runs.
    private mutating func compareUnshared(_ own: Range<Int>, _ others: Range<Int>, isInside: Bool) {
        if own.isEmpty && others.isEmpty { return }
        let replaces = long.hasGap(in: others.lowerBound...others.upperBound)
        if !own.isEmpty {
            // Words in the place of an editor's bracket are neither shared nor missing.
            if replaces, own.count <= Bar.replaced { return }
            ownWeight += weight(of: own)
            if turns(short, own) { isContradicted = true }
        }
        let isInner = isInside && others.upperBound < long.count && others.count <= Bar.turned
        let leavesOut = short.hasGap(in: own.lowerBound...own.upperBound)
        if isInner, !leavesOut, !replaces, turns(long, others) { isContradicted = true }
    }

    /// Whether an ellipsis or a bracket stands between two runs.
    private func isExplained(_ last: WordAlignment.Block, _ next: WordAlignment.Block) -> Bool {
        short.hasGap(in: last.firstEnd...next.first) || long.hasGap(in: last.secondEnd...next.second)
    }

    private func turns(_ words: QuotationWords, _ range: Range<Int>) -> Bool {
        words.sorts[range].contains { $0 == .negation || $0 == .number }
    }

    private func weight(of range: Range<Int>) -> Double { short.sorts[range].reduce(0) { $0 + $1.weight } }
}
