import NewsFormats
import ServiceClient
import ServiceConfiguration
import Synchronization

/// Pushes articles to a service, one after the other, and writes who said what as it comes.
final class Demonstration: Sendable {
    private let endpoints: ServiceConfiguration.Endpoints
    private let files: [String]
    private let pause: Duration
    private let page: RecordPage
    private let onEnd: @Sendable (_ articles: Int) -> Void
    private let progress = Mutex(Progress())

    private struct Progress {
        var pushed = 0
        var isPushing = true
        var written = 0
        var isTold = false

        /// True once: when everything that was pushed is written.
        mutating func isWhole() -> Bool {
            guard !isPushing, written >= pushed, !isTold else { return false }
            isTold = true
            return true
        }
    }

    /// - Parameters:
    ///   - pause: between two articles.
    ///   - page: how a record looks on standard output.
    ///   - onEnd: told once, when the record of every article was written.
    init(
        endpoints: ServiceConfiguration.Endpoints, files: [String], pause: Duration, page: RecordPage,
        onEnd: @escaping @Sendable (_ articles: Int) -> Void
    ) {
        self.endpoints = endpoints
        self.files = files
        self.pause = pause
        self.page = page
        self.onEnd = onEnd
    }

    /// Goes on with what others push until it is cancelled.
    /// - Throws: `ZeroMQError`, `ClientError`, `OutputFault`, `RecordFault`, `CancellationError`.
    func run() async throws {
        let connection = try ClientConnection()
        let watch = try WatchClient(
            stream: ClientEndpoint.reachable(endpoints.stream), replay: ClientEndpoint.reachable(endpoints.replay),
            connection: connection, options: .init(since: 1))
        let client = try PushClient(endpoint: ClientEndpoint.reachable(endpoints.ingest), connection: connection)
        let articles = ArticleFiles(files, onFault: { StandardError.write("quoted: \($0)") })
        var failure: (any Error)?
        do {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await self.push(articles, through: client) }
                group.addTask { try await self.write(watch) }
                try await group.waitForAll()
            }
        } catch {
            failure = error
        }
        await articles.close()
        await client.close()
        await watch.close()
        await connection.close()
        if let failure { throw failure }
    }

    private func push(_ articles: ArticleFiles, through client: PushClient) async throws {
        let isFirst = Atomic(true)
        try await client.push(
            next: { [pause] in
                if !isFirst.exchange(false, ordering: .relaxed) { try await Task.sleep(for: pause) }
                return try await articles.nextItem()
            },
            report: { outcome in
                if let complaint = outcome.complaint { StandardError.write("quoted: \(complaint)") }
                if outcome.result == .accepted { self.progress.withLock { $0.pushed += 1 } }
            })
        tell { $0.isPushing = false }
    }

    private func write(_ watch: WatchClient) async throws {
        try await watch.run { event in
            guard case .record(_, let json) = event else { return true }
            try StandardOutput.write(Array((self.page.render(try RecordDecoder.decode(json)) + "\n").utf8))
            self.tell { $0.written += 1 }
            return true
        }
    }

    private func tell(_ change: (inout Progress) -> Void) {
        let whole = progress.withLock { progress -> Int? in
            change(&progress)
            return progress.isWhole() ? progress.written : nil
        }
        if let whole { onEnd(whole) }
    }
}
