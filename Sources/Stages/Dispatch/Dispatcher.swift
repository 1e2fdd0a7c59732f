package import Authentication
package import Logging
package import Pipeline
package import ZeroMQ

internal import Journal

/// Hands articles from the intake log to the stages' workers and their results to the next stage. It owns the dispatch
/// socket, to which every worker and the sink connect, in this process or another.
///
/// Lives on the ingest stage's loop: both run in the process that owns the intake log.
package actor Dispatcher {
    package struct Options: Sendable {
        /// Where workers connect: one for this process (inproc), one for others.
        package var endpoints: [Endpoint]
        /// Articles between intake log and record log at once, and the bytes they may take here.
        package var inFlightArticles: Int
        package var inFlightBytes: Int
        /// How long one stage may work on one article.
        package var timeBudget: Duration
        package var heartbeat: Duration
        /// How long a stop may wait for what is in flight.
        package var drainDeadline: Duration
        package var policy: DispatchPolicy
        /// Which stages' workers may connect; those of this process always may.
        package var access = ServerAccess.open

        package init(
            endpoints: [Endpoint], inFlightArticles: Int = 1024, inFlightBytes: Int = 64 << 20,
            timeBudget: Duration = .seconds(10), heartbeat: Duration = .milliseconds(500),
            drainDeadline: Duration = .seconds(20), policy: DispatchPolicy = DispatchPolicy()
        ) {
            self.endpoints = endpoints
            self.inFlightArticles = inFlightArticles
            self.inFlightBytes = inFlightBytes
            self.timeBudget = timeBudget
            self.heartbeat = heartbeat
            self.drainDeadline = drainDeadline
            self.policy = policy
        }
    }

    /// The article and the layers that stages have added so far.
    typealias Payload = [Frame]

    var options: Options
    let store: IntakeStore
    let loop: PollLoop
    let socket: Socket
    let clock: StageClock
    let logger: Logger
    let instance: UInt64
    var state: DispatchState<Payload>
    package internal(set) var figures: DispatchFigures
    package let endpoints: [Endpoint]

    /// The next sequence of the intake log to take up; beyond `lastAccepted` when nothing waits there.
    var cursor: UInt64 = 0
    /// The last accepted sequence.
    var lastAccepted: UInt64 = 0
    /// How many are accepted and not yet taken up. A figure only: what waits is what lies between `cursor` and
    /// `lastAccepted`.
    var backlog = 0
    /// Up to here `backlog` counted the intake log when it was read at the start.
    private var recovered: UInt64 = 0
    /// Accepted before the intake log was read; nil from then on.
    private var early: [IntakeStore.Accepted]? = []
    var isLoading = false
    var completions: [(sequence: UInt64, outcome: IntakeLog.Outcome)] = []
    /// Dead letters to be written: they count as in flight, since a full disk can hold them up.
    var burials: [(sequence: UInt64, article: Frame, notice: DeadLetterNotice)] = []
    var burialBytes = 0
    /// Jobs that tell the sink of a dead letter get numbers that no article has.
    var nextNotice: UInt64 = 1 << 63
    var traces = ArticleTraces(capacity: 10_000)
    var refused = RefusedWorkers()
    /// Articles that crashed this process's predecessors.
    var crashes: [JobID: Int] = [:]
    let crashNotes: CrashNotes?
    let room: LoopSignal
    let finished: LoopSignal
    private var lastTick: Moment
    private var lastRefusal: Moment?

    nonisolated package var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    /// Binds the dispatch socket.
    /// - Parameter instance: differs after each start.
    /// - Throws: `ZeroMQError`.
    package init(
        pipeline: PipelineDefinition, options: Options, store: IntakeStore, context: Context, loop: PollLoop,
        crashNotes: CrashNotes? = nil, instance: UInt64 = .random(in: 1 ... .max), clock: StageClock = .system,
        logger: Logger
    ) throws {
        self.options = options
        self.store = store
        self.loop = loop
        room = LoopSignal(loop)
        finished = LoopSignal(loop)
        self.clock = clock
        self.logger = logger
        self.instance = instance
        self.crashNotes = crashNotes
        state = DispatchState(stages: pipeline.workNames, policy: options.policy)
        figures = DispatchFigures(stages: pipeline.workNames)
        lastTick = clock.now()
        socket = try Socket(
            .router, context: context, loop: loop, options: .dispatch.secured(by: options.access))
        var bound: [Endpoint] = []
        for endpoint in options.endpoints { bound.append(try socket.bind(endpoint)) }
        endpoints = bound
    }

    /// Takes up what the intake log holds unfinished, then works until cancelled.
    package func run() async throws {
        defer { socket.close() }
        await recover()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await self.receive() }
            group.addTask { try await self.tick() }
            group.addTask { try await self.takeUp() }
            group.addTask { try await self.settle() }
            defer { group.cancelAll() }
            try await group.next()
        }
    }

    private func recover() async {
        let notes = crashNotes?.read() ?? [:]
        for (job, count) in notes {
            if await store.isOpen(job.rawValue) { crashes[job] = count }
        }
        if crashes.isEmpty, !notes.isEmpty { crashNotes?.clear() }
        let open = await store.backlog
        backlog = open.articles
        figures.received = open.articles
        lastAccepted = open.lastSequence
        recovered = open.lastSequence
        if open.articles > 0 {
            logger.notice("taking up unfinished articles", metadata: ["count": "\(open.articles)"])
        } else {
            cursor = lastAccepted + 1
        }
        let early = early ?? []
        self.early = nil
        accept(early)
    }

    // MARK: From the ingest stage

    /// Articles of one commit, which are on disk now. They are taken up at once if there is room and they are the next
    /// of the intake log; else `takeUp` fetches them in their turn. Commits may be told of in any order.
    package func accept(_ articles: [IntakeStore.Accepted]) {
        guard early == nil else {
            early?.append(contentsOf: articles)
            return
        }
        // What the log held when it was read at the start is counted already.
        let articles = articles.filter { $0.sequence > recovered }
        guard let first = articles.first, let last = articles.last else { return }
        let isNext = first.sequence == cursor && !isLoading && hasRoom
        figures.received += articles.count
        backlog += articles.count
        lastAccepted = max(lastAccepted, last.sequence)
        // What finds no room stays on disk, behind the cursor.
        if isNext { for article in articles where hasRoom && article.sequence == cursor { admit(article) } }
        if isBehind { room.signal() }
        assignJobs()
    }

    // MARK: Workers

    private func receive() async throws {
        while true {
            let messages = try await socket.receive(upTo: 256)
            for message in messages { handle(message) }
            assignJobs()
        }
    }

    /// Reads what has arrived without waiting, so that silence is judged by what workers have said by now.
    private func receivePending() throws {
        var budget = 1_024
        while budget > 0, let message = try socket.tryReceive() {
            handle(message)
            budget -= 1
        }
    }

    private func handle(_ message: Message) {
        guard message.frames.count >= 2 else { return }
        let worker = WorkerID(message.frames[0].bytes)
        do {
            let content = try message.frames[1].withUnsafeBytes(WorkerMessage.decode)
            guard isAllowed(content, message) else { return refuse(worker, content) }
            switch content {
            case .ready(let stage, let credit, let name, let offer):
                let sender = options.access.sender(of: message)?.name
                ready(worker, stage: stage, credit: credit, name: sender.map { "\($0)/\(name)" } ?? name, offer: offer)
                if message.frames.count > 2, let told = try? message.frames[2].withUnsafeBytes(WorkerFigures.decode) {
                    state.note(told, of: worker)
                }
            case .result(let job, let stage):
                guard message.frames.count == 3 else { throw WireError.truncated(field: "result") }
                let layer = message.frames[2]
                record(
                    state.result(of: job, stage: stage, from: worker, now: clock.now()) { payload in
                        payload.append(layer)
                        return layer.count
                    })
            case .failed(let job, let stage, let failure):
                record(state.failure(of: job, stage: stage, from: worker, reason: failure.reason, now: clock.now()))
            case .goodbye:
                refused.remove(worker)
                for outcome in state.goodbye(worker, now: clock.now()) { record(outcome) }
            }
        } catch {
            if refused.note(worker, reason: "\(error)", now: clock.now()) {
                logger.warning("a worker's message could not be read", metadata: ["error": "\(error)"])
            }
            let version = message.frames[1].withUnsafeBytes { $0.first ?? 0 }
            tell(worker, .refused("\(error)"), version: max(version, 1))
        }
    }

    private func ready(_ worker: WorkerID, stage: StageName, credit: Int, name: String, offer: WireOffer) {
        do {
            let version = try WireOffer.own.agreement(with: offer)
            let isNew = !state.knows(worker)
            let isTaken = state.ready(
                worker, name: name, stage: stage, credit: min(credit, 65_536), wireVersion: version,
                release: offer.release, now: clock.now())
            guard isTaken else {
                return refuse(worker, name, stage, offer, reason: "no stage \"\(stage)\" takes work here")
            }
            guard isNew else { return }
            refused.remove(worker)
            logger.info("worker joined", metadata: ["worker": "\(name)", "stage": "\(stage)"])
            tell(worker, heartbeat)
        } catch {
            refuse(worker, name, stage, offer, reason: "\(error)")
        }
    }

    /// The worker is told why, in words that its version can read, and waits; it asks again now and then.
    private func refuse(_ worker: WorkerID, _ name: String, _ stage: StageName, _ offer: WireOffer, reason: String) {
        let isNews = refused.note(
            worker, name: name, stage: stage, release: offer.release, reason: reason, now: clock.now())
        if isNews {
            logger.error(
                "a worker is refused", metadata: ["worker": "\(name)", "stage": "\(stage)", "reason": "\(reason)"])
        }
        tell(worker, .refused(reason), version: offer.newest)
    }

    /// A worker's key allows certain stages; for others it neither gets work nor can it answer. Routing ids need no such
    /// check: libzmq gives each connection one that no other can ask for.
    private func isAllowed(_ content: WorkerMessage, _ message: Message) -> Bool {
        guard options.access.isEncrypted else { return true }
        guard let sender = options.access.sender(of: message) else { return false }
        return content.stage.map { sender.has(AccessRight(rawValue: $0.rawValue)) } ?? true
    }

    private func refuse(_ worker: WorkerID, _ content: WorkerMessage) {
        // What it holds goes to others: its key may have been taken from the list.
        for outcome in state.goodbye(worker, now: clock.now()) { record(outcome) }
        // A worker that keeps trying says it with each heartbeat.
        let now = clock.now()
        if lastRefusal.map({ $0 + .seconds(10) <= now }) ?? true {
            lastRefusal = now
            logger.warning(
                "a worker speaks as a stage that its key does not allow",
                metadata: ["stage": "\(content.stage?.rawValue ?? "")"])
        }
        tell(worker, .refused("the key of this worker may not work as that stage; see security.clients of the service"))
    }

    /// Lets new workers come with the service's present key.
    /// - Throws: `ZeroMQError` when the socket cannot listen any more.
    package func rekey() async throws {
        for endpoint in endpoints where endpoint.transport != .inproc {
            try await options.access.rekey(socket, at: endpoint)
        }
    }

    private var heartbeat: DispatcherMessage {
        .heartbeat(instance: instance, interval: Int(options.heartbeat.nanoseconds / 1_000_000))
    }

    /// - Parameter version: of the message; nil: the one that the worker is known to speak.
    private func tell(_ worker: WorkerID, _ message: DispatcherMessage, version: UInt8? = nil) {
        let version = version ?? state.wireVersion(of: worker) ?? WireVersion.current
        _ = try? socket.trySend(
            Message(frames: [Frame(worker.routingID), Frame(message.encode(version: version))]))
    }

    func assignJobs() {
        let now = clock.now()
        while let assignment = state.nextAssignment(now: now) {
            let job = assignment.job
            let header = DispatcherMessage.job(
                job.id, stage: state.stages[job.stage], kind: job.kind, attempt: assignment.attempt,
                budget: Int(options.timeBudget.nanoseconds / 1_000_000))
            let version = state.wireVersion(of: assignment.worker) ?? WireVersion.current
            let frames = [Frame(assignment.worker.routingID), Frame(header.encode(version: version))] + job.payload
            do {
                if try socket.trySend(Message(frames: frames)) { continue }
            } catch {
                logger.debug("a worker is gone", metadata: ["error": "\(error)"])
            }
            // Its connection is gone or it does not read: as good as dead, and no job is to blame.
            for outcome in state.disconnected(assignment.worker, now: now) { record(outcome) }
        }
    }

    private func tick() async throws {
        let interval = options.heartbeat / 2
        var beats = 0
        while true {
            try await loop.sleep(for: interval)
            let now = clock.now()
            if lastTick.duration(to: now) > interval + options.policy.deadAfter / 2 { state.forgiveSilence(now: now) }
            lastTick = now
            lookAtClock(now)
            try receivePending()
            for outcome in state.tick(now: clock.now()) { record(outcome) }
            refused.forgetSilent(now: now)
            beats += 1
            if beats.isMultiple(of: 2) {
                for worker in state.workerIDs { tell(worker, heartbeat) }
            }
            assignJobs()
        }
    }
}

extension Dispatcher {
    private func lookAtClock(_ now: Moment) {
        guard let jump = figures.clock.look(now: now, calendar: clock.calendar()) else { return }
        logger.warning(
            "the clock was set, or the machine slept: what is kept by its age goes by that clock",
            metadata: ["milliseconds": "\(jump.nanoseconds / 1_000_000)"])
    }
}

extension SocketOptions {
    /// Workers' credit bounds what is under way; a job for a worker that is gone must be an error, not a silent loss.
    static var dispatch: SocketOptions {
        var options = SocketOptions()
        options.routerMandatory = true
        options.maximumMessageBytes = stageMessageBytes
        options.sendHighWaterMark = 0
        options.receiveHighWaterMark = 0
        return options
    }
}
