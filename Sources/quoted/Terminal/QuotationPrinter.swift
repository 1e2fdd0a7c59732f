import Archive
import ArchiveAPI
import Foundation

/// Writes quotations of the archive to standard output as they come.
struct QuotationPrinter {
    let format: Search.Format

    private static let csvColumns = [
        "published", "speaker", "role", "kind", "polarity", "text", "article", "title", "source", "url", "first_said_in",
        "articles",
    ]

    func begin() throws(OutputFault) {
        if format == .csv { try StandardOutput.write(line: Array(Self.csvColumns.joined(separator: ",").utf8)) }
    }

    func print(_ quotation: ArchivedQuotation) throws(OutputFault) {
        switch format {
        case .json: try StandardOutput.write(line: ArchiveJSON.quotation(quotation))
        case .csv: try StandardOutput.write(line: Array(row(quotation).utf8))
        case .table: try StandardOutput.write(Array(paragraph(quotation).utf8))
        }
    }

    /// RFC 4180.
    private func row(_ quotation: ArchivedQuotation) -> String {
        let article = quotation.article
        let cells = [
            article.published, quotation.speaker?.name, quotation.speaker?.role, quotation.kind, quotation.polarity,
            quotation.text, article.id, article.title, article.source, article.url, quotation.group?.firstSaidIn.id,
            quotation.group.map { String($0.articles) },
        ]
        return cells.map { Self.quoted($0 ?? "") }.joined(separator: ",") + "\r"
    }

    private static func quoted(_ cell: String) -> String {
        guard cell.utf8.contains(where: { $0 == 0x22 || $0 == 0x2C || $0 == 0x0A || $0 == 0x0D }) else { return cell }
        return "\"" + cell.replacingOccurrences(of: "\"", with: "\"\"") + "\""
    }

    /// Who and when, what, and where else.
    private func paragraph(_ quotation: ArchivedQuotation) -> String {
        let width = Terminal.width(1, environment: ProcessInfo.processInfo.environment)
        let date = quotation.article.published.map { String($0.prefix(10)) } ?? "no date"
        let speaker = [quotation.speaker?.name ?? "unknown", quotation.speaker?.role].compactMap { $0 }.joined(separator: ", ")
        var lines = ["\(date)  \(speaker)"]
        lines += Self.wrapped(quotation.text, width: width - 4).map { "    " + $0 }
        lines.append("    in: " + Self.name(quotation.article))
        if let group = quotation.group {
            if group.firstSaidIn.id != quotation.article.id { lines.append("    first said in: " + Self.name(group.firstSaidIn)) }
            let others = group.alsoIn.filter { $0.id != group.firstSaidIn.id }
            for article in others.prefix(3) { lines.append("    also in: " + Self.name(article)) }
            let shown = 2 + min(others.count, 3)
            if group.articles > shown { lines.append("    and \(group.articles - shown) more") }
        }
        return lines.map { TerminalText.safe($0) + "\n" }.joined() + "\n"
    }

    private static func name(_ article: ArticleReference) -> String {
        let title = (article.title ?? article.id).split(whereSeparator: \.isNewline).joined(separator: " ")
        return [title, article.source].compactMap { $0 }.joined(separator: ", ")
    }

    private static func wrapped(_ text: String, width: Int) -> [String] {
        var lines: [String] = []
        for word in text.split(whereSeparator: \.isWhitespace) {
            if let last = lines.last, last.count + 1 + word.count <= max(width, 20) {
                lines[lines.count - 1] += " " + word
            } else {
                lines.append(String(word))
            }
        }
        return lines
    }
}
