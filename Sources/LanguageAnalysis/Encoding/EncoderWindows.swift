/// Cuts a text into the ranges of pieces that the encoder sees at once.
///
/// Whole paragraphs go together while they fit; a longer one is cut between sentences, a longer sentence anywhere.
/// `windows` in `training/features.py` does the same, except that it may cut within a word.
enum EncoderWindows {
    /// - Parameter longest: pieces a window, the two that mark its ends not counted.
    static func plan(_ text: EncodedText, longest: Int) -> [Range<Int>] {
        let longest = max(1, longest)
        let count = text.pieces.count
        var windows: [Range<Int>] = []
        var start = 0
        var piece = 0
        while piece < count {
            var end = piece
            while end < count, text.blocks[end] == text.blocks[piece] { end += 1 }
            if end - piece > longest {
                if start < piece { windows.append(start..<piece) }
                cut(piece..<end, text, longest, &windows)
                start = end
            } else if end - start > longest {
                windows.append(start..<piece)
                start = piece
            }
            piece = end
        }
        if start < count { windows.append(start..<count) }
        return windows
    }

    private static func cut(_ block: Range<Int>, _ text: EncodedText, _ longest: Int, _ windows: inout [Range<Int>]) {
        var start = block.lowerBound
        while block.upperBound - start > longest {
            var split = start + longest
            while split > start, text.sentences[split] == text.sentences[split - 1] { split -= 1 }
            if split == start {
                split = start + longest
                while split > start, text.tokens[split] == text.tokens[split - 1] { split -= 1 }
            }
            if split == start { split = start + longest }
            windows.append(start..<split)
            start = split
        }
        windows.append(start..<block.upperBound)
    }
}
