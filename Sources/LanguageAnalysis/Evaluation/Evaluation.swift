/// Scores predictions against annotated articles: quotations, names and sentences, whatever the articles have.
package struct Evaluation: Sendable {
    package private(set) var quotations: QuotationScore
    package private(set) var entities: EntityScore
    package private(set) var sentences = SentenceScore()

    /// - Parameter corpus: all articles of the annotated file, also those that are not scored: it tells which types of
    ///   names the file distinguishes.
    package init(of corpus: [ReferenceArticle], options: ScoreOptions = ScoreOptions()) {
        quotations = QuotationScore(options: options)
        entities = EntityScore(types: Set(corpus.flatMap { $0.entities ?? [] }.map(\.type)))
    }

    /// Counts one article. - Parameter prediction: nil when there is none at all, which counts as empty.
    package mutating func add(_ article: ReferenceArticle, _ prediction: PredictedArticle?) {
        if article.attributions != nil { quotations.add(article, prediction?.quotations) }
        if let reference = article.entities {
            entities.add(reference: reference, predicted: prediction?.entities ?? [])
        }
        if let reference = article.sentences {
            sentences.add(article.text, reference: reference, predicted: prediction?.sentences ?? [])
        }
    }

    /// A table for each kind of annotation, an empty line between two.
    package var report: String {
        var tables: [String] = []
        if quotations.articles > 0 { tables.append(quotations.table) }
        if entities.articles > 0 { tables.append(entities.table) }
        if sentences.articles > 0 { tables.append(sentences.table) }
        return tables.joined(separator: "\n\n")
    }
}
