import LanguageAnalysis
import NewsFormats
import NewsModel

/// How the speakers of a record were found: the mention, the rule and the score that decided, one line a quotation.
enum SpeakerExplanation {
    static func lines(_ record: AnalysisRecord, _ evidence: [SpeakerEvidence]) -> [String] {
        let text = Array(record.text.unicodeScalars)
        return zip(record.quotations, evidence).enumerated().map { index, pair in
            let (quotation, evidence) = pair
            let source = quotation.source.map { part($0, of: text) }.joined(separator: " … ")
            var line = "\(index + 1). “\(short(quotation.content.first.map { part($0, of: text) } ?? ""))” "
            line += source.isEmpty ? "without a source" : "by “\(short(source))”"
            line += ": \(quotation.speaker?.name ?? "nobody") (\(evidence.rule.rawValue)"
            if let mention = evidence.mention { line += ", from “\(short(part(mention, of: text)))” at \(mention.start)" }
            line += ")"
            if !evidence.choices.isEmpty {
                line += "; ranked: "
                line += evidence.choices.map { "\($0.name ?? "somebody new") \($0.score)" }.joined(separator: ", ")
            }
            return PageText.line(line)
        }
    }

    /// To standard error, so that records on standard output stay as they are.
    static func write(_ record: AnalysisRecord, _ evidence: [SpeakerEvidence]) {
        StandardError.write("quoted: speakers of \(PageText.line(record.article.id)):")
        for line in lines(record, evidence) { StandardError.write("  \(line)") }
    }

    private static func part(_ span: Span, of text: [Unicode.Scalar]) -> String {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: text[max(0, span.start)..<max(0, min(span.end, text.count))])
        return String(view)
    }

    private static let longest = 60

    private static func short(_ text: String) -> String {
        text.count > longest ? text.prefix(longest - 1) + "…" : text
    }
}
