import ArgumentParser
import NewsFormats
import NewsModel

/// Writes records to standard output in the format that was asked for, one after the other.
struct RecordOutput {
    let format: OutputOptions.Format
    let page: RecordPage
    private var count = 0

    init(_ options: OutputOptions) {
        format = options.chosen
        page = options.page
    }

    /// What stands before the first record.
    /// - Throws: `OutputFault`.
    func begin() throws {
        if format == .csv { try StandardOutput.write(QuotationCSV.header) }
    }

    /// - Throws: `OutputFault`; `ValidationError` for a second page of HTML.
    mutating func write(_ record: AnalysisRecord) throws {
        switch format {
        case .text:
            if count > 0 { try StandardOutput.write(Array("\n".utf8)) }
            try StandardOutput.write(Array(page.render(record).utf8))
        case .json: try StandardOutput.write(line: RecordEncoder.encode(record))
        case .csv: try StandardOutput.write(QuotationCSV.rows(of: record))
        case .html:
            guard count == 0 else { throw ValidationError("--format html writes the page of one article: name a file with one") }
            try StandardOutput.write(ArticleHTML.render(record))
        case .webannotation: try StandardOutput.write(line: WebAnnotationEncoder.encode(record))
        case .gqg: if let line = QuotationGraphLine.encode(record) { try StandardOutput.write(line: line) }
        }
        count += 1
    }
}
