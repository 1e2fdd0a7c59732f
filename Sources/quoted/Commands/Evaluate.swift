import ArgumentParser
import Foundation
import LanguageAnalysis

struct Evaluate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Score the analyser against annotated articles.",
        discussion: """
            GOLD.jsonl has one article a line: {"id", "text", "attributions": [{"content": [[start, end]…], "source", "kind", \
            "speaker"?, "speech"?}]}, offsets in Unicode code points. A quotation counts as found when at least half of the \
            words are the same; SAID asks for the right speaker as well, NAMED for the full name.
            """)

    @Argument(help: "The annotated articles.")
    var gold: String

    @Option(name: .long, help: "Score these predictions or records instead of analysing the articles now.")
    var predictions: String?

    @Flag(name: .long, help: "Reported speech alone: rows marked as no speech are neither asked for nor held against a find.")
    var speech = false

    @Flag(name: .long, help: "Direct and mixed quotations alone, cut to what stands in quotation marks.")
    var directOnly = false

    @Option(name: .long, help: "Leave out quotations of fewer words.")
    var minWords = 1

    @Option(name: .long, help: "Leave out predictions of less confidence.")
    var minConfidence = 0.0

    func run() async throws {
        let references = try reading(gold) { try ReferenceReader.articles(jsonLines: $0) }
        let predicted = try predictions.map { try reading($0) { try ReferenceReader.predictions(jsonLines: $0) } }
        let options = ScoreOptions(
            speechOnly: speech, directOnly: directOnly, minimumWords: minWords, minimumConfidence: minConfidence)
        var score = QuotationScore(options: options)
        let analyzer = Analyzer.rules()
        for article in references {
            if let predicted {
                score.add(article, predicted[article.id])
            } else {
                let budget = AnalysisBudget(deadline: nil)
                let (_, attribution) = try analyzer.analyze(DocumentText(article.text), budget: budget)
                score.add(article, attribution.quotations.map(PredictedQuotation.init))
            }
        }
        print(score.table)
    }

    /// - Throws: exit 65, having said which file and line is at fault.
    private func reading<Value>(_ path: String, _ body: ([UInt8]) throws -> Value) throws -> Value {
        do {
            return try body(Array(try Data(contentsOf: URL(fileURLWithPath: path))))
        } catch {
            StandardError.write("quoted: \(path): \(error)")
            throw ExitCode.badInput
        }
    }
}
