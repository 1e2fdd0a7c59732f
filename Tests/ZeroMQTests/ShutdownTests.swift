import Testing
import ZeroMQ

@Suite(.serialized, .timeLimit(.minutes(1)))
struct ShutdownTests {
    /// Terminating a context under a waiting receiver and a blocked sender: both get an error, and it ends in time.
    @Test(arguments: TestTransport.allCases)
    func hundredShutdowns(_ transport: TestTransport) async throws {
        let clock = ContinuousClock()
        var slowest = Duration.zero
        for round in 0..<100 {
            let bench = try Bench()
            let pull = try Peer(.pull, bench.context, bench.loop, bind: transport.endpoint())
            let push = try Peer(.push, bench.context, bench.otherLoop, bind: transport.endpoint())
            let idle = try Peer(.dealer, bench.context, bench.loop, connect: pull.endpoint)
            let tasks = [Task { _ = try await pull.receive() }, Task { try await push.send("x") }]
            await pull.act { _ in }
            await push.act { _ in }
            let start = clock.now
            async let ended = bench.context.shutdown(within: .seconds(10))
            // In every other round the actors close on their own, without an error of their waiting tasks.
            if round.isMultiple(of: 2) {
                for task in tasks { #expect(await zeroMQError { try await task.value } == .terminated) }
            }
            for peer in [pull, push, idle] { await peer.close() }
            #expect(await ended)
            for task in tasks {
                let code = await zeroMQError { try await task.value }
                #expect(code == .terminated || code == .closed)
            }
            slowest = max(slowest, clock.now - start)
            bench.stop()
            remove(pull.endpoint)
            remove(push.endpoint)
        }
        print("ShutdownTests \(transport): slowest of 100 took \(slowest)")
    }

    @Test func anOpenSocketIsAbandonedInTime() async throws {
        let bench = try Bench()
        let peer = try Peer(.pull, bench.context, bench.loop)
        #expect(await bench.context.shutdown(within: .milliseconds(50)) == false)
        #expect(await zeroMQError { _ = try await peer.receive() } == .terminated)
        #expect(await zeroMQError { _ = try Peer(.pull, bench.context, bench.loop) } == .terminated)
        await peer.close()
        bench.stop()
    }

    @Test func closeWakesWaiters() async throws {
        let bench = try Bench()
        defer { bench.stop() }
        for _ in 0..<100 {
            let peer = try Peer(.dealer, bench.context, bench.loop, bind: TestTransport.inproc.endpoint())
            let receiver = Task { try await peer.receive() }
            let sender = Task { try await peer.send("x") }
            await peer.act { _ in }
            await peer.close()
            await peer.close()
            #expect(await zeroMQError { _ = try await receiver.value } == .closed)
            #expect(await zeroMQError { try await sender.value } == .closed)
            #expect(await zeroMQError { _ = try await peer.tryReceive() } == .closed)
        }
    }

    @Test func closeEndsTheSequence() async throws {
        let bench = try Bench()
        defer { bench.stop() }
        let peer = try Peer(.pull, bench.context, bench.loop, bind: TestTransport.inproc.endpoint())
        let reader = Task { try await peer.echo() }
        await peer.act { _ in }
        await peer.close()
        try await reader.value
    }

    /// Neither context nor socket needs to be closed by hand: what is forgotten goes with its owner.
    @Test func forgottenSocketsLetTheContextEnd() async throws {
        let bench = try Bench()
        for _ in 0..<20 {
            let peer = try Peer(.pull, bench.context, bench.loop, bind: TestTransport.inproc.endpoint())
            let task = Task { try await peer.receive() }
            task.cancel()
            _ = await task.result
        }
        bench.stop()
        #expect(await bench.context.shutdown(within: .seconds(10)))
    }

    @Test func tooManySockets() async throws {
        let context = try Context(maximumSockets: 3)
        let loop = try PollLoop(name: "few")
        defer { loop.stop() }
        var peers: [Peer] = []
        let code = await zeroMQError {
            for _ in 0..<4 { peers.append(try Peer(.pull, context, loop)) }
        }
        #expect(code == .tooManySockets)
        #expect(peers.count <= 3)
    }
}
