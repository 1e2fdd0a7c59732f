package import Authentication
package import LanguageAnalysis
package import Logging
package import Pipeline
package import ZeroMQ

internal import NewsModel
internal import Synchronization

/// One worker of one analysis stage: takes jobs from the dispatcher as its credit allows, computes on a thread of its
/// own, answers, and says regularly that it is alive.
package actor StageWorker {
    package struct Options: Sendable {
        /// Shown in `quoted status` and in the logs.
        package var name: String
        /// What the system's tools show for its thread; at most 15 bytes.
        package var threadName: String
        /// Jobs that it holds at once: one runs, the others are there when it is done.
        package var credit: Int
        package var heartbeat: Duration
        /// How long a stuck analysis may go on beyond its budget before its thread is given up.
        package var grace: Duration
        /// Threads given up before the worker ends with an error, so that its process is restarted.
        package var abandonedThreads: Int
        /// How the dispatcher is connected to.
        package var identity: ClientIdentity?
        /// What is told of the process with each sign of life.
        package var figures: @Sendable () -> WorkerFigures?

        package init(
            name: String, threadName: String, credit: Int = 4, heartbeat: Duration = .milliseconds(500),
            grace: Duration = .seconds(1), abandonedThreads: Int = 2, identity: ClientIdentity? = nil,
            figures: @escaping @Sendable () -> WorkerFigures? = { nil }
        ) {
            self.identity = identity
            self.name = name
            self.threadName = threadName
            self.credit = credit
            self.heartbeat = heartbeat
            self.grace = grace
            self.abandonedThreads = abandonedThreads
            self.figures = figures
        }
    }

    private struct PendingJob {
        let id: JobID
        let attempt: Int
        let budget: Duration
        let frames: [Frame]
    }

    private let stage: AnalysisStage
    private let pipeline: PipelineDefinition
    private let analyzer: Analyzer
    private let options: Options
    private let loop: PollLoop
    private let socket: Socket
    private let dispatch: Endpoint
    private let clock: StageClock
    private let logger: Logger
    private var thread: DedicatedThread
    private var abandoned = 0
    private var queue: [PendingJob] = []
    private let arrivals: LoopSignal
    private var registration = WorkerRegistration()
    private var running: (job: JobID, since: Moment, budget: Duration, computation: Computation)?
    /// Jobs answered, for tests and status.
    package private(set) var answered = 0

    nonisolated package var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    nonisolated package var stageName: StageName { stage.name }

    /// - Throws: `ZeroMQError` when the dispatch endpoint cannot be connected.
    package init(
        stage: AnalysisStage, pipeline: PipelineDefinition, analyzer: Analyzer, options: Options, context: Context,
        loop: PollLoop, dispatch: Endpoint, clock: StageClock = .system, logger: Logger
    ) throws {
        self.stage = stage
        self.pipeline = pipeline
        self.analyzer = analyzer
        self.options = options
        self.loop = loop
        arrivals = LoopSignal(loop)
        self.clock = clock
        self.logger = logger
        thread = DedicatedThread(name: options.threadName)
        self.dispatch = dispatch
        socket = try Socket(.dealer, context: context, loop: loop, options: .worker.connecting(as: options.identity))
        try socket.connect(dispatch)
    }

    /// Works until cancelled, then returns what it still holds.
    /// - Throws: `WorkerExhausted` when too many analyses could not be stopped.
    package func run() async throws {
        defer { close() }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await self.receiveJobs() }
            group.addTask { try await self.work() }
            group.addTask { try await self.beat() }
            defer { group.cancelAll() }
            try await group.next()
        }
    }

    private func close() {
        _ = try? send(.goodbye)
        socket.close()
        thread.stop()
    }

    // MARK: Messages

    private func receiveJobs() async throws {
        try announce()
        while true {
            for message in try await socket.receive(upTo: 64) { handle(message) }
        }
    }

    private func handle(_ message: Message) {
        guard let header = message.frames.first else { return }
        do {
            let (content, version) = try header.withUnsafeBytes(DispatcherMessage.decodeWithVersion)
            switch content {
            case .job(let id, let stage, .article, let attempt, let budget) where stage == self.stage.name:
                // More than was asked for: no dispatcher of ours does that.
                guard queue.count < 2 * options.credit else {
                    _ = try send(.failed(id, stage: stage, .failed("the worker's queue is full")))
                    return
                }
                queue.append(
                    PendingJob(
                        id: id, attempt: attempt, budget: .milliseconds(budget),
                        frames: Array(message.frames.dropFirst())))
                arrivals.signal()
            case .job(let id, let stage, _, _, _):
                let failure = JobFailure.failed("a worker of \(self.stage.name) was given work of \(stage)")
                _ = try send(.failed(id, stage: stage, failure))
            case .heartbeat(let instance, _):
                let change = registration.heartbeat(of: instance, version: version)
                if change.isReplaced { queue.removeAll() }
                if change.wasRefused { logger.notice("the dispatcher takes this worker after all", metadata: whoItIs) }
                if change.isNew { try announce() }
            case .refused(let reason): try noteRefusal(reason, version: version)
            }
        } catch {
            logger.warning("a message of the dispatcher could not be read", metadata: ["error": "\(error)"])
        }
    }

    /// Connects to the dispatcher with other keys; what it holds goes to another worker.
    /// - Throws: `ZeroMQError`.
    package func reconnect(as identity: ClientIdentity) throws {
        try socket.reconnect(dispatch, as: identity)
        queue.removeAll()
    }

    private var whoItIs: Logger.Metadata { ["worker": "\(options.name)", "stage": "\(stage.name)"] }

    private func noteRefusal(_ reason: String, version: UInt8) throws {
        switch registration.refused(reason, version: version) {
        case .speakOlder: try announce()
        case .isNews:
            let metadata = whoItIs.merging(["reason": "\(reason)"]) { first, _ in first }
            logger.error("the dispatcher refuses this worker; it waits and asks again", metadata: metadata)
        case .isKnown: break
        }
    }

    private func announce() throws {
        let ready = registration.announcement(stage: stage.name, credit: options.credit, name: options.name)
        let told = options.figures().map { [Frame($0.encode())] } ?? []
        _ = try socket.trySend(Message(frames: [Frame(ready)] + told))
    }

    private func send(_ message: WorkerMessage) throws -> Bool {
        try socket.trySend(Message(frames: [Frame(encoded(message))]))
    }

    private func encoded(_ message: WorkerMessage) -> [UInt8] { message.encode(version: registration.version) }

    private func beat() async throws {
        // At the worker's end nobody waits for what runs: an analysis that does not stop would hold up the process.
        defer { running?.computation.finish(.failure(.failed("the worker stopped"))) }
        while true {
            try await loop.sleep(for: options.heartbeat)
            if registration.isTimeToAnnounce() { try announce() }
            giveUpStuckAnalysis()
        }
    }

    // MARK: Work

    private func work() async throws {
        while true {
            try await arrivals.wait()
            while !queue.isEmpty {
                try Task.checkCancellation()
                let job = queue.removeFirst()
                let answer = await compute(job)
                answered += 1
                var frames: [Frame]
                switch answer {
                case .layer(let layer):
                    frames = [Frame(encoded(.result(job.id, stage: stage.name))), Frame(layer)]
                case .failure(let failure):
                    frames = [Frame(encoded(.failed(job.id, stage: stage.name, failure)))]
                }
                try await socket.send(Message(frames: frames))
                // Not before the answer is sent: it counts against the article, so that the next process gets further.
                if abandoned > options.abandonedThreads {
                    throw WorkerExhausted(name: options.name, threads: abandoned)
                }
            }
        }
    }

    private func compute(_ job: PendingJob) async -> Annotation {
        let stage = stage, analyzer = analyzer, names = pipeline.stages.map(\.name)
        // Unsafe, since the checked one resumes by way of the cooperative pool; `Computation` sees to it that it
        // happens once.
        var begun: Computation?
        let result = await withUnsafeContinuation { continuation in
            let computation = Computation(continuation)
            begun = computation
            running = (job.id, clock.now(), job.budget, computation)
            thread.perform {
                computation.finish(
                    CrashNotes.during(job.id) {
                        Self.annotate(
                            job.frames, stage: stage, analyzer: analyzer, names: names, budget: job.budget)
                    })
            }
        }
        begun?.takeOver()
        running = nil
        return result
    }

    /// The watchdog: an analysis that does not look at its deadline is answered for, and its thread left behind.
    private func giveUpStuckAnalysis() {
        guard let running, running.since + running.budget + options.grace < clock.now() else { return }
        self.running = nil
        abandoned += 1
        logger.error(
            "an analysis does not stop; its thread is given up",
            metadata: ["article": "\(running.job.rawValue)", "abandoned": "\(abandoned)"])
        CrashNotes.noteBlocked(running.job)
        thread.stop()
        thread = DedicatedThread(name: options.threadName)
        running.computation.finish(.failure(.overTime))
    }

    private nonisolated static func annotate(
        _ frames: [Frame], stage: AnalysisStage, analyzer: Analyzer, names: [StageName], budget: Duration
    ) -> Annotation {
        do {
            guard let first = frames.first else { throw WireError.truncated(field: "job") }
            let article = try first.withUnsafeBytes(ArticleCodec.decode)
            // A retraction must get through whatever its text is; nothing of it is analysed.
            guard article.status == .usable else { return .layer([]) }
            var layers: [StageName: [UInt8]] = [:]
            for (name, frame) in zip(names, frames.dropFirst()) where stage.requires.contains(name) {
                layers[name] = frame.bytes
            }
            let job = AnalysisJob(
                article: article, analyzer: analyzer,
                budget: AnalysisBudget(deadline: ContinuousClock.now + budget), layers: layers)
            return .layer(try stage.annotate(job))
        } catch AnalysisError.overTime {
            return .failure(.overTime)
        } catch {
            return .failure(.failed("\(error)"))
        }
    }
}

/// A worker gave up more threads than it may.
package struct WorkerExhausted: Error, CustomStringConvertible {
    package let name: String
    package let threads: Int
    package var description: String {
        "worker \(name): \(threads) analyses did not stop; the process must be restarted"
    }
}

/// What came of a job.
private enum Annotation: Sendable {
    case layer([UInt8])
    case failure(JobFailure)
}

/// One analysis under way: answered once, by its thread or by the watchdog, whoever is first.
private final class Computation: Sendable {
    private let answered = Atomic<Bool>(false)
    private let continuation: UnsafeContinuation<Annotation, Never>

    init(_ continuation: UnsafeContinuation<Annotation, Never>) {
        self.continuation = continuation
    }

    func finish(_ result: Annotation) {
        guard !answered.exchange(true, ordering: .acquiringAndReleasing) else { return }
        continuation.resume(returning: result)
    }

    /// To be called by who has waited. The runtime orders the thread's work before this as well, but where the answer comes
    /// before the wait, it does so out of the thread sanitizer's sight.
    func takeOver() { _ = answered.load(ordering: .acquiring) }
}
