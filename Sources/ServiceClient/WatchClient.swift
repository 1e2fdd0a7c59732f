package import Authentication
internal import NewsFormats
package import ZeroMQ

/// Follows the analysis stream: every record once and in order, over lost messages and restarts of the service.
package actor WatchClient {
    package enum Event: Sendable {
        /// A record's JSON.
        case record(UInt64, [UInt8])
        /// These records cannot be had any more.
        case gap(ClosedRange<UInt64>)
        /// The archive begins anew: the service runs on another state directory.
        case restarted(at: UInt64)
        /// The service is silent; the client goes on trying.
        case waiting
        /// It is heard again.
        case back
    }

    package struct Options: Sendable {
        /// First sequence wanted; nil for what comes from now on.
        package var since: UInt64?
        /// How long the stream may be silent before `.waiting`; several of its heartbeats.
        package var silence: Duration
        /// How long an answer of the archive may take.
        package var replayTimeout: Duration
        /// Before the archive is asked again for what it did not give.
        package var replayPause: Duration
        /// Told at each answer of the archive the latest record there is.
        package var onReplay: @Sendable (_ latest: UInt64) -> Void

        package init(
            since: UInt64? = nil, silence: Duration = .seconds(5), replayTimeout: Duration = .seconds(10),
            replayPause: Duration = .milliseconds(500), onReplay: @escaping @Sendable (_ latest: UInt64) -> Void = { _ in }
        ) {
            self.since = since
            self.silence = silence
            self.replayTimeout = replayTimeout
            self.replayPause = replayPause
            self.onReplay = onReplay
        }
    }

    private let options: Options
    private let loop: PollLoop
    private let stream: Socket
    private let archive: Socket
    private var cursor: StreamCursor<[UInt8]>
    private var asked: UInt64 = 0
    /// What the archive is to be asked for, and when.
    private var wanted: (from: UInt64, at: ContinuousClock.Instant)?
    /// When the request that is open is given up; nil when none is.
    private var answerDue: ContinuousClock.Instant?
    private var lastHeard = ContinuousClock.now
    private var isSilent = false

    nonisolated package var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    /// Subscribes.
    /// - Throws: `ZeroMQError`.
    package init(
        stream streamEndpoint: Endpoint, replay replayEndpoint: Endpoint, streamIdentity: ClientIdentity? = nil,
        replayIdentity: ClientIdentity? = nil, connection: ClientConnection,
        options: Options = Options()
    ) throws {
        self.options = options
        loop = connection.loop
        cursor = StreamCursor(since: options.since)
        var streamOptions = SocketOptions()
        streamOptions.receiveHighWaterMark = 10_000
        streamOptions.maximumMessageBytes = 512 << 20
        streamOptions.maximumFrames = 2
        streamOptions.reconnectInterval = .milliseconds(50)
        streamOptions.reconnectIntervalMaximum = .seconds(1)
        stream = try Socket(
            .sub, context: connection.context, loop: connection.loop,
            options: streamOptions.connecting(as: streamIdentity))
        try stream.subscribe("analysis/")
        try stream.subscribe("heartbeat")
        try stream.connect(streamEndpoint)
        archive = try Socket(
            .dealer, context: connection.context, loop: connection.loop,
            options: .asking.connecting(as: replayIdentity))
        try archive.connect(replayEndpoint)
    }

    package func close() {
        stream.close()
        archive.close()
    }

    /// Follows the stream until cancelled, or until `handle` says that it is enough.
    /// - Parameter handle: called for one event after the other; false ends.
    /// - Throws: `ZeroMQError`, `CancellationError`, and what `handle` throws.
    package func run(_ handle: @Sendable (Event) async throws -> Bool) async throws {
        lastHeard = .now
        guard try await perform(cursor.start(), handle) else { return }
        while true {
            for message in try await receive() {
                guard try await take(message, handle) else { return }
            }
            guard try await lookAtClock(handle) else { return }
        }
    }

    // MARK: Receiving

    private enum Arrival {
        case live(Message)
        case archived(Message)
    }

    /// While an answer of the archive is awaited, live messages are taken as they lie there; else they are waited for.
    private func receive() async throws -> [Arrival] {
        var arrivals: [Arrival] = []
        if answerDue != nil {
            arrivals = try await archive.receive(upTo: 1, within: .milliseconds(20)).map(Arrival.archived)
            while arrivals.count < 256, let message = try stream.tryReceive() { arrivals.append(.live(message)) }
        } else {
            let pause: Duration = wanted == nil ? .milliseconds(250) : .milliseconds(10)
            arrivals = try await stream.receive(upTo: 256, within: pause).map(Arrival.live)
        }
        return arrivals
    }

    private func take(_ arrival: Arrival, _ handle: @Sendable (Event) async throws -> Bool) async throws -> Bool {
        switch arrival {
        case .live(let message):
            guard message.frames.count == 2, let sequence = StreamMessage.sequence(of: message.frames[1].bytes) else {
                return true
            }
            guard try await heard(handle) else { return false }
            let isHeartbeat = message.frames[0].string == "heartbeat"
            let actions =
                isHeartbeat ? cursor.heartbeat(latest: sequence) : cursor.live(sequence, message.frames[1].bytes)
            return try await perform(actions, handle)
        case .archived(let message):
            guard message.frames.count >= 3, Correlation.number(message.frames[1]) == asked, answerDue != nil,
                let answer = ReplayAnswer(json: message.frames[2].bytes)
            else { return true }
            answerDue = nil
            guard try await heard(handle) else { return false }
            guard answer.error == nil else { return try await perform(cursor.replayFailed(isRefused: true), handle) }
            options.onReplay(answer.latest)
            let records = message.frames.dropFirst(3).compactMap { frame -> (sequence: UInt64, record: [UInt8])? in
                let record = frame.bytes
                return StreamMessage.sequence(of: record).map { ($0, record) }
            }
            let batch = StreamCursor<[UInt8]>.Batch(
                records: records, latest: answer.latest, oldest: answer.oldest, missing: answer.missing,
                more: answer.more)
            return try await perform(cursor.replayed(batch), handle)
        }
    }

    private func heard(_ handle: @Sendable (Event) async throws -> Bool) async throws -> Bool {
        lastHeard = .now
        guard isSilent else { return true }
        isSilent = false
        return try await handle(.back)
    }

    // MARK: Acting

    private func perform(
        _ actions: [StreamCursor<[UInt8]>.Action], _ handle: @Sendable (Event) async throws -> Bool
    ) async throws -> Bool {
        for action in actions {
            switch action {
            case .deliver(let sequence, let record):
                guard try await handle(.record(sequence, record)) else { return false }
            case .gap(let range):
                guard try await handle(.gap(range)) else { return false }
            case .restarted(let sequence):
                guard try await handle(.restarted(at: sequence)) else { return false }
            case .replay(let sequence, let isHurried):
                wanted = (sequence, isHurried ? .now : .now + options.replayPause)
            }
        }
        try ask()
        return true
    }

    private func ask() throws {
        guard let wanted, wanted.at <= .now else { return }
        var json = JSONWriter()
        json.beginObject()
        json.field("since", Int(clamping: wanted.from))
        json.endObject()
        // Without a connection it stays wanted.
        guard try archive.trySend([Frame(), Correlation.frame(asked + 1), Frame(json.bytes)]) else { return }
        asked += 1
        self.wanted = nil
        answerDue = .now + options.replayTimeout
    }

    private func lookAtClock(_ handle: @Sendable (Event) async throws -> Bool) async throws -> Bool {
        let now = ContinuousClock.now
        if let due = answerDue, due <= now {
            answerDue = nil
            guard try await perform(cursor.replayFailed(), handle) else { return false }
        }
        try ask()
        if !isSilent, lastHeard.duration(to: now) > options.silence {
            isSilent = true
            // An answer from before will not come any more: what asked for it may be gone.
            answerDue = answerDue.map { min($0, now) }
            return try await handle(.waiting)
        }
        return true
    }
}
