import ArgumentParser
import Foundation
import LanguageAnalysis

struct Evaluate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Score the analyser against annotated articles.",
        discussion: """
            GOLD.jsonl has one article a line, {"id", "text", …} with any of these, offsets in Unicode code points:

            "attributions": [{"content": [[start, end]…], "source", "kind", "speaker"?, "speech"?}]: a quotation \
            counts as found when at least half of the words are the same; SAID asks for the right speaker as well, \
            NAMED for the full name.

            "entities": [{"start", "end", "type"}] in tokens, with "token_offsets": [[start, end]…]: a name is right \
            when both its ends and its type are. Types are brought to PER, ORG, LOC, NORP and MISC, dates and money \
            left out; predictions of a type that the file never has are left out too.

            "sentences": [[start, end]…], in tokens where there are token offsets: a sentence is right when one of \
            the annotated ends at the same character.
            """)

    @Argument(help: "The annotated articles as JSON lines, or - for standard input.", completion: .file())
    var gold: String

    @Option(name: .long, help: "Score these predictions or records instead of analysing the articles now.")
    var predictions: String?

    @Option(name: .long, help: "Only annotated articles of this \"genre\".")
    var genre: String?

    @Option(name: .long, help: "Only annotated articles of this \"split\".")
    var split: String?

    @Flag(name: .long, help: "Reported speech alone: rows marked as no speech are neither asked for nor held against a find.")
    var speech = false

    @Flag(name: .long, help: "Direct and mixed quotations alone, cut to what stands in quotation marks.")
    var directOnly = false

    @Option(name: .long, help: "Leave out quotations of fewer words.")
    var minWords = 1

    @Option(name: .long, help: "Leave out predictions of less confidence.")
    var minConfidence = 0.0

    @OptionGroup var choice: AnalyzerOptions

    func run() async throws {
        let corpus = try reading(gold) { try ReferenceReader.articles(jsonLines: $0) }
        let predicted = try predictions.map {
            try reading($0) { try ReferenceReader.predictions(jsonLines: $0, about: corpus) }
        }
        let articles = corpus.filter { (genre == nil || $0.genre == genre) && (split == nil || $0.split == split) }
        guard !articles.isEmpty else {
            let reason = corpus.isEmpty ? "no articles in it" : "no article of that genre and split"
            StandardError.write("quoted: \(gold == "-" ? "standard input" : gold): \(reason)")
            throw ExitCode.badInput
        }
        let options = ScoreOptions(
            speechOnly: speech, directOnly: directOnly, minimumWords: minWords, minimumConfidence: minConfidence)
        var evaluation = Evaluation(of: corpus, options: options)
        let analyzer = try predictions == nil ? choice.make() : Analyzer.none()
        let progress = ProgressLine(isEnabled: Terminal.isAt(2))
        for (done, article) in articles.enumerated() {
            progress.update(done: done, share: Double(done) / Double(articles.count))
            if let predicted {
                evaluation.add(article, predicted[article.id])
            } else {
                let (sentences, attribution) = try analyzer.analyze(DocumentText(article.text), budget: .unlimited)
                evaluation.add(article, PredictedArticle(attribution, sentences: sentences))
            }
        }
        progress.clear()
        print(evaluation.report)
    }

    /// - Throws: exit 65, having said which file and line is at fault.
    private func reading<Value>(_ path: String, _ body: ([UInt8]) throws -> Value) throws -> Value {
        let name = path == "-" ? "standard input" : path
        do {
            let input = try InputBytes(path)
            while !input.isAtEnd { try input.readMore() }
            return try body(input.buffer)
        } catch let fault as ReferenceFault {
            StandardError.write("quoted: \(name):\(fault.line): \(fault.reason)")
        } catch let fault as InputFault {
            StandardError.write("quoted: \(fault)")
        }
        throw ExitCode.badInput
    }
}
