internal import NewsFormats
internal import Synchronization

/// How full the intake is: written by the intake store, read by the ingest stage without waiting for the store, which may be
/// syncing.
package final class IntakeLevel: Sendable {
    private let articles: Atomic<Int>
    private let bytes: Atomic<Int>
    private let maximumArticles: Atomic<Int>
    private let maximumBytes: Atomic<Int>
    private let retryMilliseconds: Atomic<Int>

    init(_ limits: IntakeStore.Limits, articles: Int, bytes: Int) {
        self.articles = Atomic(articles)
        self.bytes = Atomic(bytes)
        maximumArticles = Atomic(limits.waitingArticles)
        maximumBytes = Atomic(limits.waitingBytes)
        retryMilliseconds = Atomic(Self.milliseconds(limits.busyRetry))
    }

    func set(articles: Int, bytes: Int) {
        self.articles.store(articles, ordering: .relaxed)
        self.bytes.store(bytes, ordering: .relaxed)
    }

    func set(_ limits: IntakeStore.Limits) {
        maximumArticles.store(limits.waitingArticles, ordering: .relaxed)
        maximumBytes.store(limits.waitingBytes, ordering: .relaxed)
        retryMilliseconds.store(Self.milliseconds(limits.busyRetry), ordering: .relaxed)
    }

    /// What to tell a client whose article would be one too many behind others that are on their way to the log; nil while there
    /// is room. At the very edge the store decides.
    func refusal(behind others: Int, bytes otherBytes: Int) -> Receipt? {
        let open = articles.load(ordering: .relaxed)
        guard
            open + others >= maximumArticles.load(ordering: .relaxed)
                || bytes.load(ordering: .relaxed) + otherBytes >= maximumBytes.load(ordering: .relaxed)
        else { return nil }
        return Receipt(
            status: .busy, retryAfter: .milliseconds(retryMilliseconds.load(ordering: .relaxed)),
            reason: Self.reason(open + others))
    }

    static func reason(_ articles: Int) -> String { "\(articles) articles are waiting" }

    private static func milliseconds(_ duration: Duration) -> Int { Int(duration / .milliseconds(1)) }
}
