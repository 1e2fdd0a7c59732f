internal import Markup
internal import NewsModel

/// The article of an HTML page: its text, paragraph by paragraph, without what stands around it.
enum ArticlePage {
    /// - Throws: `ArticleFault` when the page has no text of an article.
    static func decode(_ bytes: UnsafeBufferPointer<UInt8>) throws(ArticleFault) -> Article {
        let tree = try HTMLSource.parse(bytes)
        let metadata = PageMetadata(tree)
        let all = TextBlockReader.blocks(of: tree.document, rules: .page)
        var blocks = PageRegion(tree, blocks: all).select(all).filter { !$0.isBoilerplate }
        let title = title(metadata, &blocks)
        let byline = takeByline(&blocks)
        dropEmptyHeadings(&blocks)
        var draft = ArticleDraft(
            id: metadata.url, title: title, body: blocks.joined, byline: metadata.byline ?? byline, source: metadata.source,
            url: metadata.url, published: metadata.published, modified: metadata.modified, language: metadata.language)
        // Pages that are built by scripts have their text here alone.
        if let body = metadata.body, draft.body.utf8.count < 300, body.utf8.count > 2 * draft.body.utf8.count {
            draft.body = try HTMLSource.blocks(ofFragment: body).joined
        }
        return try draft.article(textField: "article")
    }

    /// The page's heading where the region has just one, else what the head says; it leaves the text.
    private static func title(_ metadata: PageMetadata, _ blocks: inout [TextBlock]) -> String? {
        let headings = blocks.filter { $0.kind == .heading(1) }
        let title = (headings.count == 1 ? headings[0].text : nil) ?? metadata.title ?? headings.first?.text
            ?? metadata.documentTitle.map(withoutSite)
        guard let title else { return nil }
        let names = Set([title, metadata.title, metadata.documentTitle].compactMap { $0.map(folded) })
        // Before the first paragraph; later on it may be a part of a sentence's own line.
        let head = blocks.prefix(6).filter { !names.contains(folded($0.text)) }
        blocks = head + blocks.dropFirst(6).filter { !($0.kind == .heading(1) && folded($0.text) == folded(title)) }
        return title
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

extension TextBlock {
    private static let phrases: Set<String> = [
        "ad", "advertisement", "copy link", "email", "follow us", "listen", "print", "read more", "recommended", "related",
        "related articles", "related stories", "save", "share", "share this", "share this article", "sign up", "skip to content",
        "subscribe", "whatsapp",
    ]

    /// Links, buttons' names, dates.
    fileprivate var isBoilerplate: Bool {
        let hasMarks = text.unicodeScalars.contains { "\"“”".unicodeScalars.contains($0) }
        if linkLength * 2 > length, !hasMarks {
            if kind != .paragraph && kind != .quote || linkLength * 10 > length * 9 { return true }
        }
        guard length <= 60 else { return false }
        let lowered = text.lowercased()
        let bare = lowered.filter { $0.isLetter || $0 == " " }
        if Self.phrases.contains(bare) || !text.contains(where: \.isLetter) { return true }
        let isDated = ["published", "updated", "last updated", "last modified", "posted"].contains { lowered.hasPrefix($0) }
        return isDated && text.contains(where: \.isNumber)
    }

    fileprivate var isByline: Bool {
        guard text.hasPrefix("By ") || text.hasPrefix("by "), length <= 80 else { return false }
        if ".?!:”\"".contains(text.last ?? ".") { return false }
        return text.dropFirst(3).first?.isUppercase == true
    }
}
