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
        /// Bytes after which no further article joins the sync.
        package var groupCommitBytes: Int
        package var maximumArticleBytes: Int
        package var maximumFrames: Int

        package init(
            ingest: Endpoint, push: Endpoint?, groupCommit: Int = 256, groupCommitBytes: Int = 16 << 20,
            maximumArticleBytes: Int = 8 << 20, maximumFrames: Int = 16
        ) {
            self.ingest = ingest
            self.push = push
            self.groupCommit = groupCommit
            self.groupCommitBytes = groupCommitBytes
            self.maximumArticleBytes = maximumArticleBytes
            self.maximumFrames = maximumFrames
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
    }

    private let options: Options
    private let loop: PollLoop
    private let requests: Socket
    private let pushes: Socket?
    private let store: IntakeStore
    private let dispatcher: Dispatcher
    private let clock: StageClock
    private let logger: Logger
    package private(set) var figures = Figures()
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
        requests = try Socket(.router, context: context, loop: loop, options: socketOptions)
        ingestEndpoint = try requests.bind(options.ingest)
        if let push = options.push {
            let socket = try Socket(.pull, context: context, loop: loop, options: socketOptions)
            pushes = socket
            pushEndpoint = try socket.bind(push)
        } else {
            pushes = nil
            pushEndpoint = nil
        }
    }

    /// Takes articles until cancelled. Articles that were read get their receipt before it returns.
    package func run() async throws {
        defer {
            requests.close()
            pushes?.close()
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await self.serveRequests() }
            group.addTask { try await self.servePushes() }
            group.addTask { try await self.keepHouse() }
            defer { group.cancelAll() }
            try await group.next()
        }
    }

    /// Goes on until clients are silent, or for a moment: what they have sent by the time of a stop gets its receipt, and
    /// what was pushed is not dropped with the socket's queue. (To take no more connections meanwhile is not to be had:
    /// libzmq 4.3 ends those that it accepted with the endpoint's unbinding.)
    package func finish() async {
        let deadline = clock.now() + Self.farewell
        var seen = -1
        while seen != received, clock.now() < deadline {
            seen = received
            do { try await loop.sleep(for: Self.silence) } catch { return }
        }
    }

    /// How long clients that go on sending are listened to at a stop, and how short a silence ends it.
    private static var farewell: Duration { .milliseconds(50) }
    private static var silence: Duration { .milliseconds(5) }

    private func serveRequests() async throws {
        while true {
            let messages = try await receiveBatch(requests)
            received += messages.count
            let arrival = clock.now()
            let submissions = messages.map { message in
                Submission(
                    article: message.frames.count > 1 ? message.frames.last : nil, isTruncated: message.isTruncated,
                    wantsReceipt: true)
            }
            let receipts = try await accept(submissions)
            for (message, receipt) in zip(messages, receipts) { reply(receipt, to: message) }
            let elapsed = arrival.duration(to: clock.now())
            for _ in receipts { figures.receipts.record(elapsed) }
        }
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
    private func reply(_ receipt: Receipt, to message: Message) {
        // Of a message with too many frames only what a REQ socket needs comes back: its routing id and empty frame.
        let hasDelimiter = message.frames.count > 1 && message.frames[1].isEmpty
        let envelope = message.isTruncated ? message.frames.prefix(hasDelimiter ? 2 : 1) : message.frames.dropLast()
        do {
            if !(try requests.trySend(Message(frames: envelope + [Frame(receipt.encode())]))) {
                logger.debug("a client does not read its receipts")
            }
        } catch {
            logger.debug("a client left before its receipt", metadata: ["error": "\(error)"])
        }
    }

    private func servePushes() async throws {
        guard let pushes else {
            while true { try await loop.sleep(for: .seconds(3600)) }
        }
        while true {
            let messages = try await receiveBatch(pushes)
            received += messages.count
            var open = messages.map { message in
                Submission(article: message.frames.last, isTruncated: message.isTruncated, wantsReceipt: false)
            }
            // Nobody can be told to come back: what finds no room waits here, and the socket's queue behind it.
            while !open.isEmpty {
                let receipts = try await accept(open)
                let waiting = zip(open, receipts).filter { $1.status == .busy }
                open = waiting.map(\.0)
                if let pause = waiting.first?.1.retryAfter { try await loop.sleep(for: pause) }
            }
        }
    }

    private func accept(_ submissions: [Submission]) async throws -> [Receipt] {
        let (receipts, accepted) = try await store.accept(submissions)
        for receipt in receipts {
            switch receipt.status {
            case .accepted: figures.accepted += 1
            case .duplicate: figures.duplicate += 1
            case .busy: figures.busy += 1
            case .rejected: figures.rejected += 1
            }
        }
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
        // Counted by libzmq for each connection: a client that sends more is held back by its own socket.
        options.receiveHighWaterMark = 128
        options.sendHighWaterMark = 10_000
        // The last receipts should still leave when the service stops; a client that does not read holds it up no longer.
        options.linger = .milliseconds(250)
        return options
    }
}
