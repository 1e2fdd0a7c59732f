internal import Markup

/// Finds the part of a page that holds the article.
///
/// Prose counts, as in Readability (Arc90, Mozilla) and boilerpipe (Kohlschütter et al. 2010): text outside of links in
/// paragraphs of some length. What the page itself marks as the article comes first; without that the smallest element
/// that holds three quarters of the prose is taken.
struct PageRegion {
    private static let shortestProse = 25
    private static let shortestLead = 40
    private static let longestLead = 100
    private static let shortestArticle = 200
    private let tree: MarkupTree
    /// For each node, scalars of prose within it; elements that are likely no part of the article are left out.
    private let prose: [Int]
    /// Nodes of elements that are likely no part of the article.
    private let unlikely: [Range<Int>]

    init(_ tree: MarkupTree, blocks: [TextBlock]) {
        self.tree = tree
        let all = Self.prose(tree, blocks, without: [])
        let total = all.first ?? 0
        var foreign: [Range<Int>] = []
        var unlikely: [Range<Int>] = []
        for index in tree.nodes.indices where tree.hasAttributes(index) {
            if let last = unlikely.last, last.contains(index) { continue }
            let node = tree[index]
            guard let verdict = PageNames.verdict(on: node) else { continue }
            // Words in names mislead at times: what holds most of the text is kept, and nothing leaves a page without any.
            let isForeign = verdict == .foreign && total - all[index] >= Self.shortestArticle
            guard isForeign || all[index] * 3 < total else { continue }
            unlikely.append(index..<node.end)
            if isForeign { foreign.append(index..<node.end) }
        }
        var prose = Self.prose(tree, blocks, without: unlikely)
        if prose[0] * 3 < Self.prose(tree, blocks, without: foreign)[0] {
            // Names that condemn every paragraph mean something else.
            unlikely = foreign
            prose = Self.prose(tree, blocks, without: foreign)
        }
        self.unlikely = unlikely
        self.prose = prose
    }

    /// The blocks of the article.
    func select(_ blocks: [TextBlock]) -> [TextBlock] {
        let (region, scope) = choose()
        let range = region..<max(tree.end(of: region), region + 1)
        let teasers = teasers(in: range)
        let foreign = underForeignHeadings(blocks, region: region)
        let own = blocks.filter { block in
            range.contains(block.container) && !Self.contains(unlikely, block.container)
                && !Self.contains(teasers, block.container) && !Self.contains(foreign, block.container)
        }
        return lead(blocks, before: region, within: scope) + own
    }

    /// What stands between the page's heading and a region that begins after it: the heading, a standfirst, key points.
    private func lead(_ blocks: [TextBlock], before region: Int, within scope: Int) -> [TextBlock] {
        let headings = blocks.indices.filter { blocks[$0].kind == .heading(1) && blocks[$0].linkLength * 2 <= blocks[$0].length }
        guard headings.count == 1, blocks[headings[0]].container < region, tree.end(of: region) > region + 1 else { return [] }
        var lead: [TextBlock] = [blocks[headings[0]]]
        var waiting: [TextBlock] = []
        for block in blocks[(headings[0] + 1)...].prefix(Self.longestLead) {
            guard block.container < region else { break }
            let isWithin = block.container > scope && block.container < tree.end(of: scope)
            guard isWithin, !Self.contains(unlikely, block.container), !block.isBoilerplate else { continue }
            if case .heading = block.kind {
                waiting = [block]
            } else if block.length >= (block.kind == .item ? Self.shortestProse : Self.shortestLead),
                block.linkLength * 2 <= block.length, !isBesidePicture(block.container, heading: lead[0].container, region: region)
            {
                lead += waiting + [block]
                waiting = []
            }
        }
        return lead
    }

    /// Whether a block shares an element with a picture, apart from the heading and the region: it is a caption.
    private func isBesidePicture(_ container: Int, heading: Int, region: Int) -> Bool {
        var element = container
        while element > 0 {
            let range = element..<tree.end(of: element)
            if range.contains(heading) || range.contains(region) { return false }
            if range.prefix(100).contains(where: { ["img", "picture", "video"].contains(tree.name(of: $0)) }) { return true }
            element = tree.parent(of: element)
        }
        return false
    }

    /// The rest of an element after a heading such as "Most read", unless the article itself stands in it.
    private func underForeignHeadings(_ blocks: [TextBlock], region: Int) -> [Range<Int>] {
        var found: [Range<Int>] = []
        for block in blocks where block.isForeignHeading {
            let parent = tree.parent(of: block.container)
            guard parent > region, prose[parent] * 2 < prose[region], found.last?.contains(block.container) != true else { continue }
            found.append(block.container..<tree.end(of: parent))
        }
        return found
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

    /// The article's element, and the one that the page keeps its contents in.
    private func choose() -> (region: Int, scope: Int) {
        let total = prose[0]
        let body = best { $0.name == "body" } ?? 0
        let main = best { $0.name == "main" || $0.attribute("role") == "main" }
        let scope = main.flatMap { prose[$0] * 5 >= 2 * total ? $0 : nil } ?? body
        if let marked = best({ $0.attribute("itemprop")?.lowercased().contains("articlebody") == true }),
            prose[marked] >= Self.shortestArticle || prose[marked] * 2 >= total
        {
            return (marked, scope)
        }
        if let article = best({ $0.name == "article" || $0.attribute("role") == "article" }),
            prose[article] * 2 >= prose[scope], !isEntry(article)
        {
            return (article, scope)
        }
        return (smallest(within: scope), scope)
    }

    /// Whether an article is one of several like it: the entries of a live page.
    private func isEntry(_ article: Int) -> Bool {
        let names = tree[article].attribute("class")
        let parent = tree.parent(of: article)
        var others = 0
        var child = parent + 1
        while child < tree.end(of: parent) {
            if child != article, tree.name(of: child) == "article", tree[child].attribute("class") == names { others += prose[child] }
            child = tree.end(of: child)
        }
        return others * 4 >= prose[article]
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
}
