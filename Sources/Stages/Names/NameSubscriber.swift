package import Authentication
package import LearntNames
package import Logging
package import ZeroMQ

internal import Pipeline

/// A process's copy of the learnt names, kept up to date for its attribution workers.
package actor NameSubscriber {
    /// Most operations of one message.
    static let operationsOfMessage = 256

    /// What those who analyse use.
    nonisolated package let current = CurrentNames()

    private let loop: PollLoop
    private let snapshots: Socket
    private let changes: Socket
    private let snapshotEndpoint: Endpoint
    private let changeEndpoint: Endpoint
    private let retry: Duration
    private let logger: Logger
    private var replica = NameReplica()
    private var lastAsked: Moment?
    private var hasToldOfUnreadable = false
    private let clock: StageClock
    /// Tables received since the start.
    package private(set) var received = 0

    nonisolated package var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    /// Connects to both endpoints.
    /// - Parameters:
    ///   - retry: how long an answer is waited for before the table is asked for again.
    ///   - snapshotIdentity: how the first is connected to; `changeIdentity`: the second.
    /// - Throws: `ZeroMQError`.
    package init(
        snapshots snapshotEndpoint: Endpoint, changes changeEndpoint: Endpoint, retry: Duration = .seconds(1),
        snapshotIdentity: ClientIdentity? = nil, changeIdentity: ClientIdentity? = nil, context: Context, loop: PollLoop,
        clock: StageClock = .system, logger: Logger
    ) throws {
        self.loop = loop
        self.retry = retry
        self.clock = clock
        self.logger = logger
        var asking = SocketOptions()
        asking.immediate = true
        asking.maximumMessageBytes = SocketOptions.stageMessageBytes
        snapshots = try Socket(.dealer, context: context, loop: loop, options: asking.connecting(as: snapshotIdentity))
        var hearing = SocketOptions()
        hearing.receiveHighWaterMark = 10_000
        hearing.maximumMessageBytes = SocketOptions.stageMessageBytes
        hearing.maximumFrames = Self.operationsOfMessage + 1
        changes = try Socket(.sub, context: context, loop: loop, options: hearing.connecting(as: changeIdentity))
        try changes.subscribe("")
        self.snapshotEndpoint = snapshotEndpoint
        self.changeEndpoint = changeEndpoint
        // First the changes, then the table: what changes in between is heard.
        try changes.connect(changeEndpoint)
        try snapshots.connect(snapshotEndpoint)
    }

    /// Works until cancelled.
    package func run() async throws {
        defer {
            snapshots.close()
            changes.close()
        }
        replica.beginAsking()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await self.receiveSnapshots() }
            group.addTask { try await self.receiveChanges() }
            group.addTask { try await self.keepAsking() }
            defer { group.cancelAll() }
            try await group.next()
        }
    }

    /// Connects with other keys, where any are used; what is missed meanwhile is seen by the numbers.
    /// - Throws: `ZeroMQError`.
    package func reconnect(snapshotIdentity: ClientIdentity?, changeIdentity: ClientIdentity?) throws {
        if let changeIdentity { try changes.reconnect(changeEndpoint, as: changeIdentity) }
        if let snapshotIdentity { try snapshots.reconnect(snapshotEndpoint, as: snapshotIdentity) }
    }

    /// Returns once there is a table. Nothing can be recorded before: the one who records is the one who keeps the names.
    /// - Throws: `CancellationError`.
    package func ready() async throws {
        var waited = Duration.zero
        let pause = Duration.milliseconds(20)
        while current.table == nil {
            try await loop.sleep(for: pause)
            waited += pause
            if waited == .seconds(10) { logger.warning("the learnt names are still waited for") }
        }
    }

    private func receiveSnapshots() async throws {
        while true {
            let message = try await snapshots.receive()
            guard message.frames.count >= 2, let header = header(message.frames[message.frames.count - 2]),
                header.kind == .snapshot, let body = message.frames.last
            else { continue }
            do {
                let table = try body.withUnsafeBytes(NameCodec.decodeTable)
                received += 1
                perform(replica.receive(snapshot: table, instance: header.instance))
            } catch {
                logger.warning("the learnt names could not be read", metadata: ["error": "\(error)"])
            }
        }
    }

    private func receiveChanges() async throws {
        while true {
            var isNewer = false
            // Several at once: those who analyse get the last of them.
            for message in try await changes.receive(upTo: 64) {
                switch take(message) {
                case .nothing: break
                case .publish: isNewer = true
                case .ask: perform(.ask)
                }
            }
            if isNewer { perform(.publish) }
        }
    }

    private func take(_ message: Message) -> NameReplica.Action {
        guard let frame = message.frames.first, let header = header(frame) else { return .nothing }
        switch header.kind {
        case .alive: return replica.receive(alive: header.to, instance: header.instance)
        case .changes:
            do {
                let operations = try message.frames.dropFirst().map { try $0.withUnsafeBytes(NameCodec.decode) }
                guard UInt64(operations.count) == header.to - header.from else { throw WireError.invalid(field: "changes") }
                return replica.receive(operations, from: header.from, instance: header.instance)
            } catch {
                logger.warning("a change of the learnt names could not be read", metadata: ["error": "\(error)"])
                return .nothing
            }
        case .request, .snapshot: return .nothing
        }
    }

    private func header(_ frame: Frame) -> NameMessage? {
        do {
            return try frame.withUnsafeBytes(NameMessage.decode)
        } catch {
            // Such a service says the same again and again.
            if !hasToldOfUnreadable {
                logger.error("what the keeper of the learnt names says cannot be read", metadata: ["error": "\(error)"])
            }
            hasToldOfUnreadable = true
            return nil
        }
    }

    private func perform(_ action: NameReplica.Action) {
        switch action {
        case .nothing: break
        case .publish: if let table = replica.table { current.set(table) }
        case .ask: ask()
        }
    }

    private func ask() {
        replica.beginAsking()
        let question = Message(frames: [Frame(NameMessage(.request).encode())])
        // Not sent where nobody is connected yet: then soon again.
        if (try? snapshots.trySend(question)) == true { lastAsked = clock.now() }
    }

    /// Asks at the start, and again where a question or its answer was lost.
    private func keepAsking() async throws {
        while true {
            if replica.isAsking, lastAsked.map({ $0 + retry <= clock.now() }) ?? true { ask() }
            try await loop.sleep(for: current.table == nil ? min(retry, .milliseconds(50)) : retry)
        }
    }
}
