package import Archive
internal import NewsFormats

internal import NewsModel

/// Answers of the archive as JSON, for HTTP and the command line.
package enum ArchiveJSON {
    /// `{"quotations": […], "next": …}`
    package static func page(_ page: ArchivePage<ArchivedQuotation, Int64>) -> [UInt8] {
        var json = JSONWriter(reservingCapacity: 1_024 * (page.elements.count + 1))
        json.beginObject()
        json.key("quotations")
        json.beginArray()
        for quotation in page.elements { write(quotation, to: &json) }
        json.endArray()
        if let next = page.next { json.field("next", PageCursor.encode(next)) }
        json.endObject()
        return json.bytes
    }

    /// `{"speakers": […], "next": …}`
    package static func page(_ page: ArchivePage<ArchivedSpeaker, SpeakerQuery.Cursor>) -> [UInt8] {
        var json = JSONWriter(reservingCapacity: 128 * (page.elements.count + 1))
        json.beginObject()
        json.key("speakers")
        json.beginArray()
        for speaker in page.elements {
            json.beginObject()
            json.field("slug", speaker.slug)
            json.field("name", speaker.name)
            json.field("type", speaker.type)
            json.field("quotations", speaker.quotations)
            json.endObject()
        }
        json.endArray()
        if let next = page.next { json.field("next", PageCursor.encode(next.quotations, next.speaker)) }
        json.endObject()
        return json.bytes
    }

    package static func article(_ article: ArchivedArticle) -> [UInt8] {
        var json = JSONWriter(reservingCapacity: 4_096)
        json.beginObject()
        writeMembers(of: article.reference, to: &json)
        json.field("version", article.version)
        json.field("status", article.status)
        if let language = article.language { json.field("language", language) }
        json.field("sequence", Int(clamping: article.sequence))
        json.key("entities")
        json.beginArray()
        for entity in article.entities {
            json.beginObject()
            json.field("id", entity.id)
            json.field("type", entity.type)
            json.field("name", entity.name)
            if let role = entity.role { json.field("role", role) }
            json.field("mentions", entity.mentions)
            json.endObject()
        }
        json.endArray()
        json.field("quotationCount", article.quotationCount)
        json.key("quotations")
        json.beginArray()
        for quotation in article.quotations { write(quotation, to: &json) }
        json.endArray()
        json.endObject()
        return json.bytes
    }

    package static func quotation(_ quotation: ArchivedQuotation) -> [UInt8] {
        var json = JSONWriter(reservingCapacity: 1_024)
        write(quotation, to: &json)
        return json.bytes
    }

    private static func write(_ quotation: ArchivedQuotation, to json: inout JSONWriter) {
        json.beginObject()
        json.field("id", quotation.id)
        json.field("text", quotation.text)
        json.field("kind", quotation.kind)
        json.field("polarity", quotation.polarity)
        json.key("confidence")
        json.element(fraction: quotation.confidence)
        json.key("speaker")
        if let speaker = quotation.speaker { write(speaker, to: &json) } else { json.elementNull() }
        json.key("content")
        json.beginArray()
        for span in quotation.content {
            json.beginObject()
            json.field("start", span.start)
            json.field("end", span.end)
            json.endObject()
        }
        json.endArray()
        json.key("article")
        write(quotation.article, to: &json)
        json.field("sequence", Int(clamping: quotation.sequence))
        if let group = quotation.group {
            json.key("firstSaidIn")
            write(group.firstSaidIn, to: &json)
            json.key("alsoIn")
            json.beginArray()
            for reference in group.alsoIn { write(reference, to: &json) }
            json.endArray()
            json.field("articles", group.articles)
        }
        json.endObject()
    }

    private static func write(_ speaker: ArchivedQuotation.Voice, to json: inout JSONWriter) {
        json.beginObject()
        json.field("slug", speaker.slug)
        json.field("name", speaker.name)
        json.field("type", speaker.type)
        if let role = speaker.role { json.field("role", role) }
        if let entity = speaker.entity { json.field("entity", entity) }
        json.endObject()
    }

    private static func write(_ reference: ArticleReference, to json: inout JSONWriter) {
        json.beginObject()
        writeMembers(of: reference, to: &json)
        json.endObject()
    }

    private static func writeMembers(of reference: ArticleReference, to json: inout JSONWriter) {
        json.field("id", reference.id)
        if let title = reference.title { json.field("title", title) }
        if let source = reference.source { json.field("source", source) }
        if let url = reference.url { json.field("url", url) }
        if let published = reference.published { json.field("published", published) }
    }
}
