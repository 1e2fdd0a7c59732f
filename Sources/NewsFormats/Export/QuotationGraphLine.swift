package import NewsModel

/// An article's quotations as a line of GDELT's Global Quotation Graph
/// (<https://blog.gdeltproject.org/announcing-the-global-quotation-graph/>), with `speaker` added.
///
/// The graph holds what stands in quotation marks: a direct or mixed quotation gives an entry for each passage within
/// marks, without them; an indirect one gives none.
package enum QuotationGraphLine {
    /// Scalars of the text before and after a quotation.
    private static let context = 150

    /// Nil for an article without such quotations, which the graph does not list.
    package static func encode(_ record: AnalysisRecord) -> [UInt8]? {
        guard record.article.status == .usable else { return nil }
        let text = ScalarText(record.text)
        let quotes = record.quotations.flatMap { quotation in
            MarkedPassages.spans(in: quotation, of: text).map { (span: $0, speaker: quotation.speaker?.name) }
        }
        guard !quotes.isEmpty else { return nil }
        var json = JSONWriter(reservingCapacity: 1_024)
        json.beginObject()
        field("date", NewsDate.universal(record.article.published), &json)
        field("url", record.article.url, &json)
        field("title", record.article.title, &json)
        json.field("lang", record.article.language ?? "en")
        json.key("quotes")
        json.beginArray()
        for quote in quotes {
            json.beginObject()
            json.field("pre", line(text.before(quote.span.start, context)))
            json.field("quote", line(text[quote.span]))
            json.field("post", line(text.after(quote.span.end, context)))
            field("speaker", quote.speaker, &json)
            json.endObject()
        }
        json.endArray()
        json.endObject()
        return json.bytes
    }

    private static func field(_ name: StaticString, _ value: String?, _ json: inout JSONWriter) {
        json.key(name)
        if let value { json.element(value) } else { json.elementNull() }
    }

    private static func line(_ text: String) -> String { text.split { $0.isWhitespace }.joined(separator: " ") }
}

/// What of a quotation's content stands in quotation marks.
enum MarkedPassages {
    private static let opening: Set<Unicode.Scalar> = ["“", "\"", "„", "«", "‘", "‟"]
    private static let closing: Set<Unicode.Scalar> = ["”", "\"", "“", "»", "’"]

    /// The passages, without their marks, paragraph by paragraph: what goes on in the next one begins with a mark
    /// there, too.
    static func spans(in quotation: Quotation, of text: ScalarText) -> [Span] {
        switch quotation.kind {
        case .indirect: []
        case .direct: quotation.content.flatMap { paragraphs($0, text) }.compactMap { trimmed($0, text) }
        case .mixed: quotation.content.flatMap { paragraphs($0, text) }.flatMap { inner($0, text) }
        }
    }

    private static func paragraphs(_ span: Span, _ text: ScalarText) -> [Span] {
        let start = min(max(span.start, 0), text.scalars.count)
        let range = start..<min(max(span.end, start), text.scalars.count)
        return text.scalars[range].split { $0 == "\n" || $0 == "\r" }.map { Span($0.startIndex, $0.endIndex) }
    }

    /// Without white space and one mark at each end.
    private static func trimmed(_ span: Span, _ text: ScalarText) -> Span? {
        var (start, end) = (span.start, span.end)
        func skipSpace() {
            while start < end, text.scalars[start].properties.isWhitespace { start += 1 }
            while end > start, text.scalars[end - 1].properties.isWhitespace { end -= 1 }
        }
        skipSpace()
        if start < end, opening.contains(text.scalars[start]) { start += 1 }
        if end > start, closing.contains(text.scalars[end - 1]) { end -= 1 }
        skipSpace()
        return start < end ? Span(start, end) : nil
    }

    private static func inner(_ span: Span, _ text: ScalarText) -> [Span] {
        var found: [Span] = []
        var open: (mark: Unicode.Scalar, offset: Int)?
        for offset in span.start..<span.end {
            let scalar = text.scalars[offset]
            if let (mark, start) = open {
                guard partner(of: mark) == scalar else { continue }
                if let passage = trimmed(Span(start, offset), text) { found.append(passage) }
                open = nil
            } else if scalar == "“" || scalar == "\"" || scalar == "„" || scalar == "«" {
                open = (scalar, offset)
            }
        }
        if let open, let passage = trimmed(Span(open.offset, span.end), text) { found.append(passage) }
        return found
    }

    private static func partner(of mark: Unicode.Scalar) -> Unicode.Scalar {
        switch mark {
        case "“": "”"
        case "„": "“"
        case "«": "»"
        default: mark
        }
    }
}
