package import NewsModel

/// Writes an article as the JSON that `ArticleDecoder` reads, so that what was taken in can be handed in again.
package enum ArticleEncoder {
    package static func encode(_ article: Article) -> [UInt8] {
        var json = JSONWriter(reservingCapacity: article.body.utf8.count + 256)
        json.beginObject()
        json.field("id", article.id)
        if let title = article.title { json.field("title", title) }
        json.field("text", article.body)
        if let byline = article.byline { json.field("byline", byline) }
        if let source = article.source { json.field("source", source) }
        if let url = article.url { json.field("url", url) }
        if let published = article.published { json.field("published", published) }
        if let language = article.language { json.field("language", language) }
        json.field("version", article.version)
        json.field("status", article.status.rawValue)
        json.endObject()
        return json.bytes
    }
}
