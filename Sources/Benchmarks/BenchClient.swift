import ZeroMQ

/// Pushes articles with a window of unanswered ones, and follows the stream.
actor BenchClient {
    private let context: Context
    private let loop: PollLoop
    private let requests: Socket
    private let stream: Socket

    nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    /// - Throws: `ZeroMQError`.
    static func make(ingest: String, stream: String) async throws -> BenchClient {
        let context = try Context()
        let loop = try PollLoop(name: "bench")
        return try BenchClient(
            ingest: Endpoint(ingest), stream: Endpoint(stream), context: context, loop: loop)
    }

    private init(ingest: Endpoint, stream: Endpoint, context: Context, loop: PollLoop) throws {
        self.context = context
        self.loop = loop
        var options = SocketOptions()
        options.sendHighWaterMark = 100_000
        options.receiveHighWaterMark = 1_000_000
        requests = try Socket(.dealer, context: context, loop: loop, options: options)
        self.stream = try Socket(.sub, context: context, loop: loop, options: options)
        try requests.connect(ingest)
        try self.stream.subscribe("analysis/")
        try self.stream.subscribe("heartbeat")
        try self.stream.connect(stream)
    }

    func close() {
        requests.close()
        stream.close()
        loop.stop()
        _ = context.terminate(within: .seconds(2))
    }

    /// Waits for a heartbeat: the service runs, the subscription has arrived.
    func ready(within limit: Duration) async throws -> Bool {
        try await !stream.receive(upTo: 1, within: limit).isEmpty
    }

    /// Pushes all articles, at most `window` of them unanswered; `busy` ones again.
    /// - Returns: how many were accepted.
    func push(_ articles: [[UInt8]], window: Int) async throws -> Int {
        var next = 0
        var open = 0
        var accepted = 0
        var again: [Int] = []
        while accepted < articles.count {
            while open < window, next < articles.count || !again.isEmpty {
                let index = again.popLast() ?? next
                if index == next { next += 1 }
                try await requests.send(Message(frames: [Frame("\(index)"), Frame(articles[index])]))
                open += 1
            }
            for message in try await requests.receive(upTo: window, within: .seconds(30)) {
                open -= 1
                let receipt = message.frames.last?.string ?? ""
                if receipt.contains("\"accepted\"") || receipt.contains("\"duplicate\"") {
                    accepted += 1
                } else if let index = message.frames.first?.string.flatMap({ Int($0) }) {
                    again.append(index)
                }
            }
        }
        return accepted
    }

    /// Waits for that many records.
    func records(_ count: Int) async throws {
        var seen = 0
        while seen < count {
            let messages = try await stream.receive(upTo: 1_000, within: .seconds(30))
            guard !messages.isEmpty else { throw BenchFault(description: "\(count - seen) records did not come") }
            seen += messages.count { $0.frames.first?.string?.hasPrefix("analysis/") == true }
        }
    }

    /// Pushes one article and waits for its receipt, then for its record.
    /// - Returns: both times from the push.
    func roundTrip(_ article: [UInt8]) async throws -> (receipt: Duration, record: Duration) {
        let start = ContinuousClock.now
        try await requests.send(Message(frames: [Frame("one"), Frame(article)]))
        _ = try await requests.receive()
        let receipt = ContinuousClock.now - start
        try await records(1)
        return (receipt, ContinuousClock.now - start)
    }

    func pause(_ duration: Duration) async throws { try await loop.sleep(for: duration) }
}

struct BenchFault: Error, CustomStringConvertible {
    let description: String
}
