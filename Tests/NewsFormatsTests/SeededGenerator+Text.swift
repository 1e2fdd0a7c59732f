import TestSupport

extension SeededGenerator {
    /// Letters, marks, escapes, white space, emoji, combining marks: whatever makes trouble.
    mutating func text(upTo length: Int) -> String {
        let alphabet: [Unicode.Scalar] = [
            "a", "b", "Z", "1", " ", " ", ".", ",", "\n", "\r", "\t", "\"", "\\", "/", "“", "”", "’", "é", "ß", "\u{301}",
            "\u{A0}", "\u{2028}", "中", "😀", "\u{10FFFF}", "\u{FEFF}", "\u{7F}", "{", "}", "[", "]",
        ]
        var text = ""
        for _ in 0..<Int.random(in: 0...length, using: &self) {
            text.unicodeScalars.append(alphabet[Int.random(in: 0..<alphabet.count, using: &self)])
        }
        return text
    }
}
