/// One news item as it was handed in, with its metadata.
package struct Article: Sendable, Hashable {
    /// IPTC's publication status; anything but `usable` retracts the article.
    package enum Status: String, Sendable, Hashable, CaseIterable {
        case usable, withheld, canceled
    }

    /// The sender's identifier, or one derived from the content.
    package var id: String
    package var title: String?
    /// The article's body, without its title.
    package var body: String
    package var byline: String?
    package var source: String?
    package var url: String?
    /// RFC 3339 date and time, as handed in.
    package var published: String?
    /// BCP 47 tag.
    package var language: String?
    /// A higher version of the same id supersedes the lower one.
    package var version: Int
    package var status: Status

    package init(
        id: String, title: String? = nil, body: String, byline: String? = nil, source: String? = nil,
        url: String? = nil, published: String? = nil, language: String? = nil, version: Int = 1,
        status: Status = .usable
    ) {
        self.id = id
        self.title = title
        self.body = body
        self.byline = byline
        self.source = source
        self.url = url
        self.published = published
        self.language = language
        self.version = version
        self.status = status
    }

    /// What is analysed, byte for byte: the title, a blank line and the body, or the body alone when there is no
    /// title; nothing when the article was retracted.
    package var analysedText: String {
        guard status == .usable else { return "" }
        guard let title, !title.isEmpty else { return body }
        return title + "\n\n" + body
    }
}
