/// Words to search for: all must be there, in any order; a phrase in quotation marks as it stands; a star behind a word
/// stands for any ending.
package struct SearchText: Sendable, Hashable {
    package struct Fault: Error, Sendable, Hashable, CustomStringConvertible {
        package let description: String
    }

    package static let maximumCharacters = 256
    /// Letters before a star, which else is left out: fewer would be half the archive.
    package static let leastBeforeStar = 3

    /// The full-text index's expression for these words, safe whatever they are: every term is a string of its grammar
    /// (https://sqlite.org/fts5.html#full_text_query_syntax).
    let expression: String

    /// - Throws: `Fault` when the text is too long.
    package init(_ text: String) throws(Fault) {
        let length = text.unicodeScalars.count
        guard length <= Self.maximumCharacters else {
            throw Fault(description: "found \(length) characters, expected at most \(Self.maximumCharacters)")
        }
        let terms = Self.terms(text).filter { $0.text.unicodeScalars.contains(where: Self.isWord) }
        expression = terms.map { Self.quoted($0.text) + ($0.isPrefix ? "*" : "") }.joined(separator: " AND ")
    }

    /// Whether there is no word: nothing fits.
    package var isEmpty: Bool { expression.isEmpty }

    private struct Term {
        var text: String
        var isPrefix: Bool
    }

    private static func terms(_ text: String) -> [Term] {
        var terms: [Term] = []
        var current = ""
        var isPhrase = false
        func end() {
            let isPrefix = current.hasSuffix("*") && current.unicodeScalars.count(where: isWord) >= leastBeforeStar
            while current.hasSuffix("*") { current.removeLast() }
            if !current.isEmpty { terms.append(Term(text: current, isPrefix: isPrefix)) }
            current = ""
        }
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\u{201C}", "\u{201D}":
                end()
                isPhrase.toggle()
            case _ where scalar.properties.isWhitespace || scalar.value < 0x20:
                if isPhrase { current.unicodeScalars.append(" ") } else { end() }
            default: current.unicodeScalars.append(scalar)
            }
        }
        end()
        return terms
    }

    /// What the index takes for part of a word.
    private static func isWord(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .decimalNumber,
            .letterNumber, .otherNumber:
            true
        default: false
        }
    }

    /// A string of the index's grammar.
    static func quoted(_ text: String) -> String {
        "\"" + text.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    }
}
