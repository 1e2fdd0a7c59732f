package import NewsModel

/// An article's quotations as W3C Web Annotations (<https://www.w3.org/TR/annotation-model/>): one JSON-LD document, an
/// `AnnotationCollection` whose first page holds an `Annotation` for each quotation.
///
/// - `motivation`: `identifying` (who said it), or `classifying` where nobody is known to have;
/// - `body`: the speaker's name (purpose `identifying`), what they are (`describing`), kind and polarity of the quotation
///   (`classifying`);
/// - `target`: for each span of the content a `TextPositionSelector` (in code points) and a `TextQuoteSelector`. The `source` is the
///   analysed text; the article's URL is its `scope`.
package enum WebAnnotationEncoder {
    private static let context = 32

    /// Without a line feed in it.
    package static func encode(_ record: AnalysisRecord) -> [UInt8] {
        let text = ScalarText(record.text)
        let name = "urn:quoted:article:" + escaped(record.article.id) + ":" + String(record.article.version)
        let quotations = record.article.status == .usable ? record.quotations : []
        var json = JSONWriter(reservingCapacity: 1_024 + 1_024 * quotations.count)
        json.beginObject()
        json.field("@context", "http://www.w3.org/ns/anno.jsonld")
        json.field("id", name + ":quotations")
        json.field("type", "AnnotationCollection")
        if let title = record.article.title { json.field("label", title) }
        json.field("total", quotations.count)
        json.key("first")
        json.beginObject()
        json.field("id", name + ":quotations:page1")
        json.field("type", "AnnotationPage")
        json.field("partOf", name + ":quotations")
        json.field("startIndex", 0)
        json.key("items")
        json.beginArray()
        for quotation in quotations {
            write(quotation, of: record.article, name: name, text: text, to: &json)
        }
        json.endArray()
        json.endObject()
        json.endObject()
        return json.bytes
    }

    private static func write(
        _ quotation: Quotation, of article: Article, name: String, text: ScalarText, to json: inout JSONWriter
    ) {
        json.beginObject()
        json.field("id", "urn:quoted:quotation:" + escaped(quotation.id))
        json.field("type", "Annotation")
        json.field("motivation", quotation.speaker == nil ? "classifying" : "identifying")
        json.key("body")
        json.beginArray()
        if let speaker = quotation.speaker {
            write(body: speaker.name, purpose: "identifying", to: &json)
            if let role = speaker.role { write(body: role, purpose: "describing", to: &json) }
        }
        write(body: quotation.kind.rawValue, purpose: "classifying", to: &json)
        write(body: quotation.polarity.rawValue, purpose: "classifying", to: &json)
        json.endArray()
        json.key("target")
        json.beginArray()
        for span in quotation.content { write(target: span, of: article, name: name, text: text, to: &json) }
        json.endArray()
        json.endObject()
    }

    private static func write(body value: String, purpose: String, to json: inout JSONWriter) {
        json.beginObject()
        json.field("type", "TextualBody")
        json.field("purpose", purpose)
        json.field("value", value)
        json.endObject()
    }

    private static func write(
        target span: Span, of article: Article, name: String, text: ScalarText, to json: inout JSONWriter
    ) {
        json.beginObject()
        json.field("type", "SpecificResource")
        json.key("source")
        json.beginObject()
        json.field("id", name)
        json.field("type", "Text")
        json.field("format", "text/plain")
        if let language = article.language { json.field("language", language) }
        json.endObject()
        if let url = article.url.flatMap(address) { json.field("scope", url) }
        json.key("selector")
        json.beginArray()
        json.beginObject()
        json.field("type", "TextPositionSelector")
        json.field("start", span.start)
        json.field("end", span.end)
        json.endObject()
        json.beginObject()
        json.field("type", "TextQuoteSelector")
        json.field("exact", text[span])
        json.field("prefix", text.before(span.start, context))
        json.field("suffix", text.after(span.end, context))
        json.endObject()
        json.endArray()
        json.endObject()
    }

    /// A web address as an IRI; nil for anything else.
    private static func address(_ url: String) -> String? {
        guard url.hasPrefix("http://") || url.hasPrefix("https://") else { return nil }
        let isAllowed = { (byte: UInt8) in byte > 0x20 && byte != 0x7F && !"<>\"{}|\\^`".utf8.contains(byte) }
        return percentEncoded(url, isAllowed)
    }

    /// For the last part of a URN.
    private static func escaped(_ text: String) -> String {
        percentEncoded(text) { byte in
            (byte >= 0x30 && byte <= 0x39) || ((byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7A) || "-._~:".utf8.contains(byte)
        }
    }

    private static func percentEncoded(_ text: String, _ isAllowed: (UInt8) -> Bool) -> String {
        var encoded = ""
        for byte in text.utf8 {
            if byte < 0x80, isAllowed(byte) {
                encoded.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                let digits = String(byte, radix: 16, uppercase: true)
                encoded += (digits.utf8.count == 1 ? "%0" : "%") + digits
            }
        }
        return encoded
    }
}
