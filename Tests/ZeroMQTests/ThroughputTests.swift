import Testing
import ZeroMQ

/// Prints what this machine does; it only fails if messages are lost. Run with `-c release` for figures that mean something.
@Suite(.serialized, .timeLimit(.minutes(1)))
struct ThroughputTests {
    @Test(arguments: TestTransport.allCases, [64, 4_096])
    func throughput(_ transport: TestTransport, _ size: Int) async throws {
        let bench = try Bench()
        defer { bench.stop() }
        let pull = try Peer(.pull, bench.context, bench.loop, bind: transport.endpoint())
        defer { remove(pull.endpoint) }
        let push = try Peer(.push, bench.context, bench.otherLoop, connect: pull.endpoint)
        let count = 100_000
        let bytes = [UInt8](repeating: 7, count: size)
        let start = ContinuousClock.now
        async let sent: Void = push.act { push in
            for _ in 0..<count { try await push.socket.send(Message(Frame(bytes))) }
        }
        let received = try await pull.act { pull in
            var received = 0
            while received < count {
                for message in try await pull.socket.receive(upTo: 256) where message.byteCount == size { received += 1 }
            }
            return received
        }
        try await sent
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        print("ThroughputTests \(transport) \(size) B: \(Int(Double(count) / seconds)) messages/s")
        #expect(received == count)
    }

    @Test(arguments: TestTransport.allCases)
    func roundTrip(_ transport: TestTransport) async throws {
        let bench = try Bench()
        defer { bench.stop() }
        let server = try Peer(.rep, bench.context, bench.loop, bind: transport.endpoint())
        defer { remove(server.endpoint) }
        let client = try Peer(.req, bench.context, bench.otherLoop, connect: server.endpoint)
        let echo = Task { try await server.echo() }
        let message = Message(Frame([UInt8](repeating: 7, count: 4_096)))
        let times = try await client.act { client in
            var times: [Duration] = []
            for _ in 0..<2_000 {
                let start = ContinuousClock.now
                try await client.socket.send(message)
                #expect(try await client.socket.receive() == message)
                times.append(ContinuousClock.now - start)
            }
            return times.sorted()
        }
        print("ThroughputTests \(transport) round trip 4 kB: p50 \(times[1_000]) p99 \(times[1_980])")
        #expect(times.count == 2_000)
        echo.cancel()
        _ = await echo.result
    }
}
