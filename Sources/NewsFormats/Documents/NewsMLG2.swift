internal import Markup
internal import NewsModel

/// IPTC's NewsML-G2: a news item, or a message with several.
enum NewsMLG2 {
    /// The items that hold a text or retract one; what is wrong with the others.
    static func decode(_ root: MarkupElement, _ limits: DocumentLimits) -> [Result<Article, ArticleFault>] {
        let items = root.name == "newsItem" ? [root] : root.descendants.filter { $0.name == "newsItem" }
        let results = items.compactMap { item -> Result<Article, ArticleFault>? in
            // Pictures, graphics and the like have no text, and need none.
            let kind = item.child(path: "itemMeta", "itemClass")?.attribute("qcode").map { $0.split(separator: ":").last ?? "" }
            let result = Result { () throws(ArticleFault) in try article(item, limits) }
            if case .failure = result, let kind, kind != "text", kind != "composite" { return nil }
            return result
        }
        guard results.isEmpty else { return results }
        return [
            .failure(
                ArticleFault(
                    field: "article", problem: "is NewsML-G2 without a text item", remedy: "send news items of class ninat:text"))
        ]
    }

    private static func article(_ item: MarkupElement, _ limits: DocumentLimits) throws(ArticleFault) -> Article {
        let itemMeta = item.child("itemMeta")
        let contentMeta = item.child("contentMeta")
        let body = try text(of: item, limits)
        let headlines = contentMeta?.children("headline") ?? []
        let headline = headlines.first { $0.attribute("role")?.hasSuffix(":main") == true } ?? headlines.first
        let source = contentMeta?.child("infoSource") ?? itemMeta?.child("provider")
        var draft = ArticleDraft(
            id: item.attribute("guid"), title: headline?.line ?? body.title ?? itemMeta?.child("title")?.line, body: body.text,
            byline: contentMeta?.child("by")?.line ?? contentMeta?.child("creator")?.child("name")?.line,
            source: source?.child("name")?.line ?? source?.attribute("literal")
                ?? item.child(path: "rightsInfo", "copyrightHolder")?.attribute("literal"),
            published: itemMeta?.child("versionCreated")?.line ?? contentMeta?.child("contentCreated")?.line,
            modified: itemMeta?.child("versionCreated")?.line,
            language: contentMeta?.child("language")?.attribute("tag") ?? item.attribute("xml:lang"), isIDBinding: true)
        if let guid = draft.id, guid.hasPrefix("http") { draft.url = guid }
        if let version = item.attribute("version").flatMap({ Int($0) }), version >= 1 { draft.version = version }
        if let state = itemMeta?.child("pubStatus"), let word = state.attribute("qcode") ?? state.attribute("uri") {
            guard let status = ArticleDraft.status(word) else {
                throw ArticleFault(
                    field: "pubStatus", problem: "is \"\(word.prefix(32))\"",
                    remedy: "give stat:usable, stat:withheld or stat:canceled")
            }
            draft.status = status
        }
        return try draft.article(textField: "contentSet")
    }

    /// The first rendition with a text: NITF or XHTML within the item, or text or HTML as a string.
    private static func text(
        of item: MarkupElement, _ limits: DocumentLimits
    ) throws(ArticleFault) -> (title: String?, text: String) {
        for content in item.child("contentSet").map({ Array($0.children) }) ?? [] {
            switch content.name {
            case "inlineXML":
                guard let root = content.children.first(where: { _ in true }) else { continue }
                if root.name == "nitf" {
                    let draft = NITFDocument.draft(root)
                    if !draft.body.isEmpty { return (draft.title, draft.body) }
                } else {
                    let blocks = TextBlockReader.blocks(of: root.child("body") ?? root, rules: .fragment)
                    if !blocks.isEmpty { return split(blocks) }
                }
            case "inlineData":
                let text = content.rawText
                let type = content.attribute("contenttype")?.lowercased() ?? "text/plain"
                guard content.attribute("encoding") == nil, type.hasPrefix("text/") || type.contains("html") else { continue }
                if type.contains("html") {
                    let blocks = try HTMLSource.blocks(ofFragment: text, limits)
                    if !blocks.isEmpty { return split(blocks) }
                } else if text.contains(where: { !$0.isWhitespace }) {
                    return (nil, HTMLSource.paragraphs(of: text).joined)
                }
            default: continue
            }
        }
        return (nil, "")
    }

    /// A heading of the first rank at the beginning is the title.
    private static func split(_ blocks: [TextBlock]) -> (title: String?, text: String) {
        guard blocks.count > 1, blocks[0].kind == .heading(1) else { return (nil, blocks.joined) }
        return (blocks[0].text, Array(blocks.dropFirst()).joined)
    }
}
