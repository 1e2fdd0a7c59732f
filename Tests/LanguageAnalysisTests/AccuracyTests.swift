import LanguageAnalysis
import NewsModel
import Testing

@Suite struct AccuracyTests {
    /// F1 of quotations found with the right speaker, reported speech alone; floors a point below what was measured.
    @Test(arguments: [
        ("corpora/polnear/dev-speakers.jsonl", 65.0), ("corpora/world/dev.jsonl", 79.4),
        ("corpora/gum_quotes/news.jsonl", 58.8), ("corpora/seed/istanbul-talks.gold.jsonl", 81.7),
    ])
    func saidStaysAboveItsFloor(_ path: String, _ floor: Double) throws {
        guard let bytes = SharedCorpora.read(path, for: "saidStaysAboveItsFloor") else { return }
        let analyzer = Analyzer.rules()
        var score = QuotationScore(options: ScoreOptions(speechOnly: true))
        for article in try ReferenceReader.articles(jsonLines: bytes) {
            let (_, layer) = try analyzer.analyze(DocumentText(article.text), budget: .unlimited)
            score.add(article, layer.quotations.map(PredictedQuotation.init))
        }
        print(path)
        print(score.table)
        #expect(score.saidF1 >= floor, "\(path): \(score.saidF1)")
    }

    /// F1 of sentence ends; floors a little below what was measured.
    @Test(arguments: [
        ("corpora/sentences/gum.jsonl.gz", "news", nil, 98.0), ("corpora/sentences/ewt.jsonl.gz", nil, "dev", 93.0),
    ] as [(String, String?, String?, Double)])
    func sentencesStayAboveTheirFloor(_ path: String, _ genre: String?, _ split: String?, _ floor: Double) throws {
        guard let bytes = try SharedCorpora.readCompressed(path, for: "sentencesStayAboveTheirFloor") else { return }
        let splitter = RuleSentenceSplitter()
        var score = SentenceScore()
        for article in try ReferenceReader.articles(jsonLines: bytes)
        where (genre == nil || article.genre == genre) && (split == nil || article.split == split) {
            let sentences = try splitter.split(DocumentText(article.text), budget: .unlimited)
            score.add(article.text, reference: article.sentences ?? [], predicted: sentences)
        }
        print(path)
        print(score.table)
        #expect(score.counts.f1 >= floor, "\(path): \(score.counts.f1)")
    }
}
