internal import Markup
internal import NewsModel

/// RSS 0.9 to 2.0 (RDF included) and Atom (RFC 4287, with the deleted entries of RFC 6721): an article for each entry.
enum NewsFeed {
    private static let atom = "http://www.w3.org/2005/Atom"
    private static let dublinCore = ["http://purl.org/dc/elements/1.1/", "http://purl.org/dc/terms/"]
    private static let content = "http://purl.org/rss/1.0/modules/content/"
    private static let plain = ["", "http://purl.org/rss/1.0/", "http://my.netscape.com/rdf/simple/0.9/"]

    // MARK: RSS

    static func rss(_ root: MarkupElement, _ limits: DocumentLimits) -> [Result<Article, ArticleFault>] {
        let channel = root.child("channel")
        let source = channel?.child("title")?.line
        let language = channel?.child("language")?.line
        let items = (channel?.children("item") ?? []) + root.children("item")
        return orFault(
            items.map { item in
                Result { () throws(ArticleFault) in try rssItem(item, source: source, language: language, limits) }
            }, name: "RSS")
    }

    private static func rssItem(
        _ item: MarkupElement, source: String?, language: String?, _ limits: DocumentLimits
    ) throws(ArticleFault) -> Article {
        func text(_ name: String, _ namespaces: [String] = plain) -> String? {
            item.children.first { $0.name == name && namespaces.contains($0.namespace) }?.rawText
        }
        let published = text("pubDate") ?? text("date", dublinCore) ?? text("issued", dublinCore)
        var draft = ArticleDraft(
            id: text("guid") ?? item.attribute("rdf:about") ?? text("link"), title: HTMLSource.line(text("title"), limits),
            byline: text("creator", dublinCore) ?? text("author"), source: text("source") ?? source, url: text("link"),
            published: published, modified: text("modified", dublinCore) ?? text("updated", [atom]) ?? published,
            language: text("language", dublinCore) ?? language)
        if draft.url == nil, let guid = draft.id, guid.hasPrefix("http") { draft.url = guid }
        let bodies = [text("encoded", [content]), text("description")].compactMap { $0 }
        draft.body = try firstText(bodies, limits)
        return try draft.article(textField: "description")
    }

    // MARK: Atom

    static func atom(_ root: MarkupElement, _ limits: DocumentLimits) -> [Result<Article, ArticleFault>] {
        let isFeed = root.name == "feed"
        let source = isFeed ? line(root.child("title"), limits) : nil
        let byline = isFeed ? authors(root) : nil
        let entries = isFeed ? root.children.filter { $0.name == "entry" || $0.name == "deleted-entry" } : [root]
        return orFault(
            entries.map { entry in
                Result { () throws(ArticleFault) in
                    guard entry.name == "entry" else { return try deleted(entry) }
                    return try atomEntry(
                        entry, source: source, byline: byline, language: root.attribute("xml:lang"), limits)
                }
            }, name: "Atom")
    }

    private static func atomEntry(
        _ entry: MarkupElement, source: String?, byline: String?, language: String?, _ limits: DocumentLimits
    ) throws(ArticleFault) -> Article {
        let links = entry.children("link")
        let link = links.first { ($0.attribute("rel") ?? "alternate") == "alternate" }
        let updated = entry.child("updated")?.line
        var draft = ArticleDraft(
            id: entry.child("id")?.line, title: line(entry.child("title"), limits), byline: authors(entry) ?? byline,
            source: line(entry.child("source")?.child("title"), limits) ?? source, url: link?.attribute("href"),
            published: entry.child("published")?.line ?? updated, modified: updated,
            language: entry.attribute("xml:lang") ?? language)
        for name in ["content", "summary"] where draft.body.isEmpty {
            guard let element = entry.child(name) else { continue }
            draft.body = try text(of: element, limits)
        }
        return try draft.article(textField: "content")
    }

    private static func deleted(_ entry: MarkupElement) throws(ArticleFault) -> Article {
        try ArticleDraft(id: entry.attribute("ref"), modified: entry.attribute("when"), status: .canceled)
            .article(textField: "deleted-entry")
    }

    /// A text construct: plain text, HTML as a string, or XHTML.
    private static func text(of element: MarkupElement, _ limits: DocumentLimits) throws(ArticleFault) -> String {
        let type = element.attribute("type")?.lowercased() ?? "text"
        if type == "xhtml" || type.contains("xml") { return TextBlockReader.blocks(of: element, rules: .fragment).joined }
        if type.contains("html") { return try HTMLSource.blocks(ofFragment: element.rawText, limits).joined }
        return type.hasPrefix("text") ? HTMLSource.paragraphs(of: element.rawText).joined : ""
    }

    private static func line(_ element: MarkupElement?, _ limits: DocumentLimits) -> String? {
        guard let element, let text = try? text(of: element, limits) else { return nil }
        return ArticleDraft.line(text)
    }

    private static func authors(_ element: MarkupElement) -> String? {
        let names = element.children("author").compactMap { $0.child("name")?.line }
        return names.isEmpty ? nil : names.joined(separator: ", ")
    }

    // MARK: Both

    private static func firstText(_ bodies: [String], _ limits: DocumentLimits) throws(ArticleFault) -> String {
        for body in bodies {
            let text = try HTMLSource.blocks(ofFragment: body, limits).joined
            if !text.isEmpty { return text }
        }
        return ""
    }

    private static func orFault(_ results: [Result<Article, ArticleFault>], name: String) -> [Result<Article, ArticleFault>] {
        guard results.isEmpty else { return results }
        let fault = ArticleFault(
            field: "article", problem: "is \(name) without an entry", remedy: "send a feed with entries")
        return [.failure(fault)]
    }
}
