import Testing
import ZeroMQ

@Suite(.serialized, .timeLimit(.minutes(1)))
struct BackpressureTests {
    private func options(_ mark: Int32) -> SocketOptions {
        var options = SocketOptions()
        options.sendHighWaterMark = mark
        options.receiveHighWaterMark = mark
        return options
    }

    @Test func nobodyReads() async throws {
        let bench = try Bench()
        defer { bench.stop() }
        let endpoint = try TestTransport.inproc.endpoint()
        let pull = try Peer(.pull, bench.context, bench.loop, bind: endpoint, options: options(10))
        let push = try Peer(.push, bench.context, bench.otherLoop, connect: endpoint, options: options(10))
        let sent = try await push.act { push in
            var sent = 0
            while sent < 1_000, try push.socket.trySend(Message("\(sent)")) { sent += 1 }
            return sent
        }
        // Both marks together, for inproc.
        #expect(sent == 20)
        let waiting = Task { try await push.send("last") }
        // The sender can only go on once something was read.
        for number in 0..<sent { #expect(try await pull.receive() == Message("\(number)")) }
        try await waiting.value
        #expect(try await pull.receive() == "last")
    }

    @Test(arguments: TestTransport.allCases)
    func everyMessageArrivesInOrder(_ transport: TestTransport) async throws {
        let bench = try Bench()
        defer { bench.stop() }
        let pull = try Peer(.pull, bench.context, bench.loop, bind: transport.endpoint(), options: options(3))
        defer { remove(pull.endpoint) }
        let push = try Peer(.push, bench.context, bench.otherLoop, connect: pull.endpoint, options: options(3))
        let count = 2_000
        let sender = Task {
            for number in 0..<count { try await push.send([Frame("\(number)"), Frame([UInt8](repeating: 1, count: 2_000))]) }
        }
        for number in 0..<count { #expect(try await pull.receive().frames.first?.string == "\(number)") }
        try await sender.value
    }

    @Test func cancelledSenderSendsNothing() async throws {
        let bench = try Bench()
        defer { bench.stop() }
        let endpoint = try TestTransport.inproc.endpoint()
        // Nobody there: a PUSH has to wait.
        let push = try Peer(.push, bench.context, bench.loop, bind: endpoint)
        let task = Task { try await push.send("lost") }
        await push.act { _ in }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        let pull = try Peer(.pull, bench.context, bench.otherLoop, connect: endpoint)
        try await push.send("kept")
        #expect(try await pull.receive() == "kept")
    }

    /// A ROUTER is always ready to send for some peer; waiting for a full one must neither spin nor stall.
    @Test func routerWithOneFullPeer() async throws {
        let bench = try Bench()
        defer { bench.stop() }
        let endpoint = try TestTransport.inproc.endpoint()
        var routerOptions = options(5)
        routerOptions.routerMandatory = true
        let router = try Peer(.router, bench.context, bench.loop, bind: endpoint, options: routerOptions)
        let slow = try Peer(.dealer, bench.context, bench.otherLoop, connect: endpoint, options: options(5))
        let quick = try Peer(.dealer, bench.context, bench.otherLoop, connect: endpoint, options: options(5))
        try await slow.send("slow")
        let slowID = try await router.receive().frames[0]
        try await quick.send("quick")
        let quickID = try await router.receive().frames[0]
        var filled = 0
        while try await router.trySend([slowID, "x"]) { filled += 1 }
        #expect(filled == 10)
        let waiting = Task { try await router.send([slowID, "x"]) }
        for _ in 0..<5 { #expect(try await router.trySend([quickID, "y"])) }
        for _ in 0..<5 { #expect(try await quick.receive() == "y") }
        for _ in 0...filled { #expect(try await slow.receive() == "x") }
        try await waiting.value
    }

    @Test func oneReceiverAndOneSenderAtATime() async throws {
        let bench = try Bench()
        defer { bench.stop() }
        let dealer = try Peer(.dealer, bench.context, bench.loop, bind: TestTransport.inproc.endpoint())
        let tasks = [
            Task { _ = try await dealer.receive() }, Task { _ = try await dealer.receive() },
            Task { try await dealer.send("a") }, Task { try await dealer.send("b") },
        ]
        // Whoever came second has failed by now or fails without waiting; closing ends the other two.
        var refused = 0
        await dealer.act { _ in }
        await dealer.act { _ in }
        await dealer.close()
        for task in tasks {
            let code = await zeroMQError { try await task.value }
            #expect(code == .concurrentUse || code == .closed)
            if code == .concurrentUse { refused += 1 }
        }
        #expect(refused <= 2)
    }
}
