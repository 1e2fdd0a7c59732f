/// Text of strangers, made fit for a terminal.
package enum PageText {
    /// The text on one line: runs of white space become one space; control characters, terminal escapes and what
    /// changes the direction of writing are shown as U+FFFD.
    package static func line(_ text: String) -> String {
        var line = String.UnicodeScalarView()
        var isSpacePending = false
        for scalar in text.unicodeScalars {
            if scalar.properties.isWhitespace {
                isSpacePending = !line.isEmpty
                continue
            }
            if isSpacePending { line.append(" ") }
            isSpacePending = false
            line.append(isHarmless(scalar) ? scalar : "\u{FFFD}")
        }
        return String(line)
    }

    /// Breaks a text into lines of at most `width` columns, words that are longer than a line too.
    package static func wrap(_ text: String, width: Int) -> [String] {
        let width = max(width, 4)
        var lines: [String] = []
        var line = ""
        var used = 0
        for word in Self.line(text).split(separator: " ") {
            var word = word
            var length = columns(word)
            if used > 0, used + 1 + length <= width {
                line += " " + word
                used += 1 + length
                continue
            }
            if used > 0 { lines.append(line) }
            while length > width {
                let head = prefix(of: word, columns: width)
                lines.append(String(head))
                word = word[head.endIndex...]
                length = columns(word)
            }
            line = String(word)
            used = length
        }
        if used > 0 { lines.append(line) }
        return lines
    }

    /// How many columns of a terminal a text takes: two for East Asian wide characters and emoji, none for combining marks.
    package static func columns(_ text: some StringProtocol) -> Int {
        text.reduce(0) { $0 + columns($1) }
    }

    private static func columns(_ character: Character) -> Int {
        guard let scalar = character.unicodeScalars.first else { return 0 }
        switch scalar.value {
        case ..<0x300: return 1
        case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F,
            0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F680...0x1F6FF, 0x1F900...0x1FAFF, 0x20000...0x3FFFD:
            return 2
        default: return scalar.properties.generalCategory == .nonspacingMark ? 0 : 1
        }
    }

    private static func prefix(of word: Substring, columns limit: Int) -> Substring {
        var used = 0
        var end = word.startIndex
        while end < word.endIndex {
            used += columns(word[end])
            if used > limit, end > word.startIndex { break }
            end = word.index(after: end)
        }
        return word[..<end]
    }

    static func isHarmless(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .surrogate, .unassigned, .privateUse: false
        case .format:
            // Marks, overrides and isolates of direction could make a line read otherwise; joiners only shape letters.
            !(0x200E...0x200F).contains(scalar.value) && !(0x202A...0x202E).contains(scalar.value)
                && !(0x2066...0x2069).contains(scalar.value)
        default: true
        }
    }
}
