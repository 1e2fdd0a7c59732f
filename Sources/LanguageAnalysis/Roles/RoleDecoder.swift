internal import Glibc

/// From the head's scores of one window to spans of source, cue and content, and their links.
struct RoleDecoder {
    private static let roles = HeadLayout.roleTags.count
    private static let tags = 7
    private let settings: DecodingSettings
    /// Attitudes count like speech.
    let attitudes: Bool
    private var decoder: TagDecoder
    private var scores: [Float] = []
    private var all: [Float] = []

    struct Result {
        var found: [TagDecoder.Found]
        /// For each content of `found`, by its index there: the indices of cue, source and previous content.
        var links: [Int: (cue: Int?, source: Int?, previous: Int?, score: Float)]
    }

    init(settings: DecodingSettings, attitudes: Bool) {
        self.settings = settings
        self.attitudes = attitudes
        decoder = TagDecoder(tags: Self.tags, phrase: 2, cost: settings.phraseCost)
    }

    /// - Parameters:
    ///   - output: the head's scores, `HeadLayout.width` a piece.
    ///   - rows: the window's rows in it, without those of its ends.
    ///   - withAttitudes: attitudes count like speech this time.
    ///   - speech: receives for each row the probability of content.
    mutating func decode(
        _ output: UnsafeBufferPointer<Float>, rows: Range<Int>, withAttitudes: Bool = false,
        place: (Int) -> TagDecoder.Place, speech: (Int, Float) -> Void
    ) -> Result {
        scores.removeAll(keepingCapacity: true)
        for (position, row) in rows.enumerated() {
            collapse(output, row, attitudes || withAttitudes)
            let base = position * Self.tags
            speech(position, expf(scores[base + 5]) + expf(scores[base + 6]))
        }
        let found = decoder.decode(scores, count: rows.count, place: place)
        return Result(found: found, links: link(found, output, rows.lowerBound))
    }

    /// O and B, I of source, cue, content: attitudes are outside, or like speech.
    private mutating func collapse(_ output: UnsafeBufferPointer<Float>, _ row: Int, _ attitudes: Bool) {
        all.removeAll(keepingCapacity: true)
        LogProbability.normalize(output, row * HeadLayout.width, Self.roles, into: &all)
        if attitudes {
            scores.append(all[0] - settings.speechBias)
            for tag in 1..<Self.tags { scores.append(LogProbability.add(all[tag], all[tag + 6])) }
        } else {
            var outside = all[0] - settings.speechBias
            for tag in Self.tags..<Self.roles {
                outside = LogProbability.add(outside, all[tag] + settings.attitudeBias)
            }
            scores.append(outside)
            for tag in 1..<Self.tags { scores.append(all[tag]) }
        }
    }

    // MARK: Links

    private func link(
        _ found: [TagDecoder.Found], _ output: UnsafeBufferPointer<Float>, _ firstRow: Int
    ) -> [Int: (cue: Int?, source: Int?, previous: Int?, score: Float)] {
        let sources = found.indices.filter { found[$0].kind == 0 }
        let cues = found.indices.filter { found[$0].kind == 1 }
        let contents = found.indices.filter { found[$0].kind == 2 }
        var links: [Int: (cue: Int?, source: Int?, previous: Int?, score: Float)] = [:]
        for (number, content) in contents.enumerated() {
            let row = firstRow + found[content].range.lowerBound
            func best(_ link: Int, _ candidates: some Sequence<Int>) -> (Int?, Float) {
                Self.best(link, row, candidates.map { ($0, firstRow + found[$0].range.lowerBound) }, output)
            }
            let cue = best(0, cues)
            let source = best(1, sources)
            let previous = best(2, contents.prefix(number))
            links[content] = (cue.0, source.0, previous.0, cue.1 * source.1)
        }
        return links
    }

    /// The best candidate, or none, and its probability.
    private static func best(
        _ link: Int, _ row: Int, _ candidates: [(index: Int, row: Int)], _ output: UnsafeBufferPointer<Float>
    ) -> (Int?, Float) {
        let column = HeadLayout.firstLink + link * HeadLayout.linkColumns
        let query = row * HeadLayout.width + column
        let none = output[query + 2 * HeadLayout.linkWidth]
        var (top, choice) = (none, Int?.none)
        var values = [none]
        for candidate in candidates {
            let key = candidate.row * HeadLayout.width + column + HeadLayout.linkWidth
            var sum: Float = 0
            for offset in 0..<HeadLayout.linkWidth { sum += output[query + offset] * output[key + offset] }
            sum /= 8
            values.append(sum)
            if sum > top { (top, choice) = (sum, candidate.index) }
        }
        let total = values.reduce(Float(0)) { $0 + expf($1 - top) }
        return (choice, 1 / total)
    }
}
