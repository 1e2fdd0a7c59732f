/// The answer to `status`. What services of earlier versions do not tell is optional.
struct StatusAnswer: Decodable, Sendable {
    struct Process: Decodable, Sendable {
        var name: String
        var id: Int
        var analyzer: String
        /// Milliseconds since 1970.
        var started: Int
        var time: Int
        var residentBytes: Int?
        var memoryLimitBytes: Int?
        var openFiles: Int?
        var openFilesLimit: Int?
        var diskFreeBytes: Int?
        var diskSizeBytes: Int?
    }

    struct Stage: Decodable, Sendable {
        var name: String
        var workers: Int
        var waiting: Int
        var running: Int
        var done: Int
        var retried: Int
        var dead: Int
        var lost: Int?
        var oldestMilliseconds: Int?
        var p50Microseconds: Int
        var p99Microseconds: Int
    }

    struct Worker: Decodable, Sendable {
        var name: String
        var stage: String
        var credit: Int
        var holding: Int
        var done: Int?
        var failed: Int?
        var p50Microseconds: Int?
        var p99Microseconds: Int?
        var silentMilliseconds: Int?
        var heldMilliseconds: Int?
        var processID: Int?
        var residentBytes: Int?
    }

    struct Receipts: Decodable, Sendable {
        var accepted: Int
        var duplicate: Int
        var busy: Int
        var rejected: Int
    }

    struct Intake: Decodable, Sendable {
        var open: Int
        var openBytes: Int
        var limit: Int?
        var deadLetters: Int?
        var trouble: String?
    }

    struct Sink: Decodable, Sendable {
        var lastSequence: Int
        var trouble: String?
    }

    struct Follower: Decodable, Sendable {
        /// Of the last record that the archive has; the names' version stands elsewhere.
        var sequence: Int?
        var version: Int?
        var lag: Int?
    }

    struct Trouble: Decodable, Sendable {
        var what: String
        var remedy: String
    }

    var process: Process?
    /// Missing when the dispatcher does not answer.
    var received: Int?
    var published: Int?
    var dead: Int?
    var inFlight: Int?
    var backlog: Int?
    var oldestMilliseconds: Int?
    var stages: [Stage]?
    var workers: [Worker]?
    var ingest: Receipts?
    var intake: Intake?
    var sink: Sink?
    var archive: Follower?
    var names: Follower?
    var troubles: [Trouble]?
}

/// What was done between two answers, a second.
struct StatusRates: Sendable {
    private let earlier: StatusAnswer
    private let later: StatusAnswer
    private let seconds: Double

    init(from earlier: StatusAnswer, to later: StatusAnswer, after elapsed: Duration) {
        self.earlier = earlier
        self.later = later
        seconds = Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) / 1e18
    }

    var published: Double? { rate(earlier.published, later.published) }

    func stage(_ name: String) -> Double? {
        rate(earlier.stages?.first { $0.name == name }?.done, later.stages?.first { $0.name == name }?.done)
    }

    func worker(_ name: String) -> Double? {
        rate(earlier.workers?.first { $0.name == name }?.done, later.workers?.first { $0.name == name }?.done)
    }

    /// Nil when it is not known: the service, or the worker, began anew meanwhile.
    private func rate(_ before: Int?, _ after: Int?) -> Double? {
        guard let before, let after, after >= before, seconds > 0 else { return nil }
        return Double(after - before) / seconds
    }
}
