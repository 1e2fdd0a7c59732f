internal import Markup

/// What the names that a page gives its elements say about them. They are guesses: `PageRegion` weighs them.
enum PageNames {
    enum Verdict {
        /// Around articles on many sites, but part of an article's own name on others.
        case unlikely
        /// Never an article, however much text it holds: a discussion, a consent dialogue, an offer.
        case foreign
    }

    private static let foreignWords: Set<String> = [
        "cmp", "comments", "commentlist", "consent", "cookie", "cookies", "cookiebot", "didomi", "disqus", "gdpr", "livefyre",
        "offer", "offers", "onetrust", "outbrain", "qc", "quantcast", "regwall", "respond", "sp", "taboola", "trustarc", "upsell",
        "usercentrics", "viafoura",
    ]
    /// Of the words above those that mean what they say only with another one: `sp-message`, `qc-cmp`.
    private static let ambiguousWords: Set<String> = ["sp", "qc", "cmp"]
    private static let unlikelyWords: Set<String> = [
        "ad", "ads", "advert", "adverts", "advertisement", "advertising", "audio", "author", "authors", "bio", "breadcrumb", "breadcrumbs",
        "byline", "caption", "captions", "comment", "contributors", "copyright", "credit", "credits", "cta", "dateline",
        "editsection", "endnotes", "eyebrow", "feedback", "footer", "footnote", "footnotes", "hatnote", "hidden", "infobox",
        "kicker", "likes", "masthead", "menu", "meta", "metadata", "nav", "navbar", "navbox", "navigation", "newsletter",
        "newsletters", "noprint", "pagination", "player", "popular", "popup", "promo", "promos", "promotion", "pullquote", "rail",
        "recirc", "recirculation", "recommendations", "recommended", "references", "related", "relatedlinks", "relatedposts",
        "share", "sharebar", "sharedaddy", "shares", "sharing", "sidebar", "signup", "sister", "skip", "social", "sponsor",
        "sponsored", "sr", "submitted", "subscribe", "subscription", "tags", "teasers", "timestamp", "toc", "toolbar", "tooltip",
        "topics", "trending", "video", "visuallyhidden", "widget",
    ]
    /// Two words, one after the other.
    private static let unlikelyPairs: Set<String> = [
        "also like", "author box", "more from", "more news", "more on", "more stories", "most read", "pull quote", "read also",
        "read more", "read next", "see also", "top stories", "up next",
    ]
    /// Attributes in which pages name the parts that they are made of.
    private static let attributes = ["class", "id", "data-component", "data-testid", "data-module"]

    /// Nil for an element whose names say nothing against it.
    static func verdict(on node: MarkupTree.Node) -> Verdict? {
        if node.name == "body" || node.name == "html" { return nil }
        var verdict: Verdict?
        if node.attribute("rel") == "author" || node.attribute("itemprop") == "author" { verdict = .unlikely }
        for name in attributes {
            guard let value = node.attribute(name) else { continue }
            let words = words(of: value)
            for (index, word) in words.enumerated() {
                if foreignWords.contains(word), !ambiguousWords.contains(word) || isMessage(words) { return .foreign }
                if unlikelyWords.contains(word) { verdict = .unlikely }
                if index > 0, unlikelyPairs.contains("\(words[index - 1]) \(word)") { verdict = .unlikely }
            }
        }
        return verdict
    }

    private static func isMessage(_ words: [String]) -> Bool {
        !Set(words).isDisjoint(with: ["message", "container", "ui", "cmp", "modal"]) && words.count > 1
    }

    /// Whether an element is there for those who listen to the page alone: labels of pictures, "opens in a new window".
    static func isForScreenReaders(_ node: MarkupTree.Node) -> Bool {
        guard let value = node.attribute("class") else { return false }
        let names = value.lowercased().split { $0.isWhitespace }
        return names.contains { screenReaderNames.contains(String($0)) }
    }

    private static let screenReaderNames: Set<String> = [
        "a11y-hidden", "accessibly-hidden", "screen-reader", "screen-reader-only", "screen-reader-text", "screenreader-only", "sr-only",
        "u-visually-hidden", "visually-hidden", "visuallyhidden",
    ]

    /// `relatedLinks related-links` is `related`, `links`, `related`, `links`.
    private static func words(of name: String) -> [String] {
        var words: [String] = []
        var word = ""
        for scalar in name.unicodeScalars {
            let isUpper = scalar.properties.isUppercase
            if isUpper || !scalar.properties.isAlphabetic {
                if !word.isEmpty { words.append(word) }
                word = ""
            }
            if scalar.properties.isAlphabetic { word += scalar.properties.lowercaseMapping }
        }
        return word.isEmpty ? words : words + [word]
    }
}
