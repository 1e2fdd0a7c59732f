import Authentication
import Logging
import Testing
import ZeroMQ

/// A context with a handler, a server socket and clients, over real TCP.
actor Guarded {
    let context: Context
    let loop: PollLoop
    let handlerLoop: PollLoop
    let keys: CurveKeyPair
    let control: AccessControl
    let access: ServerAccess
    var server: Socket
    let endpoint: Endpoint
    private var clients: [Socket] = []

    nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    static func make(_ clients: [AllowList.Client], domain: AccessDomain = .ingest) async throws -> Guarded {
        let loop = try PollLoop(name: "guarded")
        return try await Home(loop).perform { try Guarded(clients, domain: domain, loop: loop) }
    }

    private init(_ clients: [AllowList.Client], domain: AccessDomain, loop: PollLoop) throws {
        self.loop = loop
        context = try Context()
        handlerLoop = try PollLoop(name: "handler")
        keys = try .generate()
        control = try AccessControl(keys: keys, list: AllowList(clients))
        access = ServerAccess(control: control, domain: domain, handshakeTime: .milliseconds(500))
        server = try Socket(.pull, context: context, loop: loop, options: SocketOptions().secured(by: access))
        endpoint = try server.bind(Endpoint("tcp://127.0.0.1:*"))
    }

    func handler() throws -> ZAPHandler {
        try ZAPHandler(
            control: control, context: context, loop: handlerLoop, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    /// Connects a client that sends one message.
    func push(_ text: String, as identity: ClientIdentity?) throws {
        var options = SocketOptions()
        options.reconnectInterval = .milliseconds(20)
        options.reconnectIntervalMaximum = .milliseconds(50)
        let client = try Socket(.push, context: context, loop: loop, options: options.connecting(as: identity))
        try client.connect(endpoint)
        _ = try client.trySend(Message(text))
        clients.append(client)
    }

    /// Sends by the client that was made first.
    func pushAgain(_ text: String) throws -> Bool { try clients[0].trySend(Message(text)) }

    func reconnectFirst(as identity: ClientIdentity) throws { try clients[0].reconnect(endpoint, as: identity) }

    func receive(within limit: Duration) async throws -> Message? { try await server.receive(upTo: 1, within: limit).first }

    func rekey(_ keys: CurveKeyPair, _ clients: [AllowList.Client]) async throws -> AccessControl.Change {
        let change = control.replace(keys: keys, list: AllowList(clients))
        try await access.rekey(server, at: endpoint)
        return change
    }

    func close() {
        for client in clients { client.close() }
        server.close()
        loop.stop()
        handlerLoop.stop()
        _ = context.terminate(within: .seconds(2))
    }

    private actor Home {
        private let loop: PollLoop
        nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }
        init(_ loop: PollLoop) { self.loop = loop }
        func perform<Value: Sendable>(_ body: @Sendable () throws -> Value) rethrows -> Value { try body() }
    }
}

@Suite struct ZAPHandlerTests {
    private let friend: CurveKeyPair
    private let stranger: CurveKeyPair

    init() throws {
        friend = try .generate()
        stranger = try .generate()
    }

    private var list: [AllowList.Client] { [.init(name: "friend", publicKey: friend.publicKey, rights: [.ingest])] }

    private func identity(_ keys: CurveKeyPair, of service: CurveKeyPair) -> ClientIdentity {
        ClientIdentity(serviceKey: service.publicKey, keys: keys)
    }

    /// Runs the handler while `body` runs.
    private func handling(_ guarded: Guarded, _ body: @Sendable () async throws -> Void) async throws {
        let handler = try await guarded.handler()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await handler.run() }
            defer { group.cancelAll() }
            try await body()
        }
    }

    @Test(.timeLimit(.minutes(1))) func letsInKnownKeysAlone() async throws {
        let guarded = try await Guarded.make(list)
        try await handling(guarded) {
            try await guarded.push("stranger", as: identity(stranger, of: guarded.keys))
            try await guarded.push("wrong service", as: identity(friend, of: stranger))
            try await guarded.push("plain", as: nil)
            try await guarded.push("friend", as: identity(friend, of: guarded.keys))
            let message = try #require(try await guarded.receive(within: .seconds(10)))
            #expect(message == "friend")
            #expect(guarded.access.sender(of: message)?.name == "friend")
            #expect(message.frames[0].metadata("User-Id") == CurveKey.text(friend.publicKey))
            #expect(try await guarded.receive(within: .milliseconds(300)) == nil)
        }
        await guarded.close()
    }

    /// Without a handler nobody gets in, not even who may: the socket enforces its domain.
    @Test(.timeLimit(.minutes(1))) func withoutAHandlerNobodyGetsIn() async throws {
        let guarded = try await Guarded.make(list)
        try await guarded.push("friend", as: identity(friend, of: guarded.keys))
        try await guarded.push("stranger", as: identity(stranger, of: guarded.keys))
        #expect(try await guarded.receive(within: .seconds(1)) == nil)
        await guarded.close()
    }

    @Test(.timeLimit(.minutes(1))) func afterAHandlersEndNobodyNewGetsIn() async throws {
        let guarded = try await Guarded.make(list)
        try await handling(guarded) {
            try await guarded.push("friend", as: identity(friend, of: guarded.keys))
            #expect(try await guarded.receive(within: .seconds(10)) == "friend")
        }
        try await guarded.push("stranger", as: identity(stranger, of: guarded.keys))
        #expect(try await guarded.receive(within: .seconds(1)) == nil)
        // The handler that comes after decides again; the stranger is still none.
        try await handling(guarded) {
            try await guarded.push("friend again", as: identity(friend, of: guarded.keys))
            #expect(try await guarded.receive(within: .seconds(10)) == "friend again")
            #expect(try await guarded.receive(within: .milliseconds(300)) == nil)
        }
        await guarded.close()
    }

    /// Bound, but it answers after the handshake's time, or never: refused as well.
    @Test(.timeLimit(.minutes(1))) func aHandlerThatDoesNotAnswerLetsNobodyIn() async throws {
        let guarded = try await Guarded.make(list)
        let handler = try await guarded.handler()
        try await guarded.push("stranger", as: identity(stranger, of: guarded.keys))
        #expect(try await guarded.receive(within: .seconds(1)) == nil)
        // Late, it answers a pile of old questions first.
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await handler.run() }
            defer { group.cancelAll() }
            try await guarded.push("friend", as: identity(friend, of: guarded.keys))
            #expect(try await guarded.receive(within: .seconds(10)) == "friend")
            #expect(try await guarded.receive(within: .milliseconds(300)) == nil)
        }
        await guarded.close()
    }

    @Test(.timeLimit(.minutes(1))) func aKeyThatIsTakenAwayCountsNoMore() async throws {
        let guarded = try await Guarded.make(list)
        try await handling(guarded) {
            try await guarded.push("first", as: identity(friend, of: guarded.keys))
            let first = try #require(try await guarded.receive(within: .seconds(10)))
            #expect(guarded.access.admits(first))
            let change = guarded.control.replace(
                keys: guarded.keys, list: AllowList([.init(name: "friend", publicKey: stranger.publicKey, rights: [.ingest])]))
            #expect(change.revoked == [.ingest])
            #expect(!change.isRekeyed)
            // The connection lives, its messages are known to come from nobody; the new key is in.
            #expect(try await guarded.pushAgain("second"))
            let second = try #require(try await guarded.receive(within: .seconds(10)))
            #expect(!guarded.access.admits(second))
            try await guarded.push("third", as: identity(stranger, of: guarded.keys))
            let third = try #require(try await guarded.receive(within: .seconds(10)))
            #expect(guarded.access.sender(of: third)?.name == "friend")
        }
        await guarded.close()
    }

    @Test(.timeLimit(.minutes(1))) func theServicesKeyChanges() async throws {
        let guarded = try await Guarded.make(list)
        let next = try CurveKeyPair.generate()
        try await handling(guarded) {
            try await guarded.push("first", as: identity(friend, of: guarded.keys))
            #expect(try await guarded.receive(within: .seconds(10)) == "first")
            let change = try await guarded.rekey(next, list)
            #expect(change.isRekeyed && change.revoked.isEmpty)
            try await guarded.push("old key", as: identity(friend, of: guarded.keys))
            #expect(try await guarded.receive(within: .milliseconds(300)) == nil)
            try await guarded.push("new key", as: identity(friend, of: next))
            #expect(try await guarded.receive(within: .seconds(10)) == "new key")
            // A client that connects again with the new key is in.
            try await guarded.reconnectFirst(as: identity(friend, of: next))
            #expect(try await guarded.pushAgain("back"))
            #expect(try await guarded.receive(within: .seconds(10)) == "back")
        }
        await guarded.close()
    }

    @Test func partsOfOneProcessKnowEachOther() async throws {
        let guarded = try await Guarded.make([], domain: .stream)
        try await handling(guarded) {
            try await guarded.push("page", as: guarded.access.ownIdentity)
            #expect(try await guarded.receive(within: .seconds(10)) == "page")
        }
        await guarded.close()
        #expect(ServerAccess.open.ownIdentity == nil)
        #expect(ServerAccess.open.admits("anything"))
    }
}
