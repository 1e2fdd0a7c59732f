package import NewsModel

/// Names by capital letters and word lists, grouped by their words.
package struct RuleEntityTagger: EntityTagger {
    package init() {}

    package func tag(_ text: DocumentText, sentences: [Span], budget: AnalysisBudget) throws -> EntityLayer {
        try tag(TokenizedText(text), sentences: sentences, budget: budget)
    }

    func tag(_ scan: TokenizedText, sentences: [Span], budget: AnalysisBudget) throws -> EntityLayer {
        let mentions = try NameFinder.find(scan, sentences: sentences, budget: budget)
        try budget.check()
        return Self.layer(of: EntityClustering.cluster(mentions, scan), scan)
    }

    /// The clusters as entities.
    static func layer(of clusters: [EntityClustering.Cluster], _ scan: TokenizedText) -> EntityLayer {
        EntityLayer(
            entities: clusters.enumerated().map { number, cluster in
                Entity(
                    id: "e\(number + 1)", type: cluster.type, name: name(cluster, scan), role: role(cluster, scan),
                    mentions: cluster.mentions.map { EntityMention(span: scan.text.span($0.bytes(scan)), form: .name) })
            })
    }

    /// The fullest name, on one line.
    private static func name(_ cluster: EntityClustering.Cluster, _ scan: TokenizedText) -> String {
        PlainName.of(scan.text.string(cluster.fullest))
    }

    private static func role(_ cluster: EntityClustering.Cluster, _ scan: TokenizedText) -> String? {
        guard cluster.type == .person else { return nil }
        let titles = cluster.mentions.map(\.title).filter {
            !$0.isEmpty && !scan.tokens[$0.lowerBound].has(.abbreviation)
        }
        guard let longest = titles.max(by: { $0.count < $1.count }) else { return nil }
        return PlainName.of(scan.string(longest))
    }
}

/// A name or description as one line: every run of white space as one space.
enum PlainName {
    static func of(_ text: String) -> String {
        guard text.utf8.contains(where: { $0 < 0x20 || $0 > 0x7E }) || text.contains("  ") else { return text }
        return text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }
}
