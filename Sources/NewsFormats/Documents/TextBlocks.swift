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
            case "sup": if element.attribute("class")?.contains("reference") == true { return true }
            default: break
            }
            return element.isHidden || element.isPartOfFrame
        })

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
