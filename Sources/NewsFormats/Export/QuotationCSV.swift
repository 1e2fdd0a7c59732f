package import NewsModel

/// Quotations as comma-separated values (RFC 4180), one row each.
package enum QuotationCSV {
    private static let columns = [
        "article", "version", "title", "published", "source", "url", "language", "quotation", "kind", "polarity", "confidence",
        "speaker", "speaker_type", "speaker_role", "cue", "text", "start", "end", "spans",
    ]

    /// The first line: the columns' names.
    package static var header: [UInt8] { line(columns) }

    /// The rows of a record's quotations; none for an article that was retracted.
    package static func rows(of record: AnalysisRecord) -> [UInt8] {
        guard record.article.status == .usable else { return [] }
        let text = ScalarText(record.text)
        let article = record.article
        return record.quotations.flatMap { quotation in
            line([
                article.id, String(article.version), article.title ?? "", article.published ?? "", article.source ?? "",
                article.url ?? "", article.language ?? "", quotation.id, quotation.kind.rawValue, quotation.polarity.rawValue,
                "\((quotation.confidence * 10_000).rounded() / 10_000)", quotation.speaker?.name ?? "",
                quotation.speaker?.kind.rawValue ?? "", quotation.speaker?.role ?? "", text.joined(quotation.cue),
                text.joined(quotation.content), String(quotation.content.first?.start ?? 0),
                String(quotation.content.last?.end ?? 0),
                quotation.content.map { "\($0.start)-\($0.end)" }.joined(separator: ";"),
            ])
        }
    }

    private static func line(_ fields: [String]) -> [UInt8] {
        Array((fields.map(quoted).joined(separator: ",") + "\r\n").utf8)
    }

    private static func quoted(_ field: String) -> String {
        let isPlain = !field.unicodeScalars.contains { $0 == "," || $0 == "\"" || $0 == "\n" || $0 == "\r" }
            && field.first != " " && field.last != " "
        return isPlain ? field : "\"" + field.replacing("\"", with: "\"\"") + "\""
    }
}
