import Glibc
import Synchronization
import TestSupport
import Testing
import ZeroMQ

@Suite(.serialized, .timeLimit(.minutes(1)))
struct PollLoopTests {
    /// Timers fire in the order of their deadlines, cancelled ones with an error, and none too early.
    @Test func timersInOrder() async throws {
        let loop = try PollLoop(name: "timers")
        defer { loop.stop() }
        var random = SeededGenerator.announced()
        let seed = random.seed
        let recorder = Recorder(loop)
        let plan = (0..<200).map { index in
            (index: index, milliseconds: Int.random(in: 0...10, using: &random) * 20, isCancelled: index.isMultiple(of: 5))
        }
        let start = ContinuousClock.now
        await withTaskGroup(of: Void.self) { group in
            for (index, milliseconds, isCancelled) in plan {
                group.addTask {
                    if isCancelled { withUnsafeCurrentTask { $0?.cancel() } }
                    await recorder.sleep(.milliseconds(milliseconds), index)
                    #expect(isCancelled || ContinuousClock.now - start >= .milliseconds(milliseconds), "seed \(seed)")
                }
            }
        }
        let woken = await recorder.woken
        #expect(woken.count == 160)
        #expect(woken.map(\.milliseconds) == woken.map(\.milliseconds).sorted(), "seed \(seed)")
    }

    @Test func sleepIsCancelledFromAnotherThread() async throws {
        let loop = try PollLoop(name: "sleep")
        defer { loop.stop() }
        let recorder = Recorder(loop)
        for _ in 0..<100 {
            let task = Task { await recorder.sleep(.seconds(3_600), 0) }
            await recorder.touch()
            task.cancel()
            await task.value
        }
        #expect(await recorder.woken.isEmpty)
        // Also for callers that do not live on the loop, and for times that never come.
        let task = Task { try await loop.sleep(for: .seconds(Int64.max)) }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        try await loop.sleep(for: .milliseconds(1))
        try await loop.sleep(for: .seconds(-1))
    }

    @Test func manyActorsOnOneLoop() async throws {
        let bench = try Bench()
        defer { bench.stop() }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for pair in 0..<50 {
                group.addTask {
                    let server = try Peer(.rep, bench.context, bench.loop, bind: TestTransport.inproc.endpoint())
                    let client = try Peer(.req, bench.context, bench.loop, connect: server.endpoint)
                    let echo = Task { try await server.echo() }
                    for round in 0..<100 {
                        let message: Message = [Frame("\(pair)"), Frame("\(round)")]
                        try await client.send(message)
                        #expect(try await client.receive() == message)
                    }
                    await server.close()
                    try await echo.value
                }
            }
            try await group.waitForAll()
        }
    }

    /// A socket that always has messages leaves room for timers and for other actors.
    @Test func busySocketStarvesNobody() async throws {
        let bench = try Bench()
        defer { bench.stop() }
        let endpoint = try TestTransport.inproc.endpoint()
        let pull = try Peer(.pull, bench.context, bench.loop, bind: endpoint)
        let push = try Peer(.push, bench.context, bench.otherLoop, connect: endpoint)
        let flood = Task { while true { try await push.send("x") } }
        let drain = Task { while true { _ = try await pull.receive() } }
        for _ in 0..<20 { try await bench.loop.sleep(for: .milliseconds(1)) }
        for _ in 0..<20 { await pull.act { _ in } }
        for task in [flood, drain] {
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
        }
    }

    @Test func stopWakesEverybody() async throws {
        let bench = try Bench()
        let pull = try Peer(.pull, bench.context, bench.loop, bind: TestTransport.inproc.endpoint())
        let push = try Peer(.push, bench.context, bench.loop, bind: TestTransport.inproc.endpoint())
        let recorder = Recorder(bench.loop)
        let tasks = [
            Task { _ = try await pull.receive() }, Task { try await push.send("x") },
            Task { try await bench.loop.sleep(for: .seconds(3_600)) },
        ]
        await recorder.touch()
        bench.stop()
        bench.stop()
        for task in tasks { #expect(await zeroMQError { try await task.value } == .loopStopped) }
        // Actors of a stopped loop still answer, and can close their sockets.
        for _ in 0..<100 { await recorder.touch() }
        #expect(await zeroMQError { _ = try await pull.receive() } == .loopStopped)
        #expect(try await push.trySend("x") == false)
        await pull.close()
        await push.close()
        #expect(await bench.context.shutdown(within: .seconds(10)))
        #expect(bench.context.terminate(within: .zero))
    }

    @Test func idleLoopDoesNothing() async throws {
        let bench = try Bench()
        defer { bench.stop() }
        let pull = try Peer(.pull, bench.context, bench.loop, bind: TestTransport.tcp.endpoint())
        let waiting = Task { try await pull.receive() }
        let before = await pull.act { _ in Self.threadUsage() }
        try await bench.otherLoop.sleep(for: .milliseconds(500))
        let after = await pull.act { _ in Self.threadUsage() }
        // One turn for the receive, one for this question.
        #expect(after.switches - before.switches <= 4)
        #expect(after.microseconds - before.microseconds < 5_000)
        waiting.cancel()
        _ = await waiting.result
    }

    private static func threadUsage() -> (switches: Int, microseconds: Int) {
        var usage = rusage()
        getrusage(__rusage_who_t(1), &usage)
        let time = usage.ru_utime.tv_sec * 1_000_000 + usage.ru_utime.tv_usec + usage.ru_stime.tv_sec * 1_000_000
            + usage.ru_stime.tv_usec
        return (usage.ru_nvcsw, time)
    }

    @Test func signalsAreBlockedOnTheLoop() async throws {
        let loop = try PollLoop(name: "signals")
        defer { loop.stop() }
        #expect(await Recorder(loop).blocksSIGTERM())
    }
}

private actor Recorder {
    let loop: PollLoop
    private(set) var woken: [(index: Int, milliseconds: Int)] = []
    nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    init(_ loop: PollLoop) { self.loop = loop }

    func touch() {}

    func sleep(_ duration: Duration, _ index: Int) async {
        guard (try? await loop.sleep(for: duration)) != nil else { return }
        woken.append((index, Int(duration.components.attoseconds / 1_000_000_000_000_000)))
    }

    func blocksSIGTERM() -> Bool {
        var mask = sigset_t()
        pthread_sigmask(SIG_SETMASK, nil, &mask)
        return sigismember(&mask, SIGTERM) == 1
    }
}
