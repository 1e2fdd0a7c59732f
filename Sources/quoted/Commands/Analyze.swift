import ArgumentParser
import Foundation
import LanguageAnalysis
import LearntNames
import NewsFormats
import NewsModel
import ServiceClient

struct Analyze: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Read articles and say who said what, without a service.",
        discussion: "JSON lines, single JSON documents or plain text; exit status 65 when an article could not be analysed.")

    @Argument(help: "Files or directories, or - for standard input.")
    var files: [String] = ["-"]

    @Option(name: .long, help: "Seconds that one article may take.")
    var timeBudget: Double = 10

    @OptionGroup var choice: AnalyzerOptions
    @OptionGroup var naming: NamesOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard timeBudget > 0, timeBudget <= 86_400 else {
            throw ValidationError("--time-budget takes seconds, more than 0 and at most 86400")
        }
    }

    func run() async throws {
        let articles = ArticleFiles(files) { StandardError.write("quoted: \($0)") }
        let format = output.chosen
        let page = output.page
        let names = try naming.open()
        let analysis = ArticleAnalysis(analyzer: try choice.make(), timeBudget: .seconds(timeBudget))
        var count = (done: 0, failed: 0)
        try await OrderedWork.run(
            width: ProcessInfo.processInfo.activeProcessorCount, next: { try await articles.next() },
            work: { analysis.analyze($0) },
            emit: { result in
                // In the order of the articles, so that each is given what those before it taught.
                switch (result.map { $0.record(names?.table) }, format) {
                case (.success(let record), .json):
                    try StandardOutput.write(line: RecordEncoder.encode(record))
                    try names?.learn(from: record)
                case (.success(let record), .text):
                    if count.done > 0 { try StandardOutput.write(Array("\n".utf8)) }
                    try StandardOutput.write(Array(page.render(record).utf8))
                    try names?.learn(from: record)
                case (.failure(let failure), .json):
                    count.failed += 1
                    try StandardOutput.write(line: failure.json)
                case (.failure(let failure), .text):
                    count.failed += 1
                    StandardError.write("quoted: \(PageText.line("\(failure.name): \(failure.reason)"))")
                }
                count.done += 1
            })
        let faults = await articles.faults
        await articles.close()
        guard count.failed == 0, faults == 0 else { throw ExitCode.badInput }
    }
}

/// The way of one article from bytes to record, the same as the service's.
struct ArticleAnalysis: Sendable {
    struct Failure: Error {
        var name: String
        var id: String?
        var reason: String

        var json: [UInt8] {
            var json = JSONWriter()
            json.beginObject()
            json.field("id", id ?? name)
            json.field("error", reason)
            json.endObject()
            return json.bytes
        }
    }

    var analyzer: Analyzer
    var timeBudget: Duration

    /// An article and what was found in it alone.
    struct Analysed: Sendable {
        var article: Article
        var sentences: [Span] = []
        var layer = AttributionLayer()

        /// - Parameter names: those to be given; nil: the article's own alone.
        func record(_ names: NameTable?) -> AnalysisRecord {
            var layer = layer
            if let names, article.status == .usable {
                layer = NameCompletion.complete(
                    layer, of: DocumentText(article.analysedText), published: article.published, from: names)
            }
            var record = RecordComposer.compose(
                article, sentences: sentences, entities: layer.entities, quotations: layer.quotations,
                discarded: layer.discarded)
            record.namesVersion = layer.namesVersion
            return record
        }
    }

    func analyze(_ item: PushItem) -> Result<Analysed, Failure> {
        let article: Article
        do {
            article = try ArticleDecoder.decode(item.article)
        } catch {
            return .failure(Failure(name: item.name, reason: "\(error)"))
        }
        guard article.status == .usable else { return .success(Analysed(article: article)) }
        do {
            let budget = AnalysisBudget(deadline: .now + timeBudget)
            let (sentences, layer) = try analyzer.analyze(DocumentText(article.analysedText), budget: budget)
            return .success(Analysed(article: article, sentences: sentences, layer: layer))
        } catch {
            return .failure(Failure(name: item.name, id: article.id, reason: "\(error)"))
        }
    }
}
