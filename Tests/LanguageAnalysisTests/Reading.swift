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

    func entity(_ name: String) -> Entity? { layer.entities.first { $0.name == name } }
}
