import Testing
import ZeroMQ

@Suite(.serialized, .timeLimit(.minutes(1)))
struct SocketTests {
    /// A request and its echo, of several shapes, over a transport.
    @Test(arguments: TestTransport.allCases)
    func echo(_ transport: TestTransport) async throws {
        let bench = try Bench()
        defer { bench.stop() }
        let server = try Peer(.router, bench.context, bench.loop, bind: transport.endpoint())
        defer { remove(server.endpoint) }
        let client = try Peer(.dealer, bench.context, bench.otherLoop, connect: server.endpoint)
        let echo = Task { try await server.echo() }
        let large = Frame((0..<(1 << 20)).map { UInt8(truncatingIfNeeded: $0 / 7) })
        let messages: [Message] = [
            ["hello"], ["a", "", "c"], [""], [large], [large, "tail", large],
            Message(frames: (0..<64).map { Frame("part \($0)") }),
        ]
        for message in messages {
            try await client.send(message)
            #expect(try await client.receive() == (message.frames.count < 64 ? message : truncated(message)))
        }
        echo.cancel()
        await #expect(throws: CancellationError.self) { try await echo.value }
    }

    /// The routing id is one frame more for the server, whose limit then cuts the last.
    private func truncated(_ message: Message) -> Message { Message(frames: message.frames.dropLast()) }

    @Test func truncation() async throws {
        let bench = try Bench()
        defer { bench.stop() }
        var options = SocketOptions()
        options.maximumFrames = 3
        let pull = try Peer(.pull, bench.context, bench.loop, bind: TestTransport.tcp.endpoint(), options: options)
        let push = try Peer(.push, bench.context, bench.loop, connect: pull.endpoint)
        try await push.send(Message(frames: (0..<1_000).map { Frame("\($0)") }))
        try await push.send(["0", "1", "2"])
        let first = try await pull.receive()
        #expect(first.isTruncated)
        #expect(first.frames == ["0", "1", "2"])
        let second = try await pull.receive()
        #expect(!second.isTruncated)
        #expect(second.frames == ["0", "1", "2"])
    }

    @Test func receiveUpToTakesWhatIsThere() async throws {
        let bench = try Bench()
        defer { bench.stop() }
        let endpoint = try TestTransport.inproc.endpoint()
        let pull = try Peer(.pull, bench.context, bench.loop, bind: endpoint)
        let push = try Peer(.push, bench.context, bench.loop, connect: endpoint)
        for number in 0..<10 { try await push.send(Message("\(number)")) }
        let counts = try await pull.act { pull in
            var counts = [try await pull.socket.receive(upTo: 7).count]
            counts.append(try await pull.socket.receive(upTo: 7).count)
            counts.append(try await pull.socket.receive(upTo: 7, within: .milliseconds(1)).count)
            counts.append(try await pull.socket.receive(upTo: 0).count)
            return counts
        }
        #expect(counts == [7, 3, 0, 0])
    }

    @Test func deadline() async throws {
        let bench = try Bench()
        defer { bench.stop() }
        let pull = try Peer(.pull, bench.context, bench.loop, bind: TestTransport.tcp.endpoint())
        let push = try Peer(.push, bench.context, bench.otherLoop, connect: pull.endpoint)
        let clock = ContinuousClock()
        let start = clock.now
        let none = try await pull.act { try await $0.socket.receive(upTo: 5, within: .milliseconds(30)) }
        #expect(none.isEmpty)
        #expect(clock.now - start >= .milliseconds(30))
        #expect(try await pull.act { try await $0.socket.receive(upTo: 5, within: .zero) }.isEmpty)
        #expect(try await pull.act { try await $0.socket.receive(upTo: 5, within: .seconds(-1)) }.isEmpty)
        async let waiting = pull.act { try await $0.socket.receive(upTo: 5, within: .seconds(30)) }
        try await push.send("now")
        #expect(try await waiting == ["now"])
        // The time that was left does not disturb the next wait.
        #expect(try await pull.act { try await $0.socket.receive(upTo: 5, within: .milliseconds(5)) }.isEmpty)
    }

    @Test func cancellation() async throws {
        let bench = try Bench()
        defer { bench.stop() }
        let pull = try Peer(.pull, bench.context, bench.loop, bind: TestTransport.tcp.endpoint())
        let push = try Peer(.push, bench.context, bench.otherLoop, connect: pull.endpoint)
        for round in 0..<200 {
            let task = Task { try await pull.receive() }
            // In half of the rounds the task waits already, in the others cancellation may come first.
            if round.isMultiple(of: 2) { await pull.act { _ in } }
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
        }
        try await push.send("still there")
        #expect(try await pull.receive() == "still there")
    }

    @Test func cancelledTaskDoesNotTakeMessages() async throws {
        let bench = try Bench()
        defer { bench.stop() }
        let endpoint = try TestTransport.inproc.endpoint()
        let pull = try Peer(.pull, bench.context, bench.loop, bind: endpoint)
        let push = try Peer(.push, bench.context, bench.loop, connect: endpoint)
        try await push.send("one")
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try await pull.receive()
        }
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(try await pull.receive() == "one")
    }

    @Test func unknownPeerIsUnreachable() async throws {
        let bench = try Bench()
        defer { bench.stop() }
        var options = SocketOptions()
        options.routerMandatory = true
        let router = try Peer(.router, bench.context, bench.loop, bind: TestTransport.tcp.endpoint(), options: options)
        #expect(await zeroMQError { _ = try await router.trySend(["nobody", "hello"]) } == .hostUnreachable)
        #expect(await zeroMQError { try await router.send(["nobody", "hello"]) } == .hostUnreachable)
        // It is as good as before for others.
        let dealer = try Peer(.dealer, bench.context, bench.otherLoop, connect: router.endpoint)
        try await dealer.send("ping")
        let message = try await router.receive()
        #expect(try await router.trySend([message.frames[0], "pong"]))
        #expect(try await dealer.receive() == "pong")
    }

    @Test func routingID() async throws {
        let bench = try Bench()
        defer { bench.stop() }
        var options = SocketOptions()
        options.routingID = Array("worker-1".utf8)
        let router = try Peer(.router, bench.context, bench.loop, bind: TestTransport.tcp.endpoint())
        let dealer = try Peer(.dealer, bench.context, bench.loop, connect: router.endpoint, options: options)
        try await dealer.send("ping")
        let message = try await router.receive()
        #expect(message.frames == ["worker-1", "ping"])
        #expect(message.frames[1].metadata("Peer-Address") == "127.0.0.1")
        #expect(message.frames[1].metadata("No-Such-Thing") == nil)
    }

    @Test func subscriptions() async throws {
        let bench = try Bench()
        defer { bench.stop() }
        let xpub = try Peer(.xpub, bench.context, bench.loop, bind: TestTransport.tcp.endpoint())
        let sub = try Peer(.sub, bench.context, bench.otherLoop)
        let endpoint = try #require(xpub.endpoint)
        try await sub.act { sub in
            try sub.socket.unsubscribe("")
            try sub.socket.subscribe("analysis/")
            try sub.socket.connect(endpoint)
        }
        #expect(try await xpub.receive() == Message(Frame([1] + Array("analysis/".utf8))))
        try await xpub.send(["quotation/a", "no"])
        try await xpub.send(["analysis/a", "yes"])
        #expect(try await sub.receive() == ["analysis/a", "yes"])
    }

    @Test func requestAndReply() async throws {
        let bench = try Bench()
        defer { bench.stop() }
        let rep = try Peer(.rep, bench.context, bench.loop, bind: TestTransport.tcp.endpoint())
        let req = try Peer(.req, bench.context, bench.otherLoop, connect: rep.endpoint)
        #expect(await zeroMQError { _ = try await req.tryReceive() } == .wrongState)
        let echo = Task { try await rep.echo() }
        for number in 0..<100 {
            try await req.send(Message("\(number)"))
            #expect(try await req.receive() == Message("\(number)"))
        }
        echo.cancel()
        _ = await echo.result
    }

    @Test func tooLargeFramesEndTheConnection() async throws {
        let bench = try Bench()
        defer { bench.stop() }
        var options = SocketOptions()
        options.maximumMessageBytes = 1_000
        let pull = try Peer(.pull, bench.context, bench.loop, bind: TestTransport.tcp.endpoint(), options: options)
        let bad = try Peer(.push, bench.context, bench.otherLoop, connect: pull.endpoint)
        let good = try Peer(.push, bench.context, bench.otherLoop, connect: pull.endpoint)
        try await bad.send(Message(Frame([UInt8](repeating: 0, count: 1_001))))
        try await good.send(Message(Frame([UInt8](repeating: 1, count: 1_000))))
        #expect(try await pull.receive().frames[0].bytes == [UInt8](repeating: 1, count: 1_000))
        #expect(try await pull.act { try await $0.socket.receive(upTo: 1, within: .milliseconds(20)) }.isEmpty)
    }

    @Test func secondBindOfOnePort() async throws {
        let bench = try Bench()
        defer { bench.stop() }
        let first = try Peer(.pull, bench.context, bench.loop, bind: TestTransport.tcp.endpoint())
        let endpoint = try #require(first.endpoint)
        #expect((endpoint.port ?? 0) > 0)
        let error = #expect(throws: ZeroMQError.self) { try Peer(.pull, bench.context, bench.loop, bind: endpoint) }
        #expect(error?.code == .addressInUse)
        #expect(error?.description.contains(endpoint.description) == true)
        #expect(error?.description.contains("choose another port") == true)
    }

    @Test func bindAndConnectFaults() async throws {
        let bench = try Bench()
        defer { bench.stop() }
        let peer = try Peer(.pull, bench.context, bench.loop)
        try await peer.act { peer in
            let foreign = #expect(throws: ZeroMQError.self) { try peer.socket.bind(Endpoint("tcp://192.0.2.1:5571")) }
            #expect(foreign?.code == .addressNotAvailable)
            let missing = #expect(throws: ZeroMQError.self) { try peer.socket.bind(Endpoint("ipc:///no/such/directory/x")) }
            #expect(missing?.code == .notFound)
            #expect(throws: ZeroMQError.self) { try peer.socket.connect(Endpoint("tcp://*:5571")) }
            #expect(throws: ZeroMQError.self) { try peer.socket.disconnect(Endpoint("tcp://127.0.0.1:1")) }
            let local = try peer.socket.bind(Endpoint("tcp://localhost:*"))
            #expect(local.host == "127.0.0.1")
            try peer.socket.unbind(local)
            #expect(throws: ZeroMQError.self) { try peer.socket.unbind(local) }
        }
        var options = SocketOptions()
        options.maximumFrames = 0
        #expect(throws: ZeroMQError.self) { try Peer(.pull, bench.context, bench.loop, options: options) }
        options.maximumFrames = 1
        options.routingID = []
        #expect(throws: ZeroMQError.self) { try Peer(.dealer, bench.context, bench.loop, options: options) }
    }

    @Test func curveEncryptsAndRefusesAWrongKey() async throws {
        let bench = try Bench()
        defer { bench.stop() }
        let server = try CurveKeyPair.generate(), client = try CurveKeyPair.generate()
        var serverOptions = SocketOptions()
        serverOptions.curve = .server(secretKey: server.secretKey)
        let pull = try Peer(.pull, bench.context, bench.loop, bind: TestTransport.tcp.endpoint(), options: serverOptions)
        var options = SocketOptions()
        options.curve = .client(serverKey: client.publicKey, publicKey: client.publicKey, secretKey: client.secretKey)
        let stranger = try Peer(.push, bench.context, bench.otherLoop, connect: pull.endpoint, options: options)
        options.curve = .client(serverKey: server.publicKey, publicKey: client.publicKey, secretKey: client.secretKey)
        let friend = try Peer(.push, bench.context, bench.otherLoop, connect: pull.endpoint, options: options)
        _ = try await stranger.trySend("wrong key")
        try await friend.send("right key")
        #expect(try await pull.receive() == "right key")
        #expect(try await pull.act { try await $0.socket.receive(upTo: 1, within: .milliseconds(20)) }.isEmpty)
        options.curve = .server(secretKey: [1, 2, 3])
        #expect(throws: ZeroMQError.self) { try Peer(.pull, bench.context, bench.loop, options: options) }
    }
}
