package import LanguageAnalysis
package import NewsFormats

internal import NewsModel
internal import Stages
internal import Synchronization

/// Analyses texts that readers paste, on threads of its own: a few at a time, each within a limit.
package actor TextAnalysis {
    package struct Options: Sendable {
        /// Analyses at once; more are refused.
        package var concurrent: Int
        package var timeLimit: Duration
        /// What a pasted page may ask for.
        package var documents: DocumentLimits

        package init(concurrent: Int, timeLimit: Duration, documents: DocumentLimits = DocumentLimits()) {
            self.concurrent = concurrent
            self.timeLimit = timeLimit
            self.documents = documents
        }
    }

    /// Why there is no record.
    package enum Refusal: Error, Sendable, Hashable, CustomStringConvertible {
        /// All threads are at work.
        case busy
        /// It is no article; the text says what is wrong.
        case badArticle(String)
        case overTime(Duration)
        case failed(String)

        package var description: String {
            switch self {
            case .busy: "other texts are being analysed; try again in a moment"
            case .badArticle(let fault): fault
            case .overTime(let limit): "the analysis took longer than \(limit); try a shorter text"
            case .failed(let reason): "the analysis failed: \(reason)"
            }
        }
    }

    private let analyzer: Analyzer
    private let options: Options
    private var idle: [DedicatedThread] = []
    private var started = 0
    private var isClosed = false

    package init(_ analyzer: Analyzer, options: Options) {
        self.analyzer = analyzer
        self.options = options
    }

    /// The record of an article as it was handed in, as JSON.
    /// - Throws: `Refusal`.
    package func record(of article: [UInt8]) async throws(Refusal) -> [UInt8] {
        guard let thread = takeThread() else { throw .busy }
        let (analyzer, limit, documents) = (analyzer, options.timeLimit, options.documents)
        let (result, isDone): FirstAnswer.Answer = await withCheckedContinuation { continuation in
            let answer = FirstAnswer(continuation)
            // Nobody could wait for it in a structured way: an analysis that does not look at its deadline holds its thread
            // for as long as it takes, and is answered for at the limit.
            let watchdog = Task {
                try await Task.sleep(for: limit + .seconds(1))
                answer.give(.failure(.overTime(limit)), isDone: false)
            }
            thread.perform {
                let result = Self.analyze(article, analyzer, within: limit, documents)
                watchdog.cancel()
                if !answer.give(result, isDone: true) { Task { await self.putBack(thread) } }
            }
        }
        if isDone { putBack(thread) }
        return try result.get()
    }

    /// Ends idle threads; those at work end with their work.
    package func close() {
        for thread in idle { thread.stop() }
        idle.removeAll()
        started = options.concurrent
        isClosed = true
    }

    private func takeThread() -> DedicatedThread? {
        if let thread = idle.popLast() { return thread }
        guard started < options.concurrent else { return nil }
        started += 1
        return DedicatedThread(name: "paste-\(started)")
    }

    private func putBack(_ thread: DedicatedThread) {
        if isClosed { thread.stop() } else { idle.append(thread) }
    }

    private nonisolated static func analyze(
        _ bytes: [UInt8], _ analyzer: Analyzer, within limit: Duration, _ documents: DocumentLimits
    ) -> Result<[UInt8], Refusal> {
        let article: Article
        do {
            article = try ArticleDecoder.decode(bytes, limits: documents)
        } catch {
            return .failure(.badArticle("\(error)"))
        }
        do {
            let budget = AnalysisBudget(deadline: .now + limit)
            let (sentences, found) = try analyzer.analyze(DocumentText(article.analysedText), budget: budget)
            return .success(
                RecordEncoder.encode(
                    RecordComposer.compose(
                        article, sentences: sentences, entities: found.entities, quotations: found.quotations,
                        discarded: found.discarded)))
        } catch AnalysisError.overTime {
            return .failure(.overTime(limit))
        } catch {
            return .failure(.failed("\(error)"))
        }
    }
}

/// Answers once, whoever is first.
private final class FirstAnswer: Sendable {
    typealias Answer = (Result<[UInt8], TextAnalysis.Refusal>, isDone: Bool)
    private let continuation: Mutex<CheckedContinuation<Answer, Never>?>

    init(_ continuation: CheckedContinuation<Answer, Never>) {
        self.continuation = Mutex(continuation)
    }

    /// False when it was answered before.
    /// - Parameter isDone: whether the thread has ended its work.
    @discardableResult
    func give(_ result: Result<[UInt8], TextAnalysis.Refusal>, isDone: Bool) -> Bool {
        let waiting = continuation.withLock { waiting in
            defer { waiting = nil }
            return waiting
        }
        waiting?.resume(returning: (result, isDone))
        return waiting != nil
    }
}
