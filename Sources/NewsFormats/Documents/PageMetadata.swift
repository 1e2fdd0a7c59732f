internal import Markup

/// What a page says of its article in its head: Open Graph, Dublin Core and the like, schema.org's JSON-LD.
struct PageMetadata {
    var title: String?
    /// The `title` element, often with the site's name at its end.
    var documentTitle: String?
    var byline: String?
    var source: String?
    var url: String?
    var published: String?
    var modified: String?
    var language: String?
    /// The article's text as JSON-LD has it.
    var body: String?

    private static let titles = ["og:title", "dc.title", "dcterms.title", "twitter:title", "headline"]
    private static let bylines = ["author", "article:author", "parsely-author", "sailthru.author", "dc.creator", "byl", "byline"]
    private static let sources = ["og:site_name", "dc.publisher", "application-name", "publisher"]
    private static let publications = [
        "article:published_time", "og:published_time", "datepublished", "date", "pubdate", "publishdate", "publish-date",
        "parsely-pub-date", "sailthru.date", "dc.date.issued", "dcterms.created", "dc.date", "article.published",
    ]
    private static let modifications = [
        "article:modified_time", "og:updated_time", "datemodified", "dcterms.modified", "dc.date.modified", "lastmod",
        "last-modified", "article.updated",
    ]

    init(_ tree: MarkupTree) {
        var metas: [String: String] = [:]
        var linked = LinkedArticle()
        var canonical: String?
        for element in tree.document.descendants {
            switch element.name {
            case "meta":
                guard let content = ArticleDraft.line(element.attribute("content")) else { continue }
                for key in ["property", "name", "itemprop", "http-equiv"] {
                    guard let name = element.attribute(key)?.lowercased(), metas[name] == nil else { continue }
                    metas[name] = content
                }
            case "link" where element.attribute("rel")?.lowercased() == "canonical": canonical = element.attribute("href")
            case "title" where documentTitle == nil && !element.isIn(["svg", "body"]): documentTitle = element.line
            case "html" where language == nil: language = element.attribute("lang") ?? element.attribute("xml:lang")
            case "script" where element.attribute("type")?.lowercased().hasPrefix("application/ld+json") == true:
                if !linked.isFound { linked = LinkedArticle(json: element.rawText) }
            default: break
            }
        }
        func first(_ names: [String]) -> String? { names.lazy.compactMap { metas[$0] }.first }
        title = first(Self.titles) ?? linked.headline
        // A byline may be a link to the author's page.
        byline = linked.authors ?? Self.bylines.lazy.compactMap { metas[$0] }.first { !$0.contains("://") }
        source = first(Self.sources) ?? linked.publisher
        url = [canonical, metas["og:url"], linked.url].compactMap { $0 }.first { $0.hasPrefix("http") }
        published = NewsDate.normalised(linked.published)
            ?? Self.publications.lazy.compactMap { NewsDate.normalised(metas[$0]) }.first ?? Self.timeElement(of: tree)
        modified = NewsDate.normalised(linked.modified)
            ?? Self.modifications.lazy.compactMap { NewsDate.normalised(metas[$0]) }.first
        language = language ?? metas["content-language"] ?? metas["og:locale"]?.replacing("_", with: "-") ?? linked.language
        body = linked.body
    }

    private static func timeElement(of tree: MarkupTree) -> String? {
        for element in tree.document.descendants where element.name == "time" {
            if let date = NewsDate.normalised(element.attribute("datetime")) { return date }
        }
        return nil
    }
}
