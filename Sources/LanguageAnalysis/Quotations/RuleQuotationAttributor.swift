package import NewsModel
package struct RuleQuotationAttributor: QuotationAttributor {
    package init() {}
    package func attribute(
        _ text: DocumentText, sentences: [Span], entities: EntityLayer, budget: AnalysisBudget
    ) throws -> AttributionLayer { AttributionLayer(entities: entities.entities) }
}
