/// The best sequence of BIO tags for a window (Viterbi): I only after B or I of its kind, no change within a word.
struct TagDecoder {
    struct Found {
        var kind: Int
        /// Positions in the window.
        var range: Range<Int>
        /// Mean log-probability of its tags.
        var score: Float
    }

    /// What is to be known of the place before a position.
    enum Place {
        /// Within a word: nothing begins or ends here.
        case inside
        /// Between two words of a phrase.
        case between
        /// At a sign, a line's end or the like: where phrases end.
        case boundary
    }

    private static let never: Float = -1e9
    private let tags: Int
    /// Cost of each change of tags, row by row the tag before, for the three places.
    private let costs: [[Float]]
    private var back: [UInt8] = []
    private var best: [Float]
    private var next: [Float]

    /// - Parameters:
    ///   - tags: O, then B and I of each kind.
    ///   - phrase: a kind whose spans hardly ever begin or end between two words of a phrase.
    ///   - cost: what it costs all the same, in log-probability.
    init(tags: Int, phrase: Int? = nil, cost: Float = 0) {
        self.tags = tags
        best = [Float](repeating: 0, count: tags)
        next = best
        var costs = [[Float]](repeating: [Float](repeating: 0, count: tags * tags), count: 3)
        for from in 0..<tags {
            for to in 0..<tags {
                let continues = to > 0 && to % 2 == 0
                let allowed = !continues || from == to || from == to - 1
                if !allowed {
                    for place in 0..<3 { costs[place][from * tags + to] = Self.never }
                } else if !continues, !(from == 0 && to == 0) {
                    costs[0][from * tags + to] = Self.never
                }
                guard allowed, !continues, let phrase else { continue }
                let isPhrase = { (tag: Int) in tag > 0 && (tag - 1) / 2 == phrase }
                if isPhrase(from), to == 0 || isPhrase(to) { costs[1][from * tags + to] -= cost }
                if from == 0, isPhrase(to) { costs[1][from * tags + to] -= cost }
            }
        }
        self.costs = costs
    }

    /// - Parameters:
    ///   - scores: log-probabilities, `tags` a position.
    ///   - place: of the position's start.
    mutating func decode(_ scores: [Float], count: Int, place: (Int) -> Place) -> [Found] {
        guard count > 0 else { return [] }
        if back.count < count * tags { back = [UInt8](repeating: 0, count: count * tags) }
        for tag in 0..<tags { best[tag] = tag > 0 && tag % 2 == 0 ? Self.never : scores[tag] }
        for position in 1..<max(1, count) {
            let matrix: Int
            switch place(position) {
            case .inside: matrix = 0
            case .between: matrix = 1
            case .boundary: matrix = 2
            }
            step(scores, position, costs[matrix])
            swap(&best, &next)
        }
        var tag = best.indices.max { best[$0] < best[$1] } ?? 0
        var path = [Int](repeating: 0, count: count)
        for position in stride(from: count - 1, through: 0, by: -1) {
            path[position] = tag
            tag = Int(back[position * tags + tag])
        }
        return spans(path, scores)
    }

    private mutating func step(_ scores: [Float], _ position: Int, _ costs: [Float]) {
        let row = position * tags
        for tag in 0..<tags {
            var top = -Float.greatestFiniteMagnitude
            var from = 0
            for before in 0..<tags {
                let value = best[before] + costs[before * tags + tag]
                if value > top { (top, from) = (value, before) }
            }
            next[tag] = max(top, 8 * Self.never) + scores[row + tag]
            back[row + tag] = UInt8(truncatingIfNeeded: from)
        }
    }

    private func spans(_ path: [Int], _ scores: [Float]) -> [Found] {
        var found: [Found] = []
        for (position, tag) in path.enumerated() where tag > 0 {
            let score = scores[position * tags + tag]
            if tag % 2 == 1 {
                found.append(Found(kind: (tag - 1) / 2, range: position..<position + 1, score: score))
            } else if let last = found.indices.last {
                found[last].range = found[last].range.lowerBound..<position + 1
                found[last].score += score
            }
        }
        for index in found.indices { found[index].score /= Float(found[index].range.count) }
        return found
    }
}
