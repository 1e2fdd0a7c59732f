import NewsFormats
import NewsModel

/// Which records, and which of their quotations, are wanted.
struct RecordFilter: Sendable {
    /// The speaker's slug, or some words of it.
    private let speaker: String?
    private let article: String?

    init(speaker: String?, article: String?) {
        self.speaker = speaker.map { SpeakerSlug.slug(of: $0) }
        self.article = article
    }

    var takesAll: Bool { speaker == nil && article == nil }
    var isForSpeaker: Bool { speaker != nil }

    /// The record with the wanted quotations alone, nil when there is nothing for it.
    func apply(_ record: AnalysisRecord) -> AnalysisRecord? {
        if let article, record.article.id != article { return nil }
        guard let speaker else { return record }
        var wanted = record
        wanted.quotations = record.quotations.filter { quotation in
            "-\(SpeakerSlug.slug(of: quotation.speaker?.name))-".contains("-\(speaker)-")
        }
        return wanted.quotations.isEmpty ? nil : wanted
    }
}

/// Writes the wanted of the service's records to standard output as they come.
struct RecordPrinter {
    var filter: RecordFilter
    var output: RecordOutput

    init(filter: RecordFilter, output: RecordOutput) {
        self.filter = filter
        self.output = output
    }

    /// - Returns: whether the record was wanted.
    /// - Throws: `RecordFault`, `OutputFault`.
    mutating func print(_ json: [UInt8]) throws -> Bool {
        if filter.takesAll, output.format == .json {
            try StandardOutput.write(line: json)
            return true
        }
        guard let record = filter.apply(try RecordDecoder.decode(json)) else { return false }
        if output.format == .json, filter.isForSpeaker {
            for message in QuotationMessageEncoder.encodeAll(of: record) { try StandardOutput.write(line: message) }
        } else if output.format == .json {
            try StandardOutput.write(line: json)
        } else {
            try output.write(record)
        }
        return true
    }
}
