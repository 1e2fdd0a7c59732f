internal import Markup

/// Finds the part of a page that holds the article.
///
/// Prose counts, as in Readability (Arc90, Mozilla) and boilerpipe (Kohlschütter et al. 2010): text outside of links in
/// paragraphs of some length. What the page itself marks as the article comes first; without that the smallest element
/// that holds three quarters of the prose is taken.
struct PageRegion {
    private static let shortestProse = 25
    private let tree: MarkupTree
    /// For each node, scalars of prose within it; elements that are likely no part of the article are left out.
    private let prose: [Int]
    /// Nodes of elements that are likely no part of the article.
    private let unlikely: [Range<Int>]

    init(_ tree: MarkupTree, blocks: [TextBlock]) {
        self.tree = tree
        let all = Self.prose(tree, blocks, without: [])
        let total = all.first ?? 0
        var unlikely: [Range<Int>] = []
        for index in tree.nodes.indices where tree.hasAttributes(index) {
            let node = tree[index]
            if let last = unlikely.last, last.contains(index) { continue }
            // Words in names mislead at times: what holds most of the text is kept.
            if all[index] * 3 < total, Self.isUnlikely(node) { unlikely.append(index..<node.end) }
        }
        self.unlikely = unlikely
        prose = Self.prose(tree, blocks, without: unlikely)
    }

    /// The blocks of the article.
    func select(_ blocks: [TextBlock]) -> [TextBlock] {
        let region = choose()
        let range = region..<max(tree.end(of: region), region + 1)
        let teasers = teasers(in: range)
        return blocks.filter { block in
            range.contains(block.container) && !Self.contains(unlikely, block.container)
                && !Self.contains(teasers, block.container)
        }
    }

    /// Articles within the region that hold little of its prose: teasers of others. The entries of a live page hold
    /// most of it.
    private func teasers(in range: Range<Int>) -> [Range<Int>] {
        var found: [Range<Int>] = []
        for index in range.dropFirst() where tree.name(of: index) == "article" && found.last?.contains(index) != true {
            found.append(index..<tree.end(of: index))
        }
        let within = found.reduce(0) { $0 + prose[$1.lowerBound] }
        return within * 4 < prose[range.lowerBound] ? found : []
    }

    // MARK: Choosing

    private func choose() -> Int {
        let total = prose[0]
        if let marked = best({ $0.attribute("itemprop")?.lowercased().contains("articlebody") == true }),
            prose[marked] >= 200 || prose[marked] * 2 >= total
        {
            return marked
        }
        let body = best { $0.name == "body" } ?? 0
        let main = best { $0.name == "main" || $0.attribute("role") == "main" }
        let scope = main.flatMap { prose[$0] * 5 >= 2 * total ? $0 : nil } ?? body
        if let article = best({ $0.name == "article" || $0.attribute("role") == "article" }), prose[article] * 2 >= prose[scope] {
            return article
        }
        return smallest(within: scope)
    }

    /// The element with the most prose; the innermost of several with as much.
    private func best(_ isCandidate: (MarkupTree.Node) -> Bool) -> Int? {
        var found: Int?
        for index in tree.nodes.indices where prose[index] > 0 && !tree.isText(index) && isCandidate(tree[index]) {
            if prose[index] >= found.map({ prose[$0] }) ?? 0 { found = index }
        }
        return found
    }

    /// The smallest element with three quarters of the scope's prose.
    private func smallest(within scope: Int) -> Int {
        var region = scope
        while true {
            var child = region + 1
            var next: Int?
            while child < tree.end(of: region) {
                if prose[child] * 4 >= prose[scope] * 3, prose[child] > 0 { next = child }
                child = tree.end(of: child)
            }
            guard let next, TextRules.htmlBlocks.contains(tree.name(of: next)), tree.name(of: next) != "p" else { return region }
            region = next
        }
    }

    private static func prose(_ tree: MarkupTree, _ blocks: [TextBlock], without ranges: [Range<Int>]) -> [Int] {
        var prose = [Int](repeating: 0, count: tree.nodes.count)
        for block in blocks where !contains(ranges, block.container) {
            if case .heading = block.kind { continue }
            let own = block.length - block.linkLength
            if own >= shortestProse, own * 2 > block.length { prose[block.container] += own }
        }
        // A node stands behind the one around it.
        for index in stride(from: prose.count - 1, to: 0, by: -1) { prose[tree.parent(of: index)] += prose[index] }
        return prose
    }

    /// - Parameter ranges: in order, apart from each other.
    private static func contains(_ ranges: [Range<Int>], _ index: Int) -> Bool {
        var low = 0
        var high = ranges.count
        while low < high {
            let middle = (low + high) / 2
            if ranges[middle].upperBound <= index { low = middle + 1 } else { high = middle }
        }
        return low < ranges.count && ranges[low].contains(index)
    }

    // MARK: Names

    private static let unlikelyWords: Set<String> = [
        "ad", "ads", "advert", "adverts", "advertisement", "author", "authors", "breadcrumb", "breadcrumbs", "byline", "caption",
        "captions", "comment", "comments", "consent", "cookie", "cookies", "copyright", "credit", "credits", "disqus", "editsection",
        "footer", "hatnote", "hidden", "infobox", "masthead", "menu", "meta", "metadata", "nav", "navbar", "navbox", "navigation",
        "newsletter", "noprint", "outbrain", "pagination", "popular", "popup", "promo", "promotion", "pullquote", "recirculation",
        "recommended", "recommendations", "references", "related", "share", "sharing", "shares", "sidebar", "signup", "sister",
        "skip", "social", "sponsor", "sponsored", "sr", "subscribe", "taboola", "tags", "timestamp", "toc", "toolbar", "tooltip",
        "trending", "visuallyhidden",
    ]

    /// Whether a class or id says that it is none of the article's text.
    private static func isUnlikely(_ node: MarkupTree.Node) -> Bool {
        if node.name == "body" || node.name == "html" { return false }
        return ["class", "id"].contains { name in
            guard let value = node.attribute(name) else { return false }
            return words(of: value).contains { unlikelyWords.contains($0) }
        } || node.attribute("rel") == "author" || node.attribute("itemprop") == "author"
    }

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
