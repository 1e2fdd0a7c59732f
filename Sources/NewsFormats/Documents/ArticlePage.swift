internal import Markup
internal import NewsModel

/// The article of an HTML page: its text, paragraph by paragraph, without what stands around it.
enum ArticlePage {
    /// - Throws: `ArticleFault` when the page has no text of an article.
    static func decode(
        _ bytes: UnsafeBufferPointer<UInt8>, _ limits: DocumentLimits, charset: String? = nil
    ) throws(ArticleFault) -> Article {
        let tree = try HTMLSource.parse(bytes, limits, charset: charset)
        let metadata = PageMetadata(tree)
        let all = TextBlockReader.blocks(of: tree.document, rules: .page)
        var blocks = PageRegion(tree, blocks: all).select(all).filter { !$0.isBoilerplate }
        dropLabels(&blocks)
        let title = title(metadata, all, &blocks)
        let byline = takeByline(&blocks)
        dropEmptyHeadings(&blocks)
        var draft = ArticleDraft(
            id: metadata.url, title: title, body: blocks.joined, byline: metadata.byline ?? byline, source: metadata.source,
            url: metadata.url, published: metadata.published, modified: metadata.modified, language: metadata.language)
        // Pages that are built by scripts have their text here alone.
        if let body = metadata.body, draft.body.utf8.count < 300, body.utf8.count > 2 * draft.body.utf8.count {
            draft.body = try HTMLSource.blocks(ofFragment: body, limits).joined
        }
        return try draft.article(textField: "article")
    }

    /// The page's heading where the region has just one, else what the head says; it leaves the text.
    private static func title(_ metadata: PageMetadata, _ all: [TextBlock], _ blocks: inout [TextBlock]) -> String? {
        // Some sites give their own name that rank.
        let site = metadata.source.map(folded)
        let headings = blocks.filter { $0.kind == .heading(1) && folded($0.text) != site }
        let title = (headings.count == 1 ? headings[0].text : nil) ?? metadata.title ?? headings.first?.text
            ?? headingWithin(metadata.documentTitle, all) ?? metadata.documentTitle.map(withoutSite)
        guard let title else { return nil }
        let names = Set([title, metadata.title, metadata.documentTitle, metadata.source].compactMap { $0.map(folded) })
        // Before the first paragraph; later on it may be a part of a sentence's own line.
        let head = blocks.prefix(6).filter { !names.contains(folded($0.text)) }
        blocks = head + blocks.dropFirst(6).filter { !($0.kind == .heading(1) && folded($0.text) == folded(title)) }
        return title
    }

    /// A heading of any rank that makes up most of the head's title.
    private static func headingWithin(_ documentTitle: String?, _ all: [TextBlock]) -> String? {
        guard let whole = documentTitle.map(folded) else { return nil }
        return all.first { block in
            guard case .heading = block.kind, block.length >= 10 else { return false }
            let name = folded(block.text)
            return name.utf8.count * 2 > whole.utf8.count && (whole.hasPrefix(name) || whole.hasSuffix(name))
        }?.text
    }

    /// The section's name and the like before the page's heading.
    private static func dropLabels(_ blocks: inout [TextBlock]) {
        guard let heading = blocks.prefix(6).firstIndex(where: { $0.kind == .heading(1) }) else { return }
        blocks = blocks[..<heading].filter { $0.length > 25 } + blocks[heading...]
    }

    /// `Bridge reopens | The Example` is `Bridge reopens`.
    private static func withoutSite(_ title: String) -> String {
        for mark in [" | ", " – ", " — ", " - ", " · "] {
            let parts = title.split(separator: mark)
            guard parts.count > 1, let site = parts.last, site.split(separator: " ").count <= 4 else { continue }
            return parts.dropLast().joined(separator: mark)
        }
        return title
    }

    private static func folded(_ text: String) -> String {
        String(String.UnicodeScalarView(text.lowercased().unicodeScalars.filter { $0.properties.isAlphabetic }))
    }

    /// `By Ana Lima` in a line of its own before the text.
    private static func takeByline(_ blocks: inout [TextBlock]) -> String? {
        guard let index = blocks.prefix(4).firstIndex(where: { $0.isByline }) else { return nil }
        return blocks.remove(at: index).text
    }

    /// Headings whose text is gone: before one of the same rank or a higher one, and at the end.
    private static func dropEmptyHeadings(_ blocks: inout [TextBlock]) {
        var kept: [TextBlock] = []
        for block in blocks.reversed() {
            if case .heading(let rank) = block.kind {
                guard let next = kept.last else { continue }
                if case .heading(let other) = next.kind, other <= rank { continue }
            }
            kept.append(block)
        }
        blocks = kept.reversed()
    }
}
