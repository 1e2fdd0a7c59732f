package import Authentication
internal import LearntNames
package import Logging
package import ZeroMQ

internal import NewsFormats

/// Hands the learnt names to workers: whole on request, and every change after that.
package actor NameServer {
    package struct Options: Sendable {
        /// Where the table is asked for.
        package var snapshots: Endpoint
        /// Where changes are published.
        package var changes: Endpoint
        /// How often records are looked for, and changes published.
        package var interval: Duration
        /// How often workers are told the version when nothing changes.
        package var heartbeat: Duration
        /// Whether workers are given one version only: then changes are not published.
        package var isPinned: Bool
        /// Whether it listens at `inProcess` too.
        package var hasNeighbours = false
        /// Who may ask for the table, and who may hear of its changes.
        package var snapshotAccess = ServerAccess.open
        package var changeAccess = ServerAccess.open

        package init(
            snapshots: Endpoint, changes: Endpoint, interval: Duration = .milliseconds(200),
            heartbeat: Duration = .seconds(1), isPinned: Bool = false
        ) {
            self.snapshots = snapshots
            self.changes = changes
            self.interval = interval
            self.heartbeat = heartbeat
            self.isPinned = isPinned
        }
    }

    private let options: Options
    private let keeper: NameKeeper
    private let loop: PollLoop
    private let snapshots: Socket
    private let changes: Socket
    private let snapshotEndpoint: Endpoint
    private let changeEndpoint: Endpoint
    private let logger: Logger
    private let instance = UInt64.random(in: 1 ... .max)
    private var version: UInt64 = 0
    private var hasToldOfUnreadable = false
    /// Tables handed out since the start.
    package private(set) var served = 0

    nonisolated package var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    /// Binds both endpoints.
    /// - Throws: `ZeroMQError`.
    package init(options: Options, keeper: NameKeeper, context: Context, loop: PollLoop, logger: Logger) throws {
        self.options = options
        self.keeper = keeper
        self.loop = loop
        self.logger = logger
        var asking = SocketOptions()
        asking.maximumMessageBytes = 1 << 20
        asking.maximumFrames = 17
        asking.sendHighWaterMark = 64
        snapshots = try Socket(
            .router, context: context, loop: loop, options: asking.secured(by: options.snapshotAccess))
        var telling = SocketOptions()
        telling.sendHighWaterMark = 10_000
        telling.maximumMessageBytes = 4_096
        changes = try Socket(
            .pub, context: context, loop: loop, options: telling.secured(by: options.changeAccess))
        snapshotEndpoint = try snapshots.bind(options.snapshots)
        changeEndpoint = try changes.bind(options.changes)
        if options.hasNeighbours {
            _ = try snapshots.bind(Endpoint(Self.inProcess.snapshots))
            _ = try changes.bind(Endpoint(Self.inProcess.changes))
        }
    }

    /// Where workers of the same process connect: there is nothing to prove.
    package static let inProcess = (snapshots: "inproc://names", changes: "inproc://names-changes")

    /// Lets new connections come with the service's present key.
    /// - Throws: `ZeroMQError` when the sockets cannot listen any more.
    package func rekey() async throws {
        try await options.snapshotAccess.rekey(snapshots, at: snapshotEndpoint)
        try await options.changeAccess.rekey(changes, at: changeEndpoint)
    }

    /// Works until cancelled, then learns from what was recorded last.
    /// - Throws: `JournalError` when a sync failed: the process must start again from the log.
    package func run() async throws {
        defer {
            snapshots.close()
            changes.close()
        }
        version = await keeper.served.version
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await self.answerRequests() }
            group.addTask { try await self.publishChanges() }
            group.addTask { try await self.beat() }
            defer { group.cancelAll() }
            try await group.next()
        }
    }

    private func answerRequests() async throws {
        while true {
            let message = try await snapshots.receive()
            guard !message.isTruncated, message.frames.count > 1, let frame = message.frames.last,
                options.snapshotAccess.admits(message)
            else { continue }
            guard let reply = await reply(to: frame) else { continue }
            do {
                _ = try snapshots.trySend(Message(frames: message.frames.dropLast() + reply))
            } catch {
                logger.debug("a worker that asked for names left", metadata: ["error": "\(error)"])
            }
        }
    }

    private func reply(to frame: Frame) async -> [Frame]? {
        do {
            guard try frame.withUnsafeBytes(NameMessage.decode).kind == .request else { return nil }
        } catch {
            // Whoever asks so asks again every second.
            if !hasToldOfUnreadable {
                logger.warning("a question for the learnt names cannot be read", metadata: ["error": "\(error)"])
            }
            hasToldOfUnreadable = true
            return nil
        }
        let table = await keeper.served
        let bytes = await keeper.encode(table)
        served += 1
        let header = NameMessage(.snapshot, instance: instance, from: table.version, to: table.version)
        return [Frame(header.encode()), Frame(bytes)]
    }

    private func publishChanges() async throws {
        while true {
            let (changes, isBehind) = try await keeper.follow()
            if !changes.operations.isEmpty, !options.isPinned { try publish(changes) }
            if !isBehind { try await loop.sleep(for: options.interval) }
        }
    }

    private func publish(_ all: NameKeeper.Changes) throws {
        var from = all.from
        var rest = all.operations[...]
        while !rest.isEmpty {
            let part = rest.prefix(NameSubscriber.operationsOfMessage)
            rest = rest.dropFirst(part.count)
            let to = from + UInt64(part.count)
            let header = NameMessage(.changes, instance: instance, from: from, to: to)
            _ = try changes.trySend(
                Message(frames: [Frame(header.encode())] + part.map { Frame(NameCodec.encode($0)) }))
            from = to
        }
        version = from
    }

    private func beat() async throws {
        while true {
            try await loop.sleep(for: options.heartbeat)
            let header = NameMessage(.alive, instance: instance, from: version, to: version)
            _ = try changes.trySend(Message(frames: [Frame(header.encode())]))
        }
    }
}

extension NameKeeper {
    /// On the keeper's thread, since a large table takes a while.
    func encode(_ table: NameTable) -> [UInt8] { NameCodec.encode(table) }
}
