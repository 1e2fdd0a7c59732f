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
        discussion: """
            Files may hold plain text, the article's JSON, ninjs, HTML, NewsML-G2, NITF, RSS, Atom, JSON lines, or a crawl \
            (WARC), each also packed with gzip. Exit status 65 when an article could not be analysed.
            """)

    @Argument(help: "Files or directories, or - for standard input.", completion: .file())
    var files: [String] = ["-"]

    @Option(name: .long, help: "Seconds that one article may take.")
    var timeBudget: Double = 10

    @Flag(name: .long, help: "Say on standard error how each speaker was found: mention, rule and scores.")
    var explain = false

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
        var records = RecordOutput(output)
        try records.begin()
        let names = try naming.open()
        let analysis = ArticleAnalysis(analyzer: try choice.make(explains: explain), timeBudget: .seconds(timeBudget))
        var failed = 0
        try await OrderedWork.run(
            width: ProcessInfo.processInfo.activeProcessorCount, next: { try await articles.next() },
            work: { analysis.analyze($0) },
            emit: { result in
                // In the order of the articles, so that each is given what those before it taught.
                switch result {
                case .success(let analysed):
                    let record = analysed.record(names?.table)
                    try records.write(record)
                    if explain { SpeakerExplanation.write(record, analysed.layer.evidence) }
                    try names?.learn(from: record)
                case .failure(let failure):
                    failed += 1
                    if records.format == .json {
                        try StandardOutput.write(line: failure.json)
                    } else {
                        StandardError.write("quoted: \(PageText.line("\(failure.name): \(failure.reason)"))")
                    }
                }
            })
        let faults = await articles.faults
        await articles.close()
        guard failed == 0, faults == 0 else { throw ExitCode.badInput }
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

    func analyze(_ input: ArticleInput) -> Result<Analysed, Failure> {
        switch input {
        case .article(let item, _): analyze(item)
        case .unreadable(let name, let reason): .failure(Failure(name: name, reason: reason))
        }
    }

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

    private func analyze(_ item: PushItem) -> Result<Analysed, Failure> {
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
