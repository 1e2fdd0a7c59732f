package import Authentication
package import Logging
package import Pipeline
package import ZeroMQ

internal import Journal
internal import NewsFormats

/// The last stage: writes records to the record log, which acknowledges them, and only then publishes them.
package actor SinkStage {
    package struct Options: Sendable {
        package var stream: Endpoint
        /// The same for subscribers in this process, whose messages need not be copied; nil where there are none.
        package var streamInProcess: Endpoint?
        /// Messages kept for a subscriber that does not read; more are dropped for it, and it replays them.
        package var highWaterMark: Int
        /// Bytes kept for all subscribers together.
        package var queueBytes: Int
        /// How often subscribers are told the latest sequence.
        package var streamHeartbeat: Duration
        package var name: String
        package var credit: Int
        package var heartbeat: Duration
        /// Most records that share one sync.
        package var groupCommit: Int
        /// Bytes of articles and layers after which no further record joins the sync.
        package var groupCommitBytes: Int
        /// Who may subscribe.
        package var access = ServerAccess.open
        /// How the dispatcher is connected to.
        package var identity: ClientIdentity?
        /// What is told of the process with each sign of life.
        package var figures: @Sendable () -> WorkerFigures?

        package init(
            stream: Endpoint, streamInProcess: Endpoint? = nil, highWaterMark: Int = 10_000, queueBytes: Int = 256 << 20,
            streamHeartbeat: Duration = .seconds(1), name: String = "sink", credit: Int = 512,
            heartbeat: Duration = .milliseconds(500), groupCommit: Int = 256, groupCommitBytes: Int = 8 << 20,
            figures: @escaping @Sendable () -> WorkerFigures? = { nil }
        ) {
            self.stream = stream
            self.streamInProcess = streamInProcess
            self.highWaterMark = highWaterMark
            self.queueBytes = queueBytes
            self.streamHeartbeat = streamHeartbeat
            self.name = name
            self.credit = credit
            self.heartbeat = heartbeat
            self.groupCommit = groupCommit
            self.groupCommitBytes = groupCommitBytes
            self.figures = figures
        }
    }

    /// Figures since the start.
    package struct Figures: Sendable {
        package var recorded = 0
        package var repeated = 0
        package var publications = 0
        /// Messages that no subscriber got live, since there was no room.
        package var unpublished = 0
        package var subscriptions = 0
        /// Bytes held for subscribers.
        package var queuedBytes = 0
        package var connections = 0
        /// Subscribers that were disconnected, since they did not read.
        package var disconnected = 0
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
    private let dispatch: Endpoint
    private let monitor: ConnectionMonitor
    private let bound: SendQueueBound
    private let clock: StageClock
    private let logger: Logger
    private var registration = WorkerRegistration()
    private var subscriptions = SubscriptionTable()
    private var counts = Figures()
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
        self.dispatch = dispatch
        jobs = try Socket(.dealer, context: context, loop: loop, options: .worker.connecting(as: options.identity))
        stream = try Socket(
            .xpub, context: context, loop: loop, options: .stream(options.highWaterMark).secured(by: options.access))
        monitor = try ConnectionMonitor(of: stream, name: "stream", context: context, loop: loop)
        bound = SendQueueBound(monitor, gauge: store.published, limit: options.queueBytes)
        if let endpoint = options.streamInProcess { try stream.bind(endpoint) }
        streamEndpoint = try stream.bind(options.stream)
        try jobs.connect(dispatch)
    }

    package var figures: Figures {
        var figures = counts
        figures.queuedBytes = bound.gauge.bytes
        figures.connections = monitor.count
        figures.disconnected = monitor.disconnected
        return figures
    }

    /// Works until cancelled.
    /// - Throws: `JournalError` when a sync failed: the process must start again from the log.
    package func run() async throws {
        defer { close() }
        counts.lastSequence = await store.range.last
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await self.receiveJobs() }
            group.addTask { try await self.receiveSubscriptions() }
            group.addTask { try await self.followConnections() }
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
        monitor.close()
        stream.close()
    }

    private func followConnections() async throws { try await monitor.run() }

    // MARK: Jobs

    private func receiveJobs() async throws {
        try announce()
        while true {
            let messages = try await receiveBatch()
            let arrival = clock.now()
            let batch = messages.compactMap(result)
            guard !batch.isEmpty else { continue }
            var stored = try await storeWithPatience(batch)
            counts.syncs.record(arrival.duration(to: clock.now()))
            try await publish(&stored)
            try await acknowledge(stored)
        }
    }

    /// What is there, within bounds of number and size: as many records as share one sync.
    private func receiveBatch() async throws -> [Message] {
        var messages = [try await jobs.receive()]
        var bytes = messages[0].byteCount
        while messages.count < options.groupCommit, bytes < options.groupCommitBytes, let message = try jobs.tryReceive() {
            messages.append(message)
            bytes += message.byteCount
        }
        return messages
    }

    private func result(_ message: Message) -> RecordStore.Result? {
        guard let header = message.frames.first else { return nil }
        do {
            let (content, version) = try header.withUnsafeBytes(DispatcherMessage.decodeWithVersion)
            switch content {
            case .job(let id, .sink, let kind, _, _):
                return RecordStore.Result(job: id, kind: kind, frames: Array(message.frames.dropFirst()))
            case .job(let id, let stage, _, _, _):
                _ = try send(.failed(id, stage: stage, .failed("the sink was given work of \(stage)")))
            case .heartbeat(let instance, _):
                let change = registration.heartbeat(of: instance, version: version)
                if change.wasRefused { logger.notice("the dispatcher takes the sink after all") }
                if change.isNew { try announce() }
            case .refused(let reason): try noteRefusal(reason, version: version)
            }
        } catch {
            logger.warning("a message of the dispatcher could not be read", metadata: ["error": "\(error)"])
        }
        return nil
    }

    /// A disk that is full or can only be read is waited for: nothing is lost meanwhile, since the dispatcher gets no acknowledgement and credit
    /// runs out.
    private func storeWithPatience(_ batch: [RecordStore.Result]) async throws -> [RecordStore.Stored] {
        while true {
            do {
                let stored = try await store.store(batch, quotations: subscriptions.wants("quotation/"))
                if counts.trouble != nil { logger.notice("records are written again") }
                counts.trouble = nil
                return stored
            } catch let error as JournalError where error.isPassing {
                if counts.trouble == nil {
                    logger.error("no record is written until the disk takes it", metadata: ["error": "\(error)"])
                }
                counts.trouble = "\(error)"
                try await loop.sleep(for: .seconds(1))
            }
        }
    }

    /// Publishes the whole batch before any of it is acknowledged: the acknowledgement may have to wait for a dispatcher. Each
    /// message is let go as soon as it is sent, so that what is held is held for subscribers.
    private func publish(_ stored: inout [RecordStore.Stored]) async throws {
        var unsentBytes = stored.reduce(0) { $0 + $1.publications.reduce(0) { $0 + $1.body.count } }
        for index in stored.indices {
            var publications = stored[index].publications
            stored[index].publications = []
            // A notice of a dead letter is no record: its sequence is 0.
            if let sequence = stored[index].sequence, sequence > 0 {
                if publications.isEmpty { counts.repeated += 1 } else { counts.recorded += 1 }
                counts.lastSequence = max(counts.lastSequence, sequence)
            }
            publications.reverse()
            while let publication = publications.popLast() {
                let hasRoom = try await awaitRoom(besides: unsentBytes)
                unsentBytes -= publication.body.count
                guard hasRoom else {
                    counts.unpublished += 1
                    continue
                }
                _ = try stream.trySend(Message(frames: [Frame(publication.topic), publication.body]))
                counts.publications += 1
            }
        }
    }

    /// Waits a moment for the subscribers: whoever is only a little behind catches up, and who does not read is disconnected.
    /// - Returns: false when that made no room. The message then goes to nobody; subscribers see the gap and ask for it.
    private func awaitRoom(besides own: Int) async throws -> Bool {
        var tries = 60
        while !bound.hasRoom(besides: own) {
            guard tries > 0 else { return false }
            tries -= 1
            try await loop.sleep(for: .milliseconds(5))
        }
        return true
    }

    private func acknowledge(_ stored: [RecordStore.Stored]) async throws {
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
        var frames = [Frame(message.encode(version: registration.version))]
        if let sequence {
            var writer = ByteWriter()
            writer.write(sequence)
            frames.append(Frame(writer.bytes))
        }
        try await jobs.send(Message(frames: frames))
    }

    private func noteRefusal(_ reason: String, version: UInt8) throws {
        switch registration.refused(reason, version: version) {
        case .speakOlder: try announce()
        case .isNews:
            logger.error(
                "the dispatcher refuses the sink; it waits and asks again",
                metadata: ["worker": "\(options.name)", "reason": "\(reason)"])
        case .isKnown: break
        }
    }

    private func announce() throws {
        let ready = registration.announcement(stage: .sink, credit: options.credit, name: options.name)
        var told = options.figures()
        told?.trouble = counts.trouble
        _ = try jobs.trySend(Message(frames: [Frame(ready)] + (told.map { [Frame($0.encode())] } ?? [])))
    }

    private func send(_ message: WorkerMessage) throws -> Bool {
        try jobs.trySend(Message(frames: [Frame(message.encode(version: registration.version))]))
    }

    private func beat() async throws {
        while true {
            try await loop.sleep(for: options.heartbeat)
            if registration.isTimeToAnnounce() { try announce() }
        }
    }

    // MARK: Stream

    private func receiveSubscriptions() async throws {
        while true {
            for message in try await stream.receive(upTo: 256) {
                if let frame = message.frames.first { subscriptions.note(frame.bytes) }
            }
            counts.subscriptions = subscriptions.count
        }
    }

    /// Closes all subscribers' connections and listens anew with the service's present key. Subscribers come back by
    /// themselves and replay what they missed, but for those whose key is not let in any more.
    /// - Throws: `ZeroMQError` when the socket cannot listen any more.
    package func rekey() async throws { try await options.access.rekey(stream, at: streamEndpoint) }

    /// Connects to the dispatcher with other keys.
    /// - Throws: `ZeroMQError`.
    package func reconnect(as identity: ClientIdentity) throws {
        try jobs.reconnect(dispatch, as: identity)
    }

    private func beatStream() async throws {
        while true {
            try await loop.sleep(for: options.streamHeartbeat)
            let range = await store.range
            var json = JSONWriter()
            json.beginObject()
            json.field("sequence", Int(clamping: counts.lastSequence))
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
        // The last records should still leave when the service stops; who does not read them asks replay for them.
        options.linger = .milliseconds(250)
        return options
    }
}
