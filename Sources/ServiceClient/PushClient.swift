package import Authentication
internal import NewsFormats
package import ZeroMQ

/// Hands articles to the service, many at a time, and waits for each receipt.
package actor PushClient {
    private let endpoint: Endpoint
    private let hasKeys: Bool
    private let loop: PollLoop
    private let socket: Socket
    /// How long the service may be silent while it owes receipts.
    private let patience: Duration
    private var window: PushWindow
    private var isExhausted = false
    private var lastHeard = ContinuousClock.now
    /// Wakes the feeder when there is room; one waiting signal is enough.
    private let room = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))

    nonisolated package var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    /// - Throws: `ZeroMQError`.
    package init(
        endpoint: Endpoint, identity: ClientIdentity? = nil, connection: ClientConnection, window: PushWindow = PushWindow(),
        patience: Duration = .seconds(15)
    ) throws {
        self.endpoint = endpoint
        self.window = window
        hasKeys = identity != nil
        self.patience = patience
        loop = connection.loop
        socket = try Socket(
            .dealer, context: connection.context, loop: connection.loop, options: .asking.connecting(as: identity))
        try socket.connect(endpoint)
    }

    package func close() { socket.close() }

    /// Articles that were sent more than once.
    package var repeated: Int { window.repeated }

    /// Pushes all articles.
    /// - Parameters:
    ///   - next: the next article, nil after the last one.
    ///   - report: called once for each article, in the order of the receipts.
    ///   - waiting: called with the service's reason when it begins to answer `busy`.
    /// - Throws: `ClientError.unreachable`; what `next` throws, after the articles before it have got their receipts.
    package func push(
        next: @escaping @Sendable () async throws -> PushItem?, report: @escaping @Sendable (PushOutcome) -> Void,
        waiting: @escaping @Sendable (_ reason: String) -> Void = { _ in }
    ) async throws {
        isExhausted = false
        lastHeard = .now
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await self.feed(next) }
            group.addTask { try await self.exchange(report, waiting) }
            defer { group.cancelAll() }
            // A failed feeder ends the input; the receipts that are owed still come.
            var failure: (any Error)?
            while true {
                do {
                    guard try await group.next() != nil else { break }
                } catch {
                    failure = failure ?? error
                    if !isExhausted || error is ClientError { throw error }
                }
            }
            if let failure { throw failure }
        }
    }

    private func feed(_ next: @Sendable () async throws -> PushItem?) async throws {
        defer { isExhausted = true }
        var signals = room.stream.makeAsyncIterator()
        while let item = try await next() {
            while !window.hasRoom {
                // The stream ends for a cancelled task.
                guard await signals.next(isolation: self) != nil else { throw CancellationError() }
            }
            try Task.checkCancellation()
            if window.isEmpty { lastHeard = .now }
            window.admit(item, at: .now)
            try sendDue()
        }
    }

    private func exchange(
        _ report: @Sendable (PushOutcome) -> Void, _ waiting: @Sendable (String) -> Void
    ) async throws {
        var isBusy = false
        while !isExhausted || !window.isEmpty {
            let messages = try await socket.receive(upTo: 64, within: pause())
            let now = ContinuousClock.now
            if !messages.isEmpty || window.isEmpty { lastHeard = now }
            for message in messages {
                guard message.frames.count == 3, let number = Correlation.number(message.frames[1]),
                    let receipt = Receipt(json: message.frames[2].bytes)
                else {
                    throw ClientError.notAnAnswer(endpoint: endpoint.description, detail: "a receipt cannot be read")
                }
                if receipt.status == .busy, !isBusy { waiting(receipt.reason ?? "no reason given") }
                isBusy = receipt.status == .busy
                if let outcome = window.receive(receipt, for: number, at: now) { report(outcome) }
            }
            if window.hasRoom { room.continuation.yield() }
            try sendDue()
            if lastHeard.duration(to: now) > patience {
                throw ClientError.unreachable(endpoint: endpoint.description, patience: patience, hasKeys: hasKeys)
            }
        }
    }

    /// How long to wait for receipts before something else is to be done. A new article or the end of the input is seen
    /// within the longest pause.
    private func pause() -> Duration {
        let longest = Duration.milliseconds(50)
        guard let due = window.nextDue else { return longest }
        return min(max(ContinuousClock.now.duration(to: due), .milliseconds(5)), longest)
    }

    /// What finds no connection stays due.
    private func sendDue() throws {
        let now = ContinuousClock.now
        for (number, article) in window.due(at: now) {
            guard try socket.trySend([Frame(), Correlation.frame(number), Frame(article)]) else { return }
            window.sent(number, at: now)
        }
    }
}
