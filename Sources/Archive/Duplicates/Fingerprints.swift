/// The fingerprints of a quotation: hashes of some of its runs of three words, chosen so that two texts which share six
/// words in a row share at least one, however much longer one of them is. MinHash compares whole sets of shingles and
/// misses a short cut of a long statement; this does not.
///
/// Winnowing: S. Schleimer, D. Wilkerson and A. Aiken, Winnowing: Local Algorithms for Document Fingerprinting, SIGMOD 2003.
package enum Fingerprints {
    /// Words of a shingle.
    static let shingle = 3
    /// Shingles of a window, of which the least hash is chosen.
    static let window = 4

    /// In ascending order, each once; none for less than three words in a row.
    package static func of(_ words: QuotationWords) -> [UInt32] {
        var chosen: [UInt32] = []
        for segment in words.segments { winnow(shingles(words.hashes[segment]), into: &chosen) }
        chosen.sort()
        var unique = 0
        for index in chosen.indices where index == 0 || chosen[index] != chosen[unique - 1] {
            chosen[unique] = chosen[index]
            unique += 1
        }
        chosen.removeLast(chosen.count - unique)
        return chosen
    }

    private static func shingles(_ hashes: ArraySlice<UInt64>) -> [UInt32] {
        guard hashes.count >= shingle else { return [] }
        return (hashes.startIndex...(hashes.endIndex - shingle)).map { start in
            var mixed: UInt64 = 0
            for hash in hashes[start..<start + shingle] { mixed = (mixed &+ hash) &* 0x9E37_79B9_7F4A_7C15 ^ (mixed >> 29) }
            return UInt32(truncatingIfNeeded: mixed >> 32)
        }
    }

    private static func winnow(_ shingles: [UInt32], into chosen: inout [UInt32]) {
        // Of a short text all are kept: longer ones hardly choose the same.
        guard shingles.count > window else {
            chosen += shingles
            return
        }
        var last = -1
        for start in 0...(shingles.count - window) {
            var least = start
            for index in start..<start + window where shingles[index] <= shingles[least] { least = index }
            if least != last { chosen.append(shingles[least]) }
            last = least
        }
    }
}
