internal import NewsFormats

/// A quotation's words as they are compared: folded to lower case without diacritics or marks; what an editor put in
/// square brackets left out; an ellipsis or a bracket remembered as a gap; a leading "that" dropped.
package struct QuotationWords: Sendable, Hashable {
    /// What a word says about whether two quotations are one.
    package enum Sort: UInt8, Sendable, Hashable {
        /// Any sentence may have it: "the", "will".
        case function
        case content
        /// "not", "never": another one makes another statement.
        case negation
        /// "12", "twelve": likewise.
        case number

        /// How much a word counts.
        var weight: Double { self == .function ? 0.3 : 1 }
    }

    /// More are not compared, so that comparing has a bound.
    package static let maximumWords = 400

    /// Words as 64-bit FNV-1a hashes.
    package private(set) var hashes: [UInt64] = []
    package private(set) var sorts: [Sort] = []
    /// Positions of words before which something was left out or put in, ascending; the count of words for the end.
    package private(set) var gaps: [Int] = []

    package var count: Int { hashes.count }

    package init(_ text: String) {
        var reader = WordReader(text)
        reader.read(into: &self)
        if hashes.count > 3, hashes[0] == Self.that {
            hashes.removeFirst()
            sorts.removeFirst()
            gaps = gaps.map { max(0, $0 - 1) }
        }
    }

    /// Whether something was left out or put in before the word at a position.
    func hasGap(before position: Int) -> Bool { gaps.contains(position) }

    /// Whether there is a gap before any of the words from a position to another, that one included.
    func hasGap(in positions: ClosedRange<Int>) -> Bool { gaps.contains { positions.contains($0) } }

    /// Runs of words without a gap.
    var segments: [Range<Int>] {
        let bounds = [0] + gaps.filter { $0 > 0 && $0 < count } + [count]
        return zip(bounds, bounds.dropFirst()).compactMap { $0 < $1 ? $0..<$1 : nil }
    }

    private static let that = WordHash.of("that")

    fileprivate var isFull: Bool { hashes.count >= Self.maximumWords }

    fileprivate mutating func append(_ word: borrowing [UInt8]) {
        guard !word.isEmpty, !isFull else { return }
        let hash = WordHash.of(word)
        if hash == WordHash.cent, hashes.last == WordHash.per {
            hashes[hashes.count - 1] = WordHash.percent
            sorts[sorts.count - 1] = .content
            return
        }
        hashes.append(hash)
        sorts.append(FunctionWords.sort(of: hash, first: word[0]))
    }

    fileprivate mutating func appendPercent() {
        guard !isFull else { return }
        hashes.append(WordHash.percent)
        sorts.append(.content)
    }

    fileprivate mutating func noteGap() {
        if gaps.last != hashes.count { gaps.append(hashes.count) }
    }
}

/// FNV-1a, 64 bits (Fowler, Noll, Vo; draft-eastlake-fnv).
enum WordHash {
    static func of(_ word: borrowing [UInt8]) -> UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for index in 0..<word.count { hash = (hash ^ UInt64(word[index])) &* 0x100_0000_01b3 }
        return hash
    }

    static func of(_ word: String) -> UInt64 { of(Array(word.utf8)) }

    static let per = of("per")
    static let cent = of("cent")
    static let percent = of("percent")
}

/// Reads words scalar by scalar.
private struct WordReader {
    private let scalars: [Unicode.Scalar]
    private var position = 0
    private var word: [UInt8] = []
    /// The word so far is letters with points between them: "u.s".
    private var isInitials = false

    init(_ text: String) {
        scalars = Array(text.unicodeScalars)
        word.reserveCapacity(32)
    }

    mutating func read(into words: inout QuotationWords) {
        while position < scalars.count, !words.isFull {
            let scalar = scalars[position]
            position += 1
            switch scalar {
            case "a"..."z", "0"..."9": word.append(UInt8(truncatingIfNeeded: scalar.value))
            case "A"..."Z": word.append(UInt8(truncatingIfNeeded: scalar.value | 0x20))
            case " ": end(&words)
            case "'", "\u{2019}", "\u{2018}", "`", "\u{B4}", "\u{AD}": break
            case ".": readPoint(&words)
            case ",": if !isBetweenDigits { end(&words) }
            case "\u{2026}":
                end(&words)
                words.noteGap()
            case "[": readBracket(&words)
            case "]": break
            case "%":
                end(&words)
                words.appendPercent()
            default: readOther(scalar, &words)
            }
        }
        end(&words)
    }

    private mutating func end(_ words: inout QuotationWords) {
        words.append(word)
        word.removeAll(keepingCapacity: true)
        isInitials = false
    }

    private mutating func readOther(_ scalar: Unicode.Scalar, _ words: inout QuotationWords) {
        if let folded = LatinFolding.fold(scalar) {
            word.append(contentsOf: folded.utf8)
        } else if scalar.properties.generalCategory != .nonspacingMark {
            end(&words)
        }
    }

    private func scalar(at index: Int) -> Unicode.Scalar? { index < scalars.count ? scalars[index] : nil }

    private static func isDigit(_ scalar: Unicode.Scalar?) -> Bool { scalar.map { $0 >= "0" && $0 <= "9" } ?? false }

    private static func isLetter(_ scalar: Unicode.Scalar?) -> Bool { scalar?.properties.isAlphabetic ?? false }

    /// Whether the mark just read parts the digits of one number.
    private var isBetweenDigits: Bool {
        Self.isDigit(scalar(at: position)) && position >= 2 && Self.isDigit(scalar(at: position - 2))
    }

    /// "7.4" is one number, "U.S." one word, "..." and ". . ." a gap; any other point ends a word.
    private mutating func readPoint(_ words: inout QuotationWords) {
        if isBetweenDigits {
            word.append(UInt8(ascii: "."))
            return
        }
        if word.count == 1 || isInitials, Self.isLetter(scalar(at: position)),
            scalar(at: position + 1) == "." || isInitials
        {
            isInitials = true
            return
        }
        var points = 1
        var next = position
        while let scalar = scalar(at: next), scalar == "." || scalar == " " {
            if scalar == "." { points += 1 }
            next += 1
        }
        end(&words)
        if points >= 3 {
            words.noteGap()
            position = next
        }
    }

    /// "[W]e" is a word with another case; anything else in brackets is the editor's.
    private mutating func readBracket(_ words: inout QuotationWords) {
        guard let close = scalars[position...].prefix(200).firstIndex(of: "]") else { return end(&words) }
        let inside = scalars[position..<close]
        if inside.count <= 2, inside.allSatisfy({ Self.isLetter($0) }), Self.isLetter(scalar(at: close + 1)) { return }
        end(&words)
        words.noteGap()
        position = close + 1
    }
}
