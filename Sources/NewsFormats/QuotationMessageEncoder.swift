package import NewsModel

/// Writes the stream's message of one quotation: `{"sequence", "article", "quotation", "sentence"}`.
package enum QuotationMessageEncoder {
    /// Scalars of a sentence on either side of the quotation; what lies farther is left out, since each of a sentence's
    /// quotations carries it.
    private static let margin = 500
    /// Scalars of title and source, which each message carries.
    private static let fieldLength = 1_000

    package static func encode(_ quotation: Quotation, of record: AnalysisRecord) -> [UInt8] {
        encode([quotation], of: record)[0]
    }

    /// The messages of all quotations of a record, in order: the text is looked through once.
    package static func encodeAll(of record: AnalysisRecord) -> [[UInt8]] {
        encode(record.quotations, of: record)
    }

    private static func encode(_ quotations: [Quotation], of record: AnalysisRecord) -> [[UInt8]] {
        var text = record.text
        return text.withUTF8 { utf8 in
            let layout = TextLayout(utf8)
            return quotations.map { encode($0, of: record, layout: layout) }
        }
    }

    private static func encode(_ quotation: Quotation, of record: AnalysisRecord, layout: TextLayout) -> [UInt8] {
        var json = JSONWriter(reservingCapacity: 1_024)
        json.beginObject()
        if let sequence = record.sequence { json.field("sequence", Int(clamping: sequence)) }
        json.key("article")
        json.beginObject()
        json.field("id", record.article.id)
        let article = record.article
        let fields: [(StaticString, String?)] = [
            ("title", article.title), ("published", article.published), ("source", article.source), ("url", article.url),
        ]
        for (name, text) in fields {
            if let text { json.field(name, shortened(text)) }
        }
        json.endObject()
        json.key("quotation")
        RecordEncoder.write(quotation, layout: layout, to: &json)
        json.key("sentence")
        let sentence = sentence(around: quotation, in: record.sentences)
        json.beginObject()
        RecordEncoder.writeMembers(sentence, to: &json)
        json.key("text")
        layout.write([sentence], to: &json)
        json.endObject()
        json.endObject()
        return json.bytes
    }

    private static func shortened(_ text: String) -> String {
        let scalars = text.unicodeScalars
        guard let end = scalars.index(scalars.startIndex, offsetBy: fieldLength, limitedBy: scalars.endIndex),
            end < scalars.endIndex
        else { return text }
        return String(scalars[..<end])
    }

    /// From the start of the first sentence that the content or its cue touches to the end of the last one, within the margin
    /// and the quotation's own length.
    private static func sentence(around quotation: Quotation, in sentences: [Span]) -> Span {
        let spans = quotation.content + quotation.cue
        let own = Span(spans.map(\.start).min() ?? 0, spans.map(\.end).max() ?? 0)
        var around = own
        if let first = sentences[..<partition(sentences) { $0.start > around.start }].last,
            first.end > around.start
        {
            around.start = first.start
        }
        let last = partition(sentences) { $0.end >= around.end }
        if last < sentences.count, sentences[last].start < around.end { around.end = sentences[last].end }
        around.start = max(around.start, own.start - margin)
        // Content and cue may lie far apart, with many others between them.
        let length = spans.reduce(0) { $0 + $1.end - $1.start }
        around.end = min(around.end, own.end + margin, around.start + length + 4 * margin)
        return around
    }

    /// The first index for which `isAfter` holds, by bisection.
    private static func partition(_ sentences: [Span], _ isAfter: (Span) -> Bool) -> Int {
        var low = 0
        var high = sentences.count
        while low < high {
            let middle = (low + high) / 2
            if isAfter(sentences[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
