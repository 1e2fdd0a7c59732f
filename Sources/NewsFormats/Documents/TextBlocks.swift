internal import Markup

/// A paragraph, heading, list item … of a marked-up text.
struct TextBlock: Hashable {
    enum Kind: Hashable {
        case paragraph, item, quote
        case heading(Int)
    }

    var kind: Kind
    /// On one line: runs of white space are one space.
    var text: String
    /// Scalars of the text, and those of them within links.
    var length = 0
    var linkLength = 0
    /// The innermost element around the whole block.
    var container: Int
}

/// What the elements of a vocabulary mean for the text.
struct TextRules: Sendable {
    /// Elements that begin and end a block.
    var blocks: Set<String>
    /// Elements whose text is no part of the article's.
    var dropped: Set<String>
    /// More reasons to drop an element.
    var isDropped: @Sendable (MarkupElement) -> Bool = { _ in false }
    /// More elements that begin and end a block: the tree, the element and the one around it.
    var isSeparate: @Sendable (MarkupTree, Int, Int) -> Bool = { _, _, _ in false }

    static let htmlBlocks: Set<String> = [
        "address", "article", "aside", "blockquote", "body", "br", "caption", "center", "dd", "details", "dialog", "div", "dl", "dt",
        "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "html", "li",
        "main", "nav", "ol", "p", "pre", "section", "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul",
    ]
    private static let htmlDropped: Set<String> = [
        "applet", "aside", "audio", "button", "canvas", "caption", "datalist", "dialog", "embed", "footer", "form", "frame",
        "iframe", "input", "label", "link", "map", "math", "menu", "meta", "meter", "nav", "noscript", "object", "option", "picture",
        "progress", "rp", "rt", "script", "select", "style", "svg", "template", "textarea", "title", "video",
    ]

    /// HTML that is an article's text and nothing else.
    static let fragment = TextRules(
        blocks: htmlBlocks, dropped: htmlDropped.subtracting(["footer"]),
        isDropped: { element in element.name == "figcaption" && !element.isInQuotation || element.isHidden })

    /// A whole page.
    static let page = TextRules(
        blocks: htmlBlocks, dropped: htmlDropped.subtracting(["footer"]),
        isDropped: { element in
            switch element.name {
            // The source of a block quote stands in its footer, that of a quotation in a figure in the caption.
            case "figcaption", "footer": if !element.isInQuotation { return true }
            case "header": if !element.isIn(["article", "main"]) { return true }
            case "figure": if !element.holds(["blockquote", "pre"]) { return true }
            case "sup": if element.isNoteNumber { return true }
            case "table": if element.isTableOfFigures { return true }
            case _ where element.name.hasPrefix("amp-"): if !ampTexts.contains(element.name) { return true }
            default: break
            }
            return element.isHidden || element.isPartOfFrame || PageNames.isForScreenReaders(element.node)
        },
        isSeparate: { tree, index, parent in
            // A byline beside a date, without a block around either; within a paragraph they are part of its sentence.
            guard ["div", "header", "section", "article", "main"].contains(tree.name(of: parent)) else { return false }
            switch tree.name(of: index) {
            case "time": return true
            case "span", "small", "cite": return tree.hasAttributes(index) && PageNames.verdict(on: tree[index]) != nil
            default: return false
            }
        })

    /// Of AMP's elements those that show text; the others are players, advertisements, menus.
    private static let ampTexts: Set<String> = ["amp-accordion", "amp-fit-text", "amp-layout", "amp-script", "amp-truncate-text"]

    /// NITF's `body.content` (IPTC, NITF 3.6).
    static let nitf = TextRules(
        blocks: [
            "abstract", "block", "body", "body.content", "bq", "br", "credit", "dd", "dl", "dt", "hl1", "hl2", "hr", "li", "nitf",
            "ol", "p", "pre", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul",
        ],
        dropped: [
            "body.end", "body.head", "caption", "custom-table", "datasource", "fn", "head", "media", "nitf-table-metadata", "note",
            "tagline",
        ])
}

extension MarkupElement {
    var isHidden: Bool {
        if !tree.hasAttributes(index) { return false }
        if attribute("hidden") != nil || attribute("aria-hidden") == "true" { return true }
        guard let style = attribute("style")?.filter({ !$0.isWhitespace }).lowercased() else { return false }
        return style.contains("display:none") || style.contains("visibility:hidden")
    }

    /// Roles of what stands around an article (WAI-ARIA).
    fileprivate var isPartOfFrame: Bool {
        guard tree.hasAttributes(index), let role = attribute("role")?.lowercased() else { return false }
        return [
            "alert", "alertdialog", "banner", "button", "complementary", "contentinfo", "dialog", "menu", "menubar", "navigation",
            "search", "tablist", "toolbar",
        ].contains(role)
    }

    /// Whether an element of one of the names stands within it, near its beginning.
    fileprivate func holds(_ names: Set<String>) -> Bool { descendants.prefix(200).contains { names.contains($0.name) } }

    /// The number of a footnote.
    fileprivate var isNoteNumber: Bool {
        if attribute("class").map({ $0.contains("reference") || $0.contains("footnote") }) == true { return true }
        guard let link = child("a"), link.attribute("href")?.hasPrefix("#") == true, let line, line.count <= 5 else { return false }
        return line.contains(where: \.isNumber) && !line.contains(where: \.isLetter)
    }

    /// A table of short entries; those that lay out a page hold paragraphs, breaks or other tables.
    fileprivate var isTableOfFigures: Bool {
        var cells = 0
        for element in descendants {
            switch element.name {
            case "td", "th": cells += 1
            case "table", "p", "br", "blockquote", "pre", "h1", "article": return false
            default: break
            }
        }
        guard cells >= 4 else { return false }
        var length = 0
        for index in index..<tree.end(of: index) where tree.isText(index) {
            for scalar in tree[index].text.unicodeScalars where !scalar.properties.isWhitespace { length += 1 }
            if length > cells * 30 { return false }
        }
        return true
    }

    /// Within a block quote, or a figure with one.
    fileprivate var isInQuotation: Bool {
        var index = tree.parent(of: index)
        while index != 0 {
            let element = MarkupElement(tree: tree, index: index)
            if element.name == "blockquote" { return true }
            if element.name == "figure" { return element.first("blockquote") != nil }
            index = tree.parent(of: index)
        }
        return false
    }

    func isIn(_ names: Set<String>) -> Bool {
        var index = tree.parent(of: index)
        while index != 0 {
            if names.contains(tree.name(of: index)) { return true }
            index = tree.parent(of: index)
        }
        return false
    }
}
