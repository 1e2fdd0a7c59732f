import LanguageAnalysis
import NewsModel
import TestSupport
import Testing

@Suite struct AnalyzerPropertyTests {
    private static let pieces = [
        "“", "”", "\"", "'", "’", "‘", "«", "»", "''", "``", ".", ",", ":", ";", "?", "!", "…", "—", "-", "(", ")", " ",
        " ",
        " ", "\n", "\n\n", "\r\n", "\u{A0}", "\u{FEFF}", "said", "says", "told", "that", "who", "according to", "He",
        "she",
        "it", "they", "Maria Lopez", "Mr. Hale", "the minister", "U.S.", "J.", "and", "but", "adding", "called for",
        "not",
        "would", "on Monday", "3.5", "é", "e\u{301}", "👩‍👩‍👧", "漢字", "'s", "n't", "Ministry of", "Health", "of", "de", "A",
        "\0",
    ]

    private static func text(_ generator: inout SeededGenerator) -> String {
        var text = ""
        for _ in 0..<Int.random(in: 0...120, using: &generator) {
            text += pieces.randomElement(using: &generator) ?? ""
            if Bool.random(using: &generator) { text += " " }
        }
        return text
    }

    @Test func anythingGivesASoundResultTwice() throws {
        let seed = UInt64.random(in: 0 ... .max)
        print("anythingGivesASoundResultTwice: seed \(seed)")
        var generator = SeededGenerator(seed: seed)
        let analyzer = Analyzer.rules()
        for round in 0..<3_000 {
            let string = Self.text(&generator)
            let text = DocumentText(string)
            let (sentences, layer) = try analyzer.analyze(text, budget: .unlimited)
            expectSound(text, sentences, layer, "seed \(seed), round \(round)")
            let again = try analyzer.analyze(DocumentText(utf8: Array(string.utf8)), budget: .unlimited)
            #expect(again.sentences == sentences && again.attribution == layer, "seed \(seed), round \(round)")
        }
    }

    @Test func mutatedArticlesGiveSoundResults() throws {
        let seed = UInt64.random(in: 0 ... .max)
        print("mutatedArticlesGiveSoundResults: seed \(seed)")
        var generator = SeededGenerator(seed: seed)
        let article = AttributionPatternTests.patterns.map(\.text).joined(separator: "\n\n")
        for round in 0..<300 {
            var scalars = Array(article.unicodeScalars)
            for _ in 0..<Int.random(in: 1...40, using: &generator) {
                let at = Int.random(in: 0..<scalars.count, using: &generator)
                switch Int.random(in: 0..<3, using: &generator) {
                case 0: scalars.remove(at: at)
                case 1: scalars.swapAt(at, Int.random(in: 0..<scalars.count, using: &generator))
                default:
                    let piece = Self.pieces.randomElement(using: &generator) ?? ""
                    scalars.insert(contentsOf: piece.unicodeScalars, at: at)
                }
            }
            var view = String.UnicodeScalarView()
            view.append(contentsOf: scalars)
            let text = DocumentText(String(view))
            let (sentences, layer) = try Analyzer.rules().analyze(text, budget: .unlimited)
            expectSound(text, sentences, layer, "seed \(seed), round \(round)")
        }
    }
}
