import Foundation
import LanguageAnalysis
import NewsModel
import Testing

@Suite struct QuotationScoreTests {
    private static let text = """
        Donald Hale said the wall "will be very tall," and that Ruritania pays.

        "No," Mrs. Draper replied. "We won't do it," she added. Officials said on Monday that it is costly.
        """

    private static func span(_ part: String) -> Span {
        guard let range = text.range(of: part) else { return Span(0, 1) }
        let start = text.unicodeScalars.distance(from: text.startIndex, to: range.lowerBound)
        return Span(start, start + part.unicodeScalars.count)
    }

    private static let article = ReferenceArticle(
        id: "a", text: text,
        attributions: [
            ReferenceAttribution(
                content: [span("the wall \"will be very tall,\" and that Ruritania pays")],
                source: [span("Donald Hale")],
                kind: .mixed, speaker: ReferenceSpeaker(name: "Donald Hale", aliases: ["Hale"], kind: "person")),
            ReferenceAttribution(
                content: [span("\"No,\"")], source: [span("Mrs. Draper")], kind: .direct,
                speaker: ReferenceSpeaker(name: "Helen Draper", kind: "person")),
            ReferenceAttribution(
                content: [span("\"We won't do it,\"")], source: [span("she")], kind: .direct,
                speaker: ReferenceSpeaker(name: "Helen Draper", kind: "person")),
            ReferenceAttribution(
                content: [span("it is costly")], source: [span("Officials")], kind: .indirect,
                speaker: ReferenceSpeaker(name: "Officials", aliases: ["officials"], kind: "unnamed")),
        ])

    private static let predictions = [
        PredictedQuotation(
            content: [span("the wall"), span("\"will be very tall,\" and that Ruritania pays.")],
            source: [span("Hale")],
            kind: .mixed, speaker: "Mr. Hale"),
        PredictedQuotation(
            content: [span("No")], source: [span("Draper")], kind: .direct, speaker: "Helen Rodham Draper"),
        PredictedQuotation(
            content: [span("We won't do it")], source: [span("she")], kind: .direct, speaker: "Bill Draper"),
        PredictedQuotation(content: [span("that it is costly")], source: [span("Officials")], kind: .indirect),
    ]

    private func score(_ options: ScoreOptions = ScoreOptions(), _ article: ReferenceArticle = article)
        -> QuotationScore
    {
        var score = QuotationScore(options: options)
        score.add(article, Self.predictions)
        return score
    }

    @Test func countsOfASmallArticle() {
        let score = score()
        #expect(score.count(.matched) == 4)
        #expect(score.count(.exact) == 3, "\"that\" is one token too many")
        #expect(score.count(.said) == 3)
        #expect(score.count(.named) == 2, "Mr. Hale is right, but not the full name")
        #expect(score.count(.sourcesRight) == 4)
        #expect(score.count(.said, "source:pronoun") == 0)
        #expect(score.count(.said, "source:description") == 1)
        #expect(score.saidF1 == 75)
    }

    @Test func directOnlyClipsToTheMarks() {
        let score = score(ScoreOptions(directOnly: true))
        #expect(score.count(.reference) == 3)
        #expect(score.count(.predicted) == 3)
        #expect(score.count(.exact) == 3)
        #expect(self.score(ScoreOptions(directOnly: true, minimumWords: 2)).count(.reference) == 2)
    }

    @Test func whatIsNoSpeechLeavesWithItsPrediction() {
        var article = Self.article
        article.attributions?[3].isSpeech = false
        let score = score(ScoreOptions(speechOnly: true), article)
        #expect(score.count(.reference) == 3)
        #expect(score.count(.predicted) == 3)
        #expect(score.count(.predictedTokens) == score.count(.referenceTokens))
    }

    @Test func aMissingPredictionCountsAsEmpty() {
        var score = QuotationScore()
        score.add(Self.article, nil)
        #expect(score.withoutPrediction == 1)
        #expect(score.count(.predicted) == 0)
        #expect(score.saidF1 == 0)
        #expect(score.table.contains("1 of them without a prediction line"))
    }

    // MARK: Against the reference implementation

    @Test(arguments: [
        ("corpora/polnear/dev-speakers.jsonl", ["--speech"]), ("corpora/world/dev.jsonl", ["--speech"]),
        ("corpora/world/dev.jsonl", []), ("corpora/gum_quotes/news.jsonl", ["--direct-only", "--min-words", "3"]),
        ("corpora/polnear/dev-speakers.jsonl", ["--direct-only"]),
        ("corpora/gum_quotes/news.jsonl", ["--speech", "--min-confidence", "0.7"]),
    ])
    func theTableIsTheReferenceScorersToTheDigit(_ path: String, _ arguments: [String]) throws {
        guard let bytes = SharedCorpora.read(path, for: "theTableIsTheReferenceScorersToTheDigit"),
            let folder = SharedCorpora.folder
        else { return }
        var options = ScoreOptions(
            speechOnly: arguments.contains("--speech"), directOnly: arguments.contains("--direct-only"))
        if arguments.contains("--min-words") { options.minimumWords = 3 }
        if arguments.contains("--min-confidence") { options.minimumConfidence = 0.7 }
        let articles = try ReferenceReader.articles(jsonLines: bytes)
        var score = QuotationScore(options: options)
        var lines = ""
        for article in articles {
            let (_, layer) = try Analyzer.rules().analyze(DocumentText(article.text), budget: .unlimited)
            score.add(article, layer.quotations.map(PredictedQuotation.init))
            lines += try Self.line(article.id, layer.quotations)
        }
        #expect(
            try ReferenceReader.predictions(jsonLines: Array(lines.utf8), about: articles).count == articles.count)
        let file = FileManager.default.temporaryDirectory.appending(path: "predictions-\(UUID().uuidString).jsonl")
        try lines.write(to: file, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(at: file) }
        let expected = try Self.python(
            [folder.appending(path: "tools/score.py").path, folder.appending(path: path).path, file.path] + arguments)
        #expect(score.table + "\n" == expected)
    }

    private static func line(_ id: String, _ quotations: [Quotation]) throws -> String {
        func pairs(_ spans: [Span]) -> [[Int]] { spans.map { [$0.start, $0.end] } }
        let rows = quotations.map { quotation in
            var row: [String: Any] = [
                "content": pairs(quotation.content), "cue": pairs(quotation.cue), "source": pairs(quotation.source),
                "kind": quotation.kind.rawValue, "confidence": quotation.confidence,
            ]
            row["speaker"] = quotation.speaker?.name
            return row
        }
        let data = try JSONSerialization.data(withJSONObject: ["id": id, "attributions": rows])
        return String(decoding: data, as: UTF8.self) + "\n"
    }

    private static func python(_ arguments: [String]) throws -> String {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["python3"] + arguments
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let output = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return String(decoding: output, as: UTF8.self)
    }
}
