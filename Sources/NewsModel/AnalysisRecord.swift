/// What comes out for one article: schema `quoted.analysis/1`.
package struct AnalysisRecord: Sendable, Hashable {
    package static let schema = "quoted.analysis/1"

    /// Position in the record log: never goes back, never repeats. Nil where no service assigned one.
    package var sequence: UInt64?
    /// Version of the names learnt from earlier articles that were used; nil when they were off.
    package var namesVersion: UInt64?
    package var article: Article
    /// Lower-case hexadecimal SHA-256 of `text` in UTF-8.
    package var sha256: String
    /// What was analysed, byte for byte.
    package var text: String
    package var sentences: [Span]
    package var entities: [Entity]
    package var quotations: [Quotation]
    package var discarded: [DiscardedMarks]

    package init(
        sequence: UInt64? = nil, article: Article, sha256: String, text: String, sentences: [Span] = [],
        entities: [Entity] = [], quotations: [Quotation] = [], discarded: [DiscardedMarks] = []
    ) {
        self.sequence = sequence
        self.article = article
        self.sha256 = sha256
        self.text = text
        self.sentences = sentences
        self.entities = entities
        self.quotations = quotations
        self.discarded = discarded
    }
}
