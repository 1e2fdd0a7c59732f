package import Logging
package import Pipeline
package import ZeroMQ

internal import Journal
internal import NewsFormats

/// The last stage: writes records to the record log, which acknowledges them, and only then publishes them.
package actor SinkStage {
    package struct Options: Sendable {
        package var stream: Endpoint
        /// Messages kept for a subscriber that does not read; more are dropped for it, and it replays them.
        package var highWaterMark: Int
        /// How often subscribers are told the latest sequence.
        package var streamHeartbeat: Duration
        package var name: String
        package var credit: Int
        package var heartbeat: Duration
        /// Most records that share one sync.
        package var groupCommit: Int
        /// What is told of the process with each sign of life.
        package var figures: @Sendable () -> WorkerFigures?

        package init(
            stream: Endpoint, highWaterMark: Int = 10_000, streamHeartbeat: Duration = .seconds(1),
            name: String = "sink", credit: Int = 512, heartbeat: Duration = .milliseconds(500), groupCommit: Int = 256,
            figures: @escaping @Sendable () -> WorkerFigures? = { nil }
        ) {
            self.stream = stream
            self.highWaterMark = highWaterMark
            self.streamHeartbeat = streamHeartbeat
            self.name = name
            self.credit = credit
            self.heartbeat = heartbeat
            self.groupCommit = groupCommit
            self.figures = figures
        }
    }

    /// Figures since the start.
    package struct Figures: Sendable {
        package var recorded = 0
        package var repeated = 0
        package var publications = 0
        package var subscriptions = 0
        /// From a batch's arrival to its being on disk.
        package var syncs = LatencyHistogram()
        /// Set while the disk refuses.
        package var trouble: String?
        package var lastSequence: UInt64 = 0
    }

    private var options: Options
    private let store: RecordStore
    private let loop: PollLoop
    private let jobs: Socket
    private let stream: Socket
    private let clock: StageClock
    private let logger: Logger
    private var dispatcher: UInt64?
    private var subscriptions = SubscriptionTable()
    package private(set) var figures = Figures()
    package let streamEndpoint: Endpoint

    nonisolated package var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    /// Connects to the dispatcher and binds the stream.
    /// - Throws: `ZeroMQError`.
    package init(
        options: Options, store: RecordStore, dispatch: Endpoint, context: Context, loop: PollLoop,
        clock: StageClock = .system, logger: Logger
    ) throws {
        self.options = options
        self.store = store
        self.loop = loop
        self.clock = clock
        self.logger = logger
        jobs = try Socket(.dealer, context: context, loop: loop, options: .worker)
        stream = try Socket(.xpub, context: context, loop: loop, options: .stream(options.highWaterMark))
        streamEndpoint = try stream.bind(options.stream)
        try jobs.connect(dispatch)
    }

    /// Works until cancelled.
    /// - Throws: `JournalError` when a sync failed: the process must start again from the log.
    package func run() async throws {
        defer { close() }
        figures.lastSequence = await store.range.last
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await self.receiveJobs() }
            group.addTask { try await self.receiveSubscriptions() }
            group.addTask { try await self.beat() }
            group.addTask { try await self.beatStream() }
            group.addTask { try await self.keepHouse() }
            defer { group.cancelAll() }
            try await group.next()
        }
    }

    /// Takes a new interval while running, from the next heartbeat on.
    package func setStreamHeartbeat(_ interval: Duration) { options.streamHeartbeat = interval }

    private func close() {
        _ = try? send(.goodbye)
        jobs.close()
        stream.close()
    }

    // MARK: Jobs

    private func receiveJobs() async throws {
        try announce()
        while true {
            let messages = try await jobs.receive(upTo: options.groupCommit)
            let arrival = clock.now()
            let batch = messages.compactMap(result)
            guard !batch.isEmpty else { continue }
            let stored = try await storeWithPatience(batch)
            figures.syncs.record(arrival.duration(to: clock.now()))
            try await publish(stored)
        }
    }

    private func result(_ message: Message) -> RecordStore.Result? {
        guard let header = message.frames.first else { return nil }
        do {
            switch try header.withUnsafeBytes(DispatcherMessage.decode) {
            case .job(let id, .sink, let kind, _, _):
                return RecordStore.Result(job: id, kind: kind, frames: Array(message.frames.dropFirst()))
            case .job(let id, let stage, _, _, _):
                _ = try send(.failed(id, stage: stage, .failed("the sink was given work of \(stage)")))
            case .heartbeat(let instance, _):
                if dispatcher != instance {
                    dispatcher = instance
                    try announce()
                }
            case .refused(let reason):
                logger.error("the dispatcher refuses the sink", metadata: ["reason": "\(reason)"])
            }
        } catch {
            logger.warning("a message of the dispatcher could not be read", metadata: ["error": "\(error)"])
        }
        return nil
    }

    /// A full disk is waited for: nothing is lost meanwhile, since the dispatcher gets no acknowledgement and credit
    /// runs out.
    private func storeWithPatience(_ batch: [RecordStore.Result]) async throws -> [RecordStore.Stored] {
        while true {
            do {
                let stored = try await store.store(batch, quotations: subscriptions.wants("quotation/"))
                if figures.trouble != nil { logger.notice("the disk has room again") }
                figures.trouble = nil
                return stored
            } catch let error as JournalError where error.code == .noSpace {
                if figures.trouble == nil { logger.error("no room for records", metadata: ["error": "\(error)"]) }
                figures.trouble = "\(error)"
                try await loop.sleep(for: .seconds(1))
            }
        }
    }

    /// Publishes the whole batch before it acknowledges any of it: the acknowledgement may have to wait for a
    /// dispatcher.
    private func publish(_ stored: [RecordStore.Stored]) async throws {
        for item in stored {
            for publication in item.publications {
                _ = try stream.trySend(Message(frames: [Frame(publication.topic), publication.body]))
                figures.publications += 1
            }
            // A notice of a dead letter is no record: its sequence is 0.
            guard let sequence = item.sequence, sequence > 0 else { continue }
            if item.publications.isEmpty { figures.repeated += 1 } else { figures.recorded += 1 }
            figures.lastSequence = max(figures.lastSequence, sequence)
        }
        for item in stored {
            if let sequence = item.sequence {
                try await acknowledge(.result(item.job, stage: .sink), sequence: sequence)
            } else {
                try await acknowledge(
                    .failed(item.job, stage: .sink, .failed(item.failure ?? "unknown")), sequence: nil)
            }
        }
    }

    private func acknowledge(_ message: WorkerMessage, sequence: UInt64?) async throws {
        var frames = [Frame(message.encode())]
        if let sequence {
            var writer = ByteWriter()
            writer.write(sequence)
            frames.append(Frame(writer.bytes))
        }
        try await jobs.send(Message(frames: frames))
    }

    private func announce() throws {
        var told = options.figures()
        told?.trouble = figures.trouble
        _ = try send(.ready(stage: .sink, credit: options.credit, name: options.name), payload: told?.encode())
    }

    private func send(_ message: WorkerMessage, payload: [UInt8]? = nil) throws -> Bool {
        try jobs.trySend(Message(frames: [Frame(message.encode())] + (payload.map { [Frame($0)] } ?? [])))
    }

    private func beat() async throws {
        while true {
            try await loop.sleep(for: options.heartbeat)
            try announce()
        }
    }

    // MARK: Stream

    private func receiveSubscriptions() async throws {
        while true {
            for message in try await stream.receive(upTo: 256) {
                if let frame = message.frames.first { subscriptions.note(frame.bytes) }
            }
            figures.subscriptions = subscriptions.count
        }
    }

    private func beatStream() async throws {
        while true {
            try await loop.sleep(for: options.streamHeartbeat)
            let range = await store.range
            var json = JSONWriter()
            json.beginObject()
            json.field("sequence", Int(clamping: figures.lastSequence))
            json.field("first", Int(clamping: range.first))
            json.field("time", Int(clock.calendar()))
            json.endObject()
            _ = try stream.trySend(Message(frames: [Frame("heartbeat"), Frame(json.bytes)]))
        }
    }

    private func keepHouse() async throws {
        while true {
            try await loop.sleep(for: .seconds(60))
            await store.removeOld()
        }
    }
}

extension SocketOptions {
    static func stream(_ highWaterMark: Int) -> SocketOptions {
        var options = SocketOptions()
        options.sendHighWaterMark = Int32(clamping: highWaterMark)
        options.maximumMessageBytes = 4_096
        // The last records should still leave when the service stops.
        options.linger = .seconds(1)
        return options
    }
}
