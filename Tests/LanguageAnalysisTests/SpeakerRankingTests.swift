import LanguageAnalysis
import NewsModel
import Testing

/// Whom sources mean, on annotated spans: what the resolver alone gets right, whatever the tagger finds.
@Suite struct SpeakerRankingTests {
    /// Person pronouns that are sources of speech, on GUM's news: each has one answer, so that F1 is the share that is right.
    /// "I" is a matter of who speaks around it, and is counted apart.
    @Test func personPronounsFindTheirSpeakers() throws {
        let path = "corpora/gum_quotes/news.jsonl"
        guard let bytes = SharedCorpora.read(path, for: "personPronounsFindTheirSpeakers") else { return }
        let analyzer = try TrainedAnalyzer.shared()
        var (right, all, selves, selvesRight) = (0, 0, 0, 0)
        for article in try ReferenceReader.articles(jsonLines: bytes) {
            let text = DocumentText(article.text)
            let scalars = Array(article.text.unicodeScalars)
            let rows = (article.attributions ?? []).filter(\.isSpeech)
            let sentences = try analyzer.splitter.split(text, budget: .unlimited)
            let entities = try analyzer.tagger.tag(text, sentences: sentences, budget: .unlimited).entities
            let (_, speakers) = try SpeakerExamples.run(
                text, sentences: sentences, entities: entities.filter { $0.type != .date && $0.type != .money },
                attributions: rows.map { .init(content: $0.content, cue: [], source: $0.source) }, budget: .unlimited)
            for (row, found) in zip(rows, speakers) {
                let source = row.source.map { SpeakerComparison.string(scalars, $0) }.joined(separator: " ").lowercased()
                guard ["he", "she", "his", "her", "him", "i"].contains(source), row.speaker?.name != nil else { continue }
                let predicted = PredictedQuotation(content: row.content, source: row.source, speaker: found.speaker?.name)
                let isRight = SpeakerComparison.isRight(predicted, row, scalars)
                if source == "i" {
                    selves += 1
                    selvesRight += isRight ? 1 : 0
                } else {
                    all += 1
                    right += isRight ? 1 : 0
                }
            }
        }
        let share = 100 * Double(right) / Double(max(all, 1))
        print("person pronouns, GUM news: \(right) of \(all) right, F1 \(share); I: \(selvesRight) of \(selves)")
        #expect(all >= 12)
        #expect(share >= 90)
        #expect(selvesRight * 2 > selves)
    }

    @Test func scorerRejectsWeightsOfAnotherShape() {
        #expect(SpeakerExamples.featureNames.count == Set(SpeakerExamples.featureNames).count)
        #expect(!SpeakerExamples.accepts([1, 2, 3]))
        #expect(SpeakerExamples.accepts([Float](repeating: 0, count: SpeakerExamples.featureNames.count + 3)))
    }
}
