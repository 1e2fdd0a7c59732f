import Testing
import ZeroMQ

@Suite(.serialized, .timeLimit(.minutes(1)))
struct ConnectionMonitorTests {
    /// A bound socket, its monitor, and what it sends.
    private actor Publisher {
        let loop: PollLoop
        let socket: Socket
        let monitor: ConnectionMonitor
        let endpoint: Endpoint
        let gauge = ByteGauge()

        nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

        init(_ bench: Bench, _ transport: TestTransport, limit: Int = .max) throws {
            loop = bench.loop
            var options = SocketOptions()
            options.sendHighWaterMark = 0
            socket = try Socket(.xpub, context: bench.context, loop: bench.loop, options: options)
            monitor = try ConnectionMonitor(of: socket, name: "test", context: bench.context, loop: bench.loop, limit: limit)
            endpoint = try socket.bind(transport.endpoint())
        }

        func follow() async throws { try await monitor.run() }
        var count: Int { monitor.count }
        var refused: Int { monitor.refused }

        /// Waits for a subscription.
        func subscribed() async throws { _ = try await socket.receive() }

        func publish(_ bytes: Int) throws -> Bool {
            try socket.trySend(Message(Frame(adopting: [UInt8](repeating: 7, count: bytes), countedBy: gauge)))
        }

        func disconnectStalled() -> Bool {
            monitor.look()
            return monitor.disconnectStalled(for: .milliseconds(50))
        }

        func close() {
            monitor.close()
            socket.close()
        }
    }

    private func running(
        _ transport: TestTransport, limit: Int = .max,
        _ body: (Publisher, Bench) async throws -> Void
    ) async throws {
        let bench = try Bench()
        defer { bench.stop() }
        let publisher = try Publisher(bench, transport, limit: limit)
        defer { remove(publisher.endpoint) }
        let following = Task { try await publisher.follow() }
        try await body(publisher, bench)
        following.cancel()
        _ = await following.result
        await publisher.close()
    }

    private func until(_ condition: () async -> Bool) async throws {
        while !(await condition()) {
            try Task.checkCancellation()
            try await Task.sleep(for: .milliseconds(2))
        }
    }

    @Test(arguments: [TestTransport.tcp, .ipc])
    func countsConnections(_ transport: TestTransport) async throws {
        try await running(transport) { publisher, bench in
            let first = try Peer(.sub, bench.context, bench.otherLoop, connect: publisher.endpoint)
            let second = try Peer(.sub, bench.context, bench.otherLoop, connect: publisher.endpoint)
            try await until { await publisher.count == 2 }
            await first.close()
            try await until { await publisher.count == 1 }
            await second.close()
            try await until { await publisher.count == 0 }
        }
    }

    @Test func refusesMoreThanItMay() async throws {
        try await running(.tcp, limit: 1) { publisher, bench in
            let first = try Peer(.sub, bench.context, bench.otherLoop, connect: publisher.endpoint)
            try await publisher.subscribed()
            let second = try Peer(.sub, bench.context, bench.otherLoop, connect: publisher.endpoint)
            try await until { await publisher.refused > 0 }
            #expect(await publisher.count == 1)
            await first.close()
            // It goes on trying, and now there is a place.
            try await publisher.subscribed()
            await second.close()
        }
    }

    /// The bytes of messages that a peer does not read are seen, and are gone with its connection.
    @Test(arguments: [TestTransport.tcp, .ipc])
    func endsAConnectionThatIsNotRead(_ transport: TestTransport) async throws {
        try await running(transport) { publisher, bench in
            var options = SocketOptions()
            options.receiveHighWaterMark = 1
            options.reconnectInterval = .seconds(60)
            let idle = try Peer(.sub, bench.context, bench.otherLoop, connect: publisher.endpoint, options: options)
            try await publisher.subscribed()
            for _ in 0..<64 { #expect(try await publisher.publish(1 << 20)) }
            try await until { await publisher.disconnectStalled() }
            try await until {
                _ = await publisher.disconnectStalled()
                return publisher.gauge.bytes == 0
            }
            #expect(await publisher.count == 0)
            await idle.close()
        }
    }

    @Test func aReaderIsNotStalled() async throws {
        try await running(.tcp) { publisher, bench in
            let reader = try Peer(.sub, bench.context, bench.otherLoop, connect: publisher.endpoint)
            try await publisher.subscribed()
            for _ in 0..<32 {
                #expect(try await publisher.publish(1 << 16))
                #expect(try await reader.receive().byteCount == 1 << 16)
                #expect(await publisher.disconnectStalled() == false)
            }
            try await until { publisher.gauge.bytes == 0 }
            await reader.close()
        }
    }
}

@Suite struct ByteGaugeTests {
    @Test(arguments: [1, 29, 30, 100, 1 << 20]) func countsWhatIsHeld(_ count: Int) {
        let gauge = ByteGauge()
        var frames = [Frame(adopting: [UInt8](repeating: 1, count: count), countedBy: gauge)]
        frames.append(frames[0])
        #expect(gauge.bytes == count)
        frames.removeLast()
        #expect(gauge.bytes == count)
        frames.append(Frame(adopting: [UInt8](repeating: 2, count: count), countedBy: gauge))
        #expect(gauge.bytes == 2 * count)
        frames.removeAll()
        #expect(gauge.bytes == 0)
    }

    @Test func nothingIsHeldOfNothing() {
        let gauge = ByteGauge()
        #expect(Frame(adopting: [], countedBy: gauge).isEmpty)
        #expect(gauge.bytes == 0)
    }
}
