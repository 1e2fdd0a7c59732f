import LanguageAnalysis
import NewsModel

/// One quotation as strings, for short expectations.
struct ReadQuotation: Equatable, CustomStringConvertible {
    var content: String
    var cue: String
    var source: String
    var speaker: String?
    var kind: Quotation.Kind
    var polarity: Quotation.Polarity

    var description: String { "[\(kind)] \(content) | \(cue) | \(source) | \(speaker ?? "nobody") | \(polarity)" }
}

/// What is read in a text, by the rules unless told otherwise.
struct Reading {
    let text: DocumentText
    let sentences: [String]
    let layer: AttributionLayer
    let quotations: [ReadQuotation]

    init(_ string: String, by analyzer: Analyzer = .rules()) throws {
        let text = DocumentText(string)
        let (sentences, layer) = try analyzer.analyze(text, budget: .unlimited)
        self.text = text
        self.sentences = sentences.map { text.string($0) }
        self.layer = layer
        quotations = layer.quotations.map { quotation in
            func joined(_ spans: [Span]) -> String { spans.map { text.string($0) }.joined(separator: " … ") }
            return ReadQuotation(
                content: joined(quotation.content), cue: joined(quotation.cue), source: joined(quotation.source),
                speaker: quotation.speaker?.name, kind: quotation.kind, polarity: quotation.polarity)
        }
    }

    /// The only quotation; nil when there are none or several.
    var only: ReadQuotation? { quotations.count == 1 ? quotations[0] : nil }

    /// The quotation that holds most of some words, and little else; nil when none holds three fifths of them.
    func quotation(of words: String) -> ReadQuotation? {
        index(of: words).map { quotations[$0] }
    }

    /// The index of `quotation(of:)` in the layer's quotations.
    func index(of words: String) -> Int? {
        let wanted = Self.words(words)
        var best: (index: Int, share: Double)?
        for (index, quotation) in quotations.enumerated() {
            var rest = Self.words(quotation.content)
            let count = rest.count
            var both = 0
            for word in wanted {
                guard let place = rest.firstIndex(of: word) else { continue }
                rest.remove(at: place)
                both += 1
            }
            let share = Double(both) / Double(max(1, wanted.count + count - both))
            if Double(both) >= 0.6 * Double(wanted.count), share > best?.share ?? 0 { best = (index, share) }
        }
        return best?.index
    }

    private static func words(_ text: String) -> [Substring] {
        text.lowercased().split { !$0.isLetter && !$0.isNumber }
    }

    func entity(_ name: String) -> Entity? { layer.entities.first { $0.name == name } }
}
