/// The pieces that words are cut into, each with its number, as one hash table.
///
/// Pieces that go on within a word stand with `##` before them in the vocabulary, as in BERT's (Devlin et al. 2019).
package struct WordPieceVocabulary: Sendable {
    /// Numbers of the pieces with a meaning of their own.
    package let unknown: Int32
    package let start: Int32
    package let end: Int32
    package let count: Int
    /// The longest piece, in bytes.
    let longest: Int

    private let bytes: [UInt8]
    /// For each piece the offset of its first byte after `##`, and its length.
    private let offsets: [Int32]
    private let lengths: [UInt16]
    /// 1 + number of the piece, or 0; pieces that begin a word and those that go on in one.
    private let initial: [Int32]
    private let continuing: [Int32]
    private let mask: Int

    /// - Parameter bytes: one piece a line, UTF-8; a piece's number is its line's, from 0.
    /// - Throws: `VocabularyFault` when one of `[UNK]`, `[CLS]`, `[SEP]` is missing or a piece is too long.
    package init(_ bytes: [UInt8]) throws(VocabularyFault) {
        var offsets: [Int32] = []
        var lengths: [UInt16] = []
        var goesOn: [Bool] = []
        var line = 0
        for end in 0...bytes.count where end == bytes.count || bytes[end] == 0x0A {
            defer { line = end + 1 }
            if end == bytes.count, line == end { break }
            let inner = end - line > 2 && bytes[line] == 0x23 && bytes[line + 1] == 0x23
            let first = inner ? line + 2 : line
            guard end - first <= 512 else { throw VocabularyFault(line: offsets.count + 1, "a piece of over 512 bytes") }
            offsets.append(Int32(truncatingIfNeeded: first))
            lengths.append(UInt16(end - first))
            goesOn.append(inner)
        }
        var size = 8
        while size < offsets.count * 2 { size *= 2 }
        var tables = [[Int32](repeating: 0, count: size), [Int32](repeating: 0, count: size)]
        var special: [String: Int32] = [:]
        for index in offsets.indices {
            let range = Int(offsets[index])..<Int(offsets[index]) + Int(lengths[index])
            var hash = FoldedKey.offsetBasis
            for offset in range { FoldedKey.add(bytes[offset], to: &hash) }
            var slot = Int(hash) & (size - 1)
            let table = goesOn[index] ? 1 : 0
            while tables[table][slot] != 0 { slot = (slot + 1) & (size - 1) }
            tables[table][slot] = Int32(truncatingIfNeeded: index + 1)
            if range.count == 5, bytes[range.lowerBound] == 0x5B {
                special[String(decoding: bytes[range], as: UTF8.self)] = Int32(truncatingIfNeeded: index)
            }
        }
        guard let unknown = special["[UNK]"], let start = special["[CLS]"], let end = special["[SEP]"] else {
            throw VocabularyFault(line: nil, "one of [UNK], [CLS], [SEP] is missing")
        }
        (self.unknown, self.start, self.end) = (unknown, start, end)
        (self.bytes, self.offsets, self.lengths) = (bytes, offsets, lengths)
        (initial, continuing, mask) = (tables[0], tables[1], size - 1)
        count = offsets.count
        longest = lengths.max().map(Int.init) ?? 0
    }

    /// The number of the piece with these bytes, whose hash (`FoldedKey`'s) is `hash`; nil if there is none.
    @inline(__always)
    func piece(_ text: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, hash: UInt32, initial first: Bool) -> Int32? {
        var slot = Int(hash) & mask
        while true {
            let entry = first ? initial[slot] : continuing[slot]
            if entry == 0 { return nil }
            let index = Int(entry) - 1
            if Int(lengths[index]) == range.count {
                let offset = Int(offsets[index])
                var same = true
                for position in 0..<range.count where bytes[offset + position] != text[range.lowerBound + position] {
                    same = false
                    break
                }
                if same { return Int32(truncatingIfNeeded: index) }
            }
            slot = (slot + 1) & mask
        }
    }
}

/// What is wrong with a vocabulary.
package struct VocabularyFault: Error, Hashable, CustomStringConvertible {
    /// Counted from 1; nil when no line is at fault.
    package let line: Int?
    package let reason: String

    init(line: Int?, _ reason: String) {
        self.line = line
        self.reason = reason
    }

    package var description: String { "vocabulary\(line.map { ", line \($0)" } ?? ""): \(reason)" }
}
