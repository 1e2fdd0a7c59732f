package import NewsModel

/// Writes the stream's message of one quotation: `{"sequence", "article", "quotation", "sentence"}`.
package enum QuotationMessageEncoder {
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
        if let title = record.article.title { json.field("title", title) }
        if let published = record.article.published { json.field("published", published) }
        if let source = record.article.source { json.field("source", source) }
        if let url = record.article.url { json.field("url", url) }
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

    /// From the start of the first sentence that the content or its cue touches to the end of the last one.
    private static func sentence(around quotation: Quotation, in sentences: [Span]) -> Span {
        let spans = quotation.content + quotation.cue
        var around = Span(spans.map(\.start).min() ?? 0, spans.map(\.end).max() ?? 0)
        if let first = sentences[..<partition(sentences) { $0.start > around.start }].last,
            first.end > around.start
        {
            around.start = first.start
        }
        let last = partition(sentences) { $0.end >= around.end }
        if last < sentences.count, sentences[last].start < around.end { around.end = sentences[last].end }
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
