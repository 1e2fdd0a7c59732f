/// A text in word pieces, with where each stands in it.
package struct WordPieces: Sendable {
    package var ids: [Int32] = []
    /// Byte offsets of each piece in the text.
    package var starts: [Int32] = []
    package var ends: [Int32] = []

    package init() {}
    package var count: Int { ids.count }
}

/// Cuts a text into word pieces as BERT's uncased tokenizer does: decomposed, without marks, in small letters, signs and
/// Chinese characters apart, then the longest known piece first (Wu et al. 2016). Offsets stay those of the text itself.
package struct WordPieceTokenizer {
    private let vocabulary: WordPieceVocabulary
    private var pieces = WordPieces()
    /// The word under way: its folded bytes, and for each where its scalar begins and ends in the text.
    private var word: [UInt8] = []
    private var origins: [(start: Int32, end: Int32)] = []
    private var scalars = 0
    private var hashes: [UInt32] = []
    /// A longer word is unknown as a whole.
    private static let longestWord = 100

    private init(_ vocabulary: WordPieceVocabulary) {
        self.vocabulary = vocabulary
    }

    /// - Complexity: linear in the text's length.
    package static func tokenize(_ text: DocumentText, _ vocabulary: WordPieceVocabulary) -> WordPieces {
        var tokenizer = WordPieceTokenizer(vocabulary)
        tokenizer.pieces.ids.reserveCapacity(text.utf8.count / 4)
        tokenizer.pieces.starts.reserveCapacity(text.utf8.count / 4)
        tokenizer.pieces.ends.reserveCapacity(text.utf8.count / 4)
        text.utf8.withUnsafeBufferPointer { tokenizer.run($0) }
        return tokenizer.pieces
    }

    private mutating func run(_ bytes: UnsafeBufferPointer<UInt8>) {
        var offset = 0
        while offset < bytes.count {
            let byte = bytes[offset]
            if byte < 0x80 {
                ascii(byte, offset)
                offset += 1
            } else {
                let width = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : 2
                let end = min(offset + width, bytes.count)
                var value = UInt32(byte) & (width == 2 ? 0x1F : width == 3 ? 0x0F : 0x07)
                for next in offset + 1..<end { value = value << 6 | UInt32(bytes[next] & 0x3F) }
                wide(value, offset, end)
                offset = end
            }
        }
        flush()
    }

    @inline(__always)
    private mutating func ascii(_ byte: UInt8, _ offset: Int) {
        let small = byte | 0x20
        if small &- 0x61 < 26 || byte &- 0x30 < 10 {
            append(byte &- 0x41 < 26 ? small : byte, offset, offset + 1)
            scalars += 1
        } else if byte == 0x20 || byte &- 0x09 < 5 {
            flush()
        } else if byte > 0x20, byte != 0x7F {
            flush()
            append(byte, offset, offset + 1)
            scalars = 1
            flush()
        }
    }

    private mutating func wide(_ value: UInt32, _ offset: Int, _ end: Int) {
        let entry = ScalarFolding.entry(value)
        switch entry.kind {
        case .nothing: return
        case .space: flush()
        case .word:
            for byte in entry.folded { append(byte, offset, end) }
            scalars += entry.scalars
        case .sign, .ideograph:
            flush()
            for byte in entry.folded { append(byte, offset, end) }
            scalars = 1
            flush()
        }
    }

    @inline(__always)
    private mutating func append(_ byte: UInt8, _ start: Int, _ end: Int) {
        word.append(byte)
        origins.append((Int32(truncatingIfNeeded: start), Int32(truncatingIfNeeded: end)))
    }

    // MARK: One word

    private mutating func flush() {
        guard !word.isEmpty else { return }
        let before = pieces.count
        if scalars > Self.longestWord || !cut() {
            pieces.ids.removeSubrange(before...)
            pieces.starts.removeSubrange(before...)
            pieces.ends.removeSubrange(before...)
            emit(vocabulary.unknown, 0..<word.count)
        }
        word.removeAll(keepingCapacity: true)
        origins.removeAll(keepingCapacity: true)
        scalars = 0
    }

    private mutating func emit(_ id: Int32, _ range: Range<Int>) {
        pieces.ids.append(id)
        pieces.starts.append(origins[range.lowerBound].start)
        pieces.ends.append(origins[range.upperBound - 1].end)
    }

    /// The longest known pieces from the left; false where none fits.
    private mutating func cut() -> Bool {
        var first = 0
        while first < word.count {
            hashes.removeAll(keepingCapacity: true)
            var hash = FoldedKey.offsetBasis
            let limit = min(word.count, first + vocabulary.longest)
            for offset in first..<limit {
                FoldedKey.add(word[offset], to: &hash)
                hashes.append(hash)
            }
            var end = limit
            var found: Int32?
            word.withUnsafeBufferPointer { word in
                while end > first {
                    if end == word.count || word[end] & 0xC0 != 0x80 {
                        found = vocabulary.piece(
                            word, first..<end, hash: hashes[end - first - 1], initial: first == 0)
                        if found != nil { return }
                    }
                    end -= 1
                }
            }
            guard let found else { return false }
            emit(found, first..<end)
            first = end
        }
        return true
    }
}
