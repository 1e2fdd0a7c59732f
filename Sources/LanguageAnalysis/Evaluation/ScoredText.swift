internal import NewsModel

/// A text as the score counts it: words, with their apostrophes and hyphens, and single marks of punctuation.
struct ScoredText {
    private struct Word {
        var start: Int
        var end: Int
        var first: Unicode.Scalar
    }

    let scalars: [Unicode.Scalar]
    private let words: [Word]
    private static let quoteMarks = Set("\"'“”‘’„«»`´＂‹›".unicodeScalars)
    private static let joints: Set<Unicode.Scalar> = ["'", "’", "-"]

    init(_ text: String) {
        let scalars = Array(text.unicodeScalars)
        var words: [Word] = []
        var index = 0
        while index < scalars.count {
            let start = index
            if NameFolding.isWord(scalars[index]) {
                while index < scalars.count {
                    let joins =
                        Self.joints.contains(scalars[index]) && index > start && index + 1 < scalars.count
                        && NameFolding.isWord(scalars[index + 1])
                    guard NameFolding.isWord(scalars[index]) || joins else { break }
                    index += 1
                }
                words.append(Word(start: start, end: index, first: scalars[start]))
            } else {
                index += 1
                if !NameFolding.isSpace(scalars[start]) {
                    words.append(Word(start: start, end: index, first: scalars[start]))
                }
            }
        }
        self.scalars = scalars
        self.words = words
    }

    private func isQuoteMark(_ word: Word) -> Bool {
        word.end - word.start == 1 && Self.quoteMarks.contains(word.first)
    }

    /// The words of a quotation: those mostly inside, no quotation marks, no punctuation at the edges of its pieces.
    func tokens(in spans: [Span]) -> Set<Int> {
        var result: Set<Int> = []
        for span in joined(spans) {
            var first = firstWord(endingAfter: span.start)
            var found: [Int] = []
            while first < words.count, words[first].start < span.end {
                let word = words[first]
                let inside = min(word.end, span.end) - max(word.start, span.start)
                if inside > Self.half(word.end - word.start - 1), !isQuoteMark(word) { found.append(first) }
                first += 1
            }
            while let edge = found.first, !NameFolding.isAlphanumeric(words[edge].first) { found.removeFirst() }
            while let edge = found.last, !NameFolding.isAlphanumeric(words[edge].first) { found.removeLast() }
            result.formUnion(found)
        }
        return result
    }

    private static func half(_ number: Int) -> Int { number / 2 }

    private func firstWord(endingAfter scalar: Int) -> Int {
        var low = 0
        var high = words.count
        while low < high {
            let middle = (low + high) / 2
            if words[middle].end <= scalar { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// Spans with no word between them are one.
    private func joined(_ spans: [Span]) -> [Span] {
        var result: [Span] = []
        for span in spans.sorted() {
            if let last = result.last,
                !scalars[min(last.end, span.start)..<span.start].contains(where: NameFolding.isWord)
            {
                result[result.count - 1].end = max(last.end, span.end)
            } else {
                result.append(span)
            }
        }
        return result
    }

    // MARK: Sources

    /// Whether a source is a name, a pronoun, a description, or missing.
    func sourceForm(_ reference: ReferenceAttribution) -> String {
        let source = reference.source.map { SpeakerComparison.string(scalars, $0) }.joined(separator: " ")
        if source.isEmpty { return "no source" }
        if SpeakerComparison.pronouns.contains(source.lowercased()) { return "pronoun" }
        let names = Self.wordsOnly(source).filter { word in
            guard let first = word.unicodeScalars.first,
                first.properties.isUppercase || first.properties.generalCategory == .titlecaseLetter
            else { return false }
            return !SpeakerComparison.titles.contains(word.lowercased())
        }
        if names.count == 1, source.hasPrefix(names[0]), startsSentence(reference.source[0].start),
            !occursInside(names[0])
        {
            return "description"
        }
        return names.isEmpty ? "description" : "name"
    }

    private static func wordsOnly(_ text: String) -> [String] {
        text.unicodeScalars.split { !NameFolding.isWord($0) }.map { String(String.UnicodeScalarView($0)) }
    }

    /// No word or comma and a space directly before.
    private func startsSentence(_ start: Int) -> Bool {
        var end = start
        if end > 0, scalars[end - 1] == "\n", end > 1, scalars[end - 2] == " " { end -= 1 }
        guard end > 1, scalars[end - 1] == " " else { return true }
        return !(NameFolding.isWord(scalars[end - 2]) || scalars[end - 2] == ",")
    }

    /// Somewhere after a small letter or a comma and a space: a name within a sentence.
    private func occursInside(_ name: String) -> Bool {
        let name = Array(name.unicodeScalars)
        guard scalars.count >= name.count + 2 else { return false }
        for start in 2...scalars.count - name.count where scalars[start] == name[0] && scalars[start - 1] == " " {
            let before = scalars[start - 2]
            guard before == "," || ("a"..."z").contains(before) else { continue }
            let end = start + name.count
            if scalars[start..<end].elementsEqual(name), end == scalars.count || !NameFolding.isWord(scalars[end]) {
                return true
            }
        }
        return false
    }
}
