package import Authentication
package import Logging
internal import NewsFormats
package import Pipeline
package import ZeroMQ

/// The first stage: takes articles from clients, answers when they are on disk, and hands them to the dispatcher.
package actor IngestStage {
    package struct Options: Sendable {
        package var ingest: Endpoint
        package var push: Endpoint?
        /// Most articles that share one sync.
        package var groupCommit: Int
        /// Bytes after which no further article joins the sync; as many wait for the next one.
        package var groupCommitBytes: Int
        package var maximumArticleBytes: Int
        package var maximumFrames: Int
        /// Clients connected at once, at each of the two endpoints.
        package var connections: Int
        /// Who may submit.
        package var ingestAccess = ServerAccess.open
        package var pushAccess = ServerAccess.open

        package init(
            ingest: Endpoint, push: Endpoint?, groupCommit: Int = 256, groupCommitBytes: Int = 8 << 20,
            maximumArticleBytes: Int = 8 << 20, maximumFrames: Int = 16, connections: Int = 16_384
        ) {
            self.ingest = ingest
            self.push = push
            self.groupCommit = groupCommit
            self.groupCommitBytes = groupCommitBytes
            self.maximumArticleBytes = maximumArticleBytes
            self.maximumFrames = maximumFrames
            self.connections = connections
        }
    }

    /// Figures since the start.
    package struct Figures: Sendable {
        package var accepted = 0
        package var duplicate = 0
        package var busy = 0
        package var rejected = 0
        /// From a message's arrival to its receipt.
        package var receipts = LatencyHistogram()
        /// The same for those that were told "busy".
        package var refusals = LatencyHistogram()
        /// Clients at present.
        package var connections = 0
        /// Connections that were ended because there were too many.
        package var refusedConnections = 0
    }

    /// Bytes of frames before the article that come back with the receipt.
    private static let maximumEnvelopeBytes = 4_096
    /// An article of this many bytes is decoded in less than a millisecond.
    private static let shortArticleBytes = 65_536

    /// A client's message that waits for its turn at the intake log.
    private struct Arrival {
        let message: Message
        let time: Moment
    }

    private let options: Options
    private let loop: PollLoop
    private let requests: Socket
    private let pushes: Socket?
    private let store: IntakeStore
    private let dispatcher: Dispatcher
    private let clock: StageClock
    private let logger: Logger
    private let monitors: [ConnectionMonitor]
    /// Read and not yet handed to the intake log: no more than the next sync takes.
    private var waiting: [Arrival] = []
    private var waitingBytes = 0
    /// Handed to the intake log and not yet answered.
    private var underway = (articles: 0, bytes: 0)
    private let arrivals: LoopSignal
    private let room: LoopSignal
    private var counts = Figures()
    /// Messages read since the start.
    private var received = 0
    package let ingestEndpoint: Endpoint
    package let pushEndpoint: Endpoint?

    nonisolated package var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    /// Binds its sockets. `loop` must be the dispatcher's loop.
    /// - Throws: `ZeroMQError` when an endpoint is taken or not allowed.
    package init(
        options: Options, store: IntakeStore, dispatcher: Dispatcher, context: Context, loop: PollLoop,
        clock: StageClock = .system, logger: Logger
    ) throws {
        self.options = options
        self.loop = loop
        self.store = store
        self.dispatcher = dispatcher
        self.clock = clock
        self.logger = logger
        let socketOptions = SocketOptions.intake(
            articleBytes: options.maximumArticleBytes, frames: options.maximumFrames)
        arrivals = LoopSignal(loop)
        room = LoopSignal(loop)
        requests = try Socket(
            .router, context: context, loop: loop, options: socketOptions.secured(by: options.ingestAccess))
        var monitors = [
            try ConnectionMonitor(
                of: requests, name: "ingest", context: context, loop: loop, limit: options.connections)
        ]
        ingestEndpoint = try requests.bind(options.ingest)
        if let push = options.push {
            let socket = try Socket(
                .pull, context: context, loop: loop, options: socketOptions.secured(by: options.pushAccess))
            pushes = socket
            monitors.append(
                try ConnectionMonitor(of: socket, name: "push", context: context, loop: loop, limit: options.connections))
            pushEndpoint = try socket.bind(push)
        } else {
            pushes = nil
            pushEndpoint = nil
        }
        self.monitors = monitors
    }

    package var figures: Figures {
        var figures = counts
        figures.connections = monitors.reduce(0) { $0 + $1.count }
        figures.refusedConnections = monitors.reduce(0) { $0 + $1.refused }
        return figures
    }

    /// Takes articles until cancelled. Articles that were read get their receipt before it returns.
    package func run() async throws {
        defer {
            for monitor in monitors { monitor.close() }
            requests.close()
            pushes?.close()
        }
        do {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await self.receiveRequests() }
                group.addTask { try await self.commitRequests() }
                group.addTask { try await self.servePushes() }
                for index in monitors.indices { group.addTask { try await self.followConnections(index) } }
                group.addTask { try await self.keepHouse() }
                defer { group.cancelAll() }
                try await group.next()
            }
        } catch {
            try? await commitWaiting()
            throw error
        }
    }

    private func followConnections(_ index: Int) async throws { try await monitors[index].run() }

    /// Goes on until clients are silent, or for a moment: what they have sent by the time of a stop gets its receipt, and
    /// what was pushed is not dropped with the socket's queue. (To take no more connections meanwhile is not to be had:
    /// libzmq 4.3 ends those that it accepted with the endpoint's unbinding.)
    package func finish() async {
        let deadline = clock.now() + Self.farewell
        var seen = -1
        while seen != received || !waiting.isEmpty || underway.articles > 0, clock.now() < deadline {
            seen = received
            do { try await loop.sleep(for: Self.silence) } catch { return }
        }
    }

    /// How long clients that go on sending are listened to at a stop, and how short a silence ends it.
    private static var farewell: Duration { .milliseconds(50) }
    private static var silence: Duration { .milliseconds(5) }

    // MARK: Requests

    /// Reads as fast as messages come, so that they wait where they are counted and a client that finds no room hears so at
    /// once. When as much waits as one sync takes, messages stay in their connections until it is done.
    private func receiveRequests() async throws {
        while true {
            while waiting.count >= options.groupCommit || waitingBytes >= options.groupCommitBytes {
                try await room.wait()
            }
            let message = try await requests.receive()
            received += 1
            take(Arrival(message: message, time: clock.now()))
        }
    }

    private func take(_ arrival: Arrival) {
        let frames = arrival.message.frames
        // A client whose key was taken from the list while it was connected.
        guard options.ingestAccess.admits(arrival.message) else { return answer(arrival, with: Self.foreignReceipt) }
        let envelopeBytes = frames.dropFirst().dropLast().reduce(0) { $0 + $1.count }
        if envelopeBytes > Self.maximumEnvelopeBytes {
            return answer(arrival, with: Self.envelopeReceipt(envelopeBytes), withoutEnvelope: true)
        }
        let open = (articles: waiting.count + underway.articles, bytes: waitingBytes + underway.bytes)
        // A short one that is alone goes to the log, which knows duplicates; behind others it would wait for them only to hear the
        // same, and a long one takes time to decode.
        if open.articles > 0 || arrival.message.byteCount > Self.shortArticleBytes, let receipt = store.level.refusal(behind: open.articles, bytes: open.bytes) {
            return answer(arrival, with: receipt)
        }
        waiting.append(arrival)
        waitingBytes += arrival.message.byteCount
        arrivals.signal()
    }

    private static let foreignReceipt = Receipt(
        status: .rejected, reason: "this client's key may not submit articles any more")

    private static func envelopeReceipt(_ bytes: Int) -> Receipt {
        let fault = ArticleFault(
            field: "message", place: "frames before the article",
            problem: "have \(bytes) bytes, more than the \(maximumEnvelopeBytes) that come back with a receipt",
            remedy: "send the article as the last frame and only short marks before it")
        return Receipt(status: .rejected, reason: fault.description)
    }

    private func commitRequests() async throws {
        while true {
            try await arrivals.wait()
            try await commitWaiting()
        }
    }

    /// Hands what waits to the intake log and answers. What comes meanwhile waits for the next sync.
    private func commitWaiting() async throws {
        while !waiting.isEmpty {
            let batch = waiting
            underway = (batch.count, waitingBytes)
            waiting.removeAll(keepingCapacity: true)
            waitingBytes = 0
            room.signal()
            defer { underway = (0, 0) }
            let receipts = try await accept(
                batch.map { arrival in
                    let message = arrival.message
                    return Submission(
                        article: message.frames.count > 1 ? message.frames.last : nil, isTruncated: message.isTruncated,
                        wantsReceipt: true)
                })
            for (arrival, receipt) in zip(batch, receipts) { answer(arrival, with: receipt) }
        }
    }

    private func answer(_ arrival: Arrival, with receipt: Receipt, withoutEnvelope: Bool = false) {
        count(receipt)
        reply(receipt, to: arrival.message, withoutEnvelope: withoutEnvelope || arrival.message.isTruncated)
        let elapsed = arrival.time.duration(to: clock.now())
        counts.receipts.record(elapsed)
        if receipt.status == .busy { counts.refusals.record(elapsed) }
    }

    private func count(_ receipt: Receipt) {
        switch receipt.status {
        case .accepted: counts.accepted += 1
        case .duplicate: counts.duplicate += 1
        case .busy: counts.busy += 1
        case .rejected: counts.rejected += 1
        }
    }

    /// Lets new connections come with the service's present key.
    /// - Throws: `ZeroMQError` when the sockets cannot listen any more.
    package func rekey() async throws {
        try await options.ingestAccess.rekey(requests, at: ingestEndpoint)
        if let pushes, let pushEndpoint { try await options.pushAccess.rekey(pushes, at: pushEndpoint) }
    }

    /// What is there, within bounds of number and size: as many articles as share one sync.
    private func receiveBatch(_ socket: Socket) async throws -> [Message] {
        var messages = [try await socket.receive()]
        var bytes = messages[0].byteCount
        while messages.count < options.groupCommit, bytes < options.groupCommitBytes,
            let message = try socket.tryReceive()
        {
            messages.append(message)
            bytes += message.byteCount
        }
        return messages
    }

    /// The routing id and whatever the client put before the article come back before the receipt, so that a REQ
    /// socket's empty frame and a DEALER's own marks stay in place.
    private func reply(_ receipt: Receipt, to message: Message, withoutEnvelope: Bool) {
        // Of a message with too much before its article only what a REQ socket needs comes back: its routing id and empty frame.
        let hasDelimiter = message.frames.count > 1 && message.frames[1].isEmpty
        let envelope = withoutEnvelope ? message.frames.prefix(hasDelimiter ? 2 : 1) : message.frames.dropLast()
        do {
            if !(try requests.trySend(Message(frames: envelope + [Frame(receipt.encode())]))) {
                logger.debug("a client does not read its receipts")
            }
        } catch {
            logger.debug("a client left before its receipt", metadata: ["error": "\(error)"])
        }
    }

    // MARK: Pushed messages

    private func servePushes() async throws {
        guard let pushes else {
            while true { try await loop.sleep(for: .seconds(3600)) }
        }
        while true {
            let pushed = try await receiveBatch(pushes)
            received += pushed.count
            let messages = pushed.filter(options.pushAccess.admits)
            var open = messages.map { message in
                Submission(article: message.frames.last, isTruncated: message.isTruncated, wantsReceipt: false)
            }
            // Nobody can be told to come back: what finds no room waits here, and the socket's queue behind it.
            while !open.isEmpty {
                let receipts = try await accept(open)
                receipts.forEach(count)
                let waiting = zip(open, receipts).filter { $1.status == .busy }
                open = waiting.map(\.0)
                if let pause = waiting.first?.1.retryAfter { try await loop.sleep(for: pause) }
            }
        }
    }

    private func accept(_ submissions: [Submission]) async throws -> [Receipt] {
        let (receipts, accepted) = try await store.accept(submissions)
        if !accepted.isEmpty { await dispatcher.accept(accepted) }
        return receipts
    }

    private func keepHouse() async throws {
        while true {
            try await loop.sleep(for: .seconds(60))
            await store.removeFinished()
        }
    }
}

extension SocketOptions {
    /// Room for a receipt to say "too large" to messages a little over the limit; far larger ones end the connection
    /// before they take memory.
    static func intake(articleBytes: Int, frames: Int) -> SocketOptions {
        var options = SocketOptions()
        options.maximumMessageBytes = Int64(articleBytes + (1 << 20))
        options.maximumFrames = frames + 1
        // libzmq counts messages, not bytes, and for each connection: of small ones there may be more. A client that sends more
        // is held back by its own socket.
        options.receiveHighWaterMark = Int32(clamping: min(128, max(2, (1 << 20) / articleBytes)))
        // Receipts, and what clients put before their articles, for one that does not read.
        options.sendHighWaterMark = 1_000
        // The last receipts should still leave when the service stops; a client that does not read holds it up no longer.
        options.linger = .milliseconds(250)
        return options
    }
}
