internal import NewsModel

/// The insides of the outermost quotations of a text, as the scoring of quoted words alone defines them. Kept apart
/// from the analyser's own pairing of marks, so that a change there does not move the measure.
enum QuotedRegions {
    static func find(_ text: [Unicode.Scalar]) -> [Span] {
        var regions: [Span] = []
        var start = 0
        var index = 0
        while index <= text.count {
            if index == text.count || text[index] == "\n" {
                if index > start { paragraph(text, start, index, &regions) }
                index += 1
                start = index
            } else {
                index += 1
            }
        }
        return regions
    }

    private enum Closer { case double, guillemet }

    private static let opensAfter = Set<Unicode.Scalar>(
        " \t\n\r\u{A0}([{—–-/…\"“‘'«„`:,.\u{200B}".unicodeScalars)

    private static func opens(_ text: [Unicode.Scalar], _ start: Int, _ end: Int, _ low: Int, _ high: Int) -> Bool {
        (start == low || opensAfter.contains(text[start - 1])) && end < high && !NameFolding.isSpace(text[end])
    }

    private static func isApostrophe(_ text: [Unicode.Scalar], _ index: Int, _ low: Int, _ high: Int) -> Bool {
        index > low && index + 1 < high && NameFolding.isAlphanumeric(text[index - 1])
            && NameFolding.isAlphanumeric(text[index + 1])
    }

    /// Where a single mark opened at `start` closes.
    private static func singleCloser(_ text: [Unicode.Scalar], _ start: Int, _ high: Int) -> Int? {
        func closes(_ index: Int) -> Bool {
            (text[index] == "’" || text[index] == "'") && !isApostrophe(text, index, start, high)
                && !NameFolding.isSpace(text[index - 1])
        }
        var index = start + 1
        while index < high {
            let scalar = text[index]
            if scalar == "\"" || scalar == "“" || scalar == "”" { return nil }
            if closes(index) {
                let plural = text[index - 1] == "s" || text[index - 1] == "S"
                let spaceAfter = index + 1 >= high || text[index + 1] == " "
                if plural, spaceAfter, (index + 1..<max(index + 1, high)).contains(where: closes) {
                    index += 1
                    continue
                }
                return index
            }
            index += 1
        }
        return nil
    }

    /// Length of the mark at `index`, or 0.
    private static func markLength(_ text: [Unicode.Scalar], _ index: Int, _ high: Int) -> Int {
        switch text[index] {
        case "`": return index + 1 < high && text[index + 1] == "`" ? 2 : 0
        case "'": return index + 1 < high && text[index + 1] == "'" ? 2 : 1
        case "\"", "“", "”", "„", "«", "»", "‘", "’", "＂": return 1
        default: return 0
        }
    }

    private static func paragraph(_ text: [Unicode.Scalar], _ low: Int, _ high: Int, _ regions: inout [Span]) {
        var index = low
        var open: (at: Int, closer: Closer)?
        while index < high {
            let length = markLength(text, index, high)
            guard length > 0 else {
                index += 1
                continue
            }
            let mark = index
            let end = index + length
            index = end
            if let (at, closer) = open {
                if ends(text, mark, end, low, high, closer) {
                    if mark > at || closer == .guillemet || text[mark] == "“" { regions.append(Span(at, mark)) }
                    open = nil
                }
            } else if let closer = opener(text, mark, end, low, high) {
                open = (end, closer)
            } else if let close = single(text, mark, end, low, high) {
                regions.append(Span(end, close))
                index = close + 1
            }
        }
        if let (at, _) = open, high > at { regions.append(Span(at, high)) }
    }

    private static func opener(_ text: [Unicode.Scalar], _ mark: Int, _ end: Int, _ low: Int, _ high: Int) -> Closer? {
        switch text[mark] {
        case "“", "„", "`": return .double
        case "«": return .guillemet
        case "\"", "＂": return mark == low || opens(text, mark, end, low, high) ? .double : nil
        case "'" where end - mark == 2: return mark == low || opens(text, mark, end, low, high) ? .double : nil
        case "”":
            if mark == low { return .double }
            let before = text[mark - 1]
            let gap =
                NameFolding.isSpace(before) || before == "(" || before == "[" || before == "—" || before == "-"
                || before == ":"
            return gap && opens(text, mark, end, low, high) ? .double : nil
        default: return nil
        }
    }

    private static func single(_ text: [Unicode.Scalar], _ mark: Int, _ end: Int, _ low: Int, _ high: Int) -> Int? {
        guard end - mark == 1 else { return nil }
        switch text[mark] {
        case "‘", "'": break
        case "’": guard mark == low || NameFolding.isSpace(text[mark - 1]) else { return nil }
        default: return nil
        }
        guard opens(text, mark, end, low, high), !isApostrophe(text, mark, low, high) else { return nil }
        return singleCloser(text, mark, high)
    }

    private static func ends(
        _ text: [Unicode.Scalar], _ mark: Int, _ end: Int, _ low: Int, _ high: Int, _ closer: Closer
    ) -> Bool {
        if closer == .guillemet { return text[mark] == "»" }
        switch text[mark] {
        case "”", "＂": return true
        case "\"":
            let likelyCloses = mark > low && !NameFolding.isSpace(text[mark - 1])
            return !opens(text, mark, end, low, high) || likelyCloses
        case "'": return end - mark == 2 && !(end < high && NameFolding.isAlphanumeric(text[end]))
        case "“":
            return !NameFolding.isSpace(text[mark - 1]) && (end >= high || NameFolding.isSpace(text[end]))
        default: return false
        }
    }
}
