import LanguageAnalysis
import NewsModel
import Testing

/// The trained analyser on the development sets; floors a point below what `make accuracy` printed for the shipped model.
@Suite struct TrainedAccuracyTests {
    struct Floor: Sendable, CustomTestStringConvertible {
        var path: String
        var content: Double
        var source: Double
        var said: Double
        var named: Double

        var testDescription: String { path }
    }

    @Test(arguments: [
        Floor(path: "corpora/polnear/dev-speakers.jsonl", content: 87.4, source: 93.7, said: 80.4, named: 77.5),
        Floor(path: "corpora/world/dev.jsonl", content: 86.6, source: 97.2, said: 82.7, named: 79),
        Floor(path: "corpora/gum_quotes/news.jsonl", content: 69.6, source: 92.5, said: 60.7, named: 60.2),
        Floor(path: "corpora/seed/istanbul-talks.gold.jsonl", content: 89.9, source: 99, said: 89.9, named: 89.9),
    ])
    func quotationsStayAboveTheirFloors(_ floor: Floor) throws {
        guard let bytes = SharedCorpora.read(floor.path, for: "quotationsStayAboveTheirFloors") else { return }
        let analyzer = try TrainedAnalyzer.shared()
        var score = QuotationScore(options: ScoreOptions(speechOnly: true))
        for article in try ReferenceReader.articles(jsonLines: bytes) {
            let (_, layer) = try analyzer.analyze(DocumentText(article.text), budget: .unlimited)
            score.add(article, layer.quotations.map(PredictedQuotation.init))
        }
        print(floor.path)
        print(score.table)
        let content =
            200 * Double(score.count(.matched)) / Double(score.count(.reference) + score.count(.predicted))
        let source = 100 * Double(score.count(.sourcesRight)) / Double(score.count(.sources))
        #expect(content >= floor.content)
        #expect(source >= floor.source)
        #expect(score.saidF1 >= floor.said)
        #expect(score.namedF1 >= floor.named)
    }

    /// Strict F1 of persons, organisations and places.
    @Test(arguments: [
        ("corpora/ner/worldwide.dev.jsonl.gz", 83.1), ("corpora/ner/uner_ewt.dev.jsonl.gz", 73.2),
    ])
    func namesStayAboveTheirFloor(_ path: String, _ floor: Double) throws {
        guard let bytes = try SharedCorpora.readCompressed(path, for: "namesStayAboveTheirFloor") else { return }
        let analyzer = try TrainedAnalyzer.shared()
        let corpus = try ReferenceReader.articles(jsonLines: bytes)
        var evaluation = Evaluation(of: corpus)
        for article in corpus {
            let (sentences, layer) = try analyzer.analyze(DocumentText(article.text), budget: .unlimited)
            evaluation.add(article, PredictedArticle(layer, sentences: sentences))
        }
        print(path)
        print(evaluation.entities.table)
        #expect(evaluation.entities.total(of: [.person, .organization, .location]).f1 >= floor)
    }
}
