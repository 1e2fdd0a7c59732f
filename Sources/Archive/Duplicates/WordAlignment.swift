/// Runs of words that two quotations share, in the order of both: the longest first, then those before and after it, as
/// in Ratcliff and Metzener's pattern matching (Dr. Dobb's Journal, July 1988).
struct WordAlignment {
    struct Block: Equatable {
        var first: Int
        var second: Int
        var length: Int
        var firstEnd: Int { first + length }
        var secondEnd: Int { second + length }
    }

    private(set) var blocks: [Block] = []
    private var lengths: [Int]

    init(_ first: QuotationWords, _ second: QuotationWords) {
        lengths = [Int](repeating: 0, count: second.count + 1)
        var open = [(0..<first.count, 0..<second.count)]
        while let (a, b) = open.popLast() {
            guard let block = longest(first.hashes, a, second.hashes, b) else { continue }
            blocks.append(block)
            open.append((a.lowerBound..<block.first, b.lowerBound..<block.second))
            open.append((block.firstEnd..<a.upperBound, block.secondEnd..<b.upperBound))
        }
        blocks.sort { $0.first < $1.first }
    }

    /// The longest common run of two ranges, the first of several; by rows of the dynamic programme.
    private mutating func longest(_ first: [UInt64], _ a: Range<Int>, _ second: [UInt64], _ b: Range<Int>) -> Block? {
        guard !a.isEmpty, !b.isEmpty else { return nil }
        var best: Block?
        for j in b.lowerBound...b.upperBound { lengths[j] = 0 }
        for i in a {
            // From the right, so that the row before is still there.
            for j in b.reversed() {
                guard first[i] == second[j] else {
                    lengths[j + 1] = 0
                    continue
                }
                let length = (j > b.lowerBound ? lengths[j] : 0) + 1
                lengths[j + 1] = length
                if length > best?.length ?? 0 { best = Block(first: i + 1 - length, second: j + 1 - length, length: length) }
            }
        }
        return best
    }
}
