internal import NewsFormats
internal import NewsModel

/// What a list of articles shows of a record: what stands about the article, and the beginnings of its quotations. The text
/// itself comes with the record, when somebody opens it.
package enum RecordSummary {
    /// Quotations that one summary holds; more are counted only.
    package static let listedQuotations = 40
    /// Characters of a quotation that it holds.
    package static let quotationCharacters = 400
    private static let titleCharacters = 300
    private static let nameCharacters = 200

    /// One line of JSON, or nil when the bytes are no record.
    package static func json(ofRecord bytes: [UInt8]) -> [UInt8]? {
        (try? RecordDecoder.decode(bytes)).map(json)
    }

    static func json(_ record: AnalysisRecord) -> [UInt8] {
        var json = JSONWriter(reservingCapacity: 2_048)
        let article = record.article
        json.beginObject()
        json.field("sequence", Int(clamping: record.sequence ?? 0))
        json.field("id", article.id)
        json.field("version", article.version)
        json.field("status", article.status.rawValue)
        json.field("title", clipped(article.title ?? firstLine(of: record.text), titleCharacters))
        if let source = article.source { json.field("source", clipped(source, nameCharacters)) }
        if let published = article.published { json.field("published", clipped(published, 40)) }
        json.field("quotationCount", record.quotations.count)
        json.key("quotations")
        json.beginArray()
        let text = ScalarText(record.text)
        for quotation in record.quotations.prefix(listedQuotations) { write(quotation, text, to: &json) }
        json.endArray()
        json.endObject()
        return json.bytes
    }

    private static func write(_ quotation: Quotation, _ text: ScalarText, to json: inout JSONWriter) {
        json.beginObject()
        json.field("id", quotation.id)
        json.field("kind", quotation.kind.rawValue)
        json.field("text", text.beginning(of: quotation.content, quotationCharacters))
        json.key("speaker")
        if let speaker = quotation.speaker {
            json.beginObject()
            json.field("name", clipped(speaker.name, nameCharacters))
            json.field("type", speaker.kind.rawValue)
            if let role = speaker.role { json.field("role", clipped(role, nameCharacters)) }
            json.endObject()
        } else {
            json.elementNull()
        }
        json.field("polarity", quotation.polarity.rawValue)
        json.key("confidence")
        json.element(fraction: quotation.confidence)
        json.endObject()
    }

    private static func firstLine(of text: String) -> String {
        let line = text.unicodeScalars.drop { $0.properties.isWhitespace }.prefix { $0 != "\n" }
        return String(String.UnicodeScalarView(line.prefix(120)))
    }

    /// Counted in scalars: a "character" may have a million of them.
    static func clipped(_ text: String, _ count: Int) -> String {
        guard text.utf8.count > count, text.unicodeScalars.count > count else { return text }
        return String(String.UnicodeScalarView(text.unicodeScalars.prefix(count - 1))) + "…"
    }
}

/// Spans of a text by a table of every 64th scalar, so that many quotations of a long text cost its length once.
private struct ScalarText {
    private static let step = 64
    private let scalars: String.UnicodeScalarView
    private var marks: [String.Index] = []
    private var count = 0

    init(_ text: String) {
        scalars = text.unicodeScalars
        for index in scalars.indices {
            if count % Self.step == 0 { marks.append(index) }
            count += 1
        }
        marks.append(scalars.endIndex)
    }

    private func index(_ offset: Int) -> String.Index {
        guard offset > 0 else { return scalars.startIndex }
        guard offset < count else { return scalars.endIndex }
        return scalars.index(marks[offset / Self.step], offsetBy: offset % Self.step)
    }

    /// The spans' text, joined by spaces, no longer than `limit` scalars.
    func beginning(of spans: [Span], _ limit: Int) -> String {
        var result = String.UnicodeScalarView()
        var rest = limit
        for span in spans {
            guard span.start < span.end, rest > 0 else { continue }
            if !result.isEmpty { result.append(" ") }
            let end = min(span.end, span.start + rest)
            result.append(contentsOf: scalars[index(span.start)..<index(end)])
            rest -= end - span.start
            if end < span.end { result.append("…") }
        }
        return String(result)
    }
}
