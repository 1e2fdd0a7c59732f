package import NewsModel

/// Writes records as JSON, schema `quoted.analysis/1`: the same record gives the same bytes.
package enum RecordEncoder {
    package static func encode(_ record: AnalysisRecord) -> [UInt8] {
        var text = record.text
        return text.withUTF8 { utf8 in
            var json = JSONWriter(reservingCapacity: utf8.count + 1_024 + 256 * record.quotations.count)
            let layout = TextLayout(utf8)
            json.beginObject()
            json.field("schema", AnalysisRecord.schema)
            if let sequence = record.sequence { json.field("sequence", Int(clamping: sequence)) }
            if let version = record.namesVersion { json.field("namesVersion", Int(clamping: version)) }
            json.key("article")
            write(record.article, sha256: record.sha256, to: &json)
            json.key("text")
            json.element(utf8: utf8)
            json.key("sentences")
            write(record.sentences, to: &json)
            json.key("entities")
            json.beginArray()
            for entity in record.entities { write(entity, to: &json) }
            json.endArray()
            json.key("quotations")
            json.beginArray()
            for quotation in record.quotations { write(quotation, layout: layout, to: &json) }
            json.endArray()
            json.key("discarded")
            json.beginArray()
            for marks in record.discarded {
                json.beginObject()
                writeMembers(marks.span, to: &json)
                json.field("reason", marks.reason.rawValue)
                json.endObject()
            }
            json.endArray()
            json.endObject()
            return json.bytes
        }
    }

    private static func write(_ article: Article, sha256: String, to json: inout JSONWriter) {
        json.beginObject()
        json.field("id", article.id)
        json.field("version", article.version)
        if let title = article.title { json.field("title", title) }
        if let published = article.published { json.field("published", published) }
        if let source = article.source { json.field("source", source) }
        if let url = article.url { json.field("url", url) }
        if let language = article.language { json.field("language", language) }
        json.field("sha256", sha256)
        json.field("status", article.status.rawValue)
        json.endObject()
    }

    private static func write(_ entity: Entity, to json: inout JSONWriter) {
        json.beginObject()
        json.field("id", entity.id)
        json.field("type", entity.type.rawValue)
        json.field("name", entity.name)
        if let role = entity.role { json.field("role", role) }
        json.key("mentions")
        json.beginArray()
        for mention in entity.mentions {
            json.beginObject()
            writeMembers(mention.span, to: &json)
            json.field("form", mention.form.rawValue)
            json.endObject()
        }
        json.endArray()
        json.endObject()
    }

    static func write(_ quotation: Quotation, layout: TextLayout, to json: inout JSONWriter) {
        json.beginObject()
        json.field("id", quotation.id)
        json.field("kind", quotation.kind.rawValue)
        json.key("text")
        layout.write(quotation.content, to: &json)
        json.key("content")
        write(quotation.content, to: &json)
        json.key("cue")
        write(quotation.cue, to: &json)
        json.key("source")
        write(quotation.source, to: &json)
        json.key("speaker")
        if let speaker = quotation.speaker {
            json.beginObject()
            if let entity = speaker.entity { json.field("entity", entity) }
            json.field("name", speaker.name)
            json.field("type", speaker.kind.rawValue)
            if let role = speaker.role { json.field("role", role) }
            json.endObject()
        } else {
            json.elementNull()
        }
        json.field("polarity", quotation.polarity.rawValue)
        json.key("confidence")
        json.element(fraction: quotation.confidence)
        json.endObject()
    }

    private static func write(_ spans: [Span], to json: inout JSONWriter) {
        json.beginArray()
        for span in spans {
            json.beginObject()
            writeMembers(span, to: &json)
            json.endObject()
        }
        json.endArray()
    }

    static func writeMembers(_ span: Span, to json: inout JSONWriter) {
        json.field("start", span.start)
        json.field("end", span.end)
    }
}

/// A text whose spans are to be written; valid as long as the bytes it was made of.
struct TextLayout {
    let utf8: UnsafeBufferPointer<UInt8>
    let index: ScalarIndex

    init(_ utf8: UnsafeBufferPointer<UInt8>) {
        self.utf8 = utf8
        index = ScalarIndex(utf8)
    }

    /// The spans' text as one string, with a space where something is left out.
    func write(_ spans: [Span], to json: inout JSONWriter) {
        json.beginString()
        for (number, span) in spans.enumerated() {
            if number > 0 { json.appendSpace() }
            json.append(stringPart: UnsafeBufferPointer(rebasing: utf8[index.bytes(span, of: utf8)]))
        }
        json.endString()
    }
}
