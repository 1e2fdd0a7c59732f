package import NewsModel

/// The article as it lies in the intake log and travels between stages.
package enum ArticleCodec {
    package static let version: UInt8 = 1

    package static func encode(_ article: Article) -> [UInt8] {
        var writer = ByteWriter(reservingCapacity: article.body.utf8.count + 256)
        writer.write(byte: version)
        writer.write(article.id)
        writer.write(count: article.version)
        writer.write(byte: UInt8(Article.Status.allCases.firstIndex(of: article.status) ?? 0))
        writer.write(article.title)
        writer.write(article.byline)
        writer.write(article.source)
        writer.write(article.url)
        writer.write(article.published)
        writer.write(article.language)
        writer.write(article.body)
        return writer.bytes
    }

    package static func decode(_ bytes: UnsafeRawBufferPointer) throws(WireError) -> Article {
        var reader = ByteReader(bytes)
        try reader.expectVersion(version)
        let id = try reader.readString("article.id")
        let number = try reader.readInt("article.version")
        let status = Int(try reader.readByte("article.status"))
        guard Article.Status.allCases.indices.contains(status) else { throw .invalid(field: "article.status") }
        let title = try reader.readOptionalString("article.title")
        let byline = try reader.readOptionalString("article.byline")
        let source = try reader.readOptionalString("article.source")
        let url = try reader.readOptionalString("article.url")
        let published = try reader.readOptionalString("article.published")
        let language = try reader.readOptionalString("article.language")
        let body = try reader.readString("article.body")
        try reader.expectEnd()
        return Article(
            id: id, title: title, body: body, byline: byline, source: source, url: url, published: published,
            language: language, version: number, status: Article.Status.allCases[status])
    }

    /// The id alone, without reading the rest.
    package static func decodeID(_ bytes: UnsafeRawBufferPointer) throws(WireError) -> String {
        var reader = ByteReader(bytes)
        try reader.expectVersion(version)
        return try reader.readString("article.id")
    }
}
