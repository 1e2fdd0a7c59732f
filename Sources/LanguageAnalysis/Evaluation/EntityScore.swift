/// Strict precision and recall of names by type: a name is right if it starts and ends where a name of the same type
/// does, to the scalar. All articles are counted together.
package struct EntityScore: Sendable {
    /// What the annotated set distinguishes; predictions of other types are left out.
    package let types: Set<ScoredEntityType>
    package private(set) var articles = 0
    private var counts: [ScoredEntityType: SpanCounts] = [:]

    package init(types: Set<ScoredEntityType>) {
        self.types = types
    }

    package mutating func add(reference: [TypedSpan], predicted: [TypedSpan]) {
        articles += 1
        for type in types {
            counts[type, default: SpanCounts()] += SpanCounts(
                Set(reference.filter { $0.type == type }), Set(predicted.filter { $0.type == type }))
        }
    }

    package subscript(type: ScoredEntityType) -> SpanCounts { counts[type] ?? SpanCounts() }

    /// The sum over some types, each name with the same weight.
    package func total(of types: [ScoredEntityType]) -> SpanCounts {
        types.reduce(into: SpanCounts()) { $0 += self[$1] }
    }

    /// One row a type that the set distinguishes, and one for people, organisations and places together.
    package var table: String {
        let rows = ScoredEntityType.allCases.filter(types.contains).map { self[$0].row($0.rawValue) }
        return (["\(articles) articles, names", SpanCounts.header] + rows
            + [total(of: [.person, .organization, .location]).row("PER+ORG+LOC")]).joined(separator: "\n")
    }
}
