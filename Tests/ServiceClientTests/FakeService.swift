import ServiceClient
import ZeroMQ

/// A ROUTER that answers as a test wants.
actor FakeRouter {
    let endpoint: Endpoint
    private let loop: PollLoop
    private let socket: Socket
    private let answer: @Sendable (_ number: Int, _ request: [UInt8]) -> [[UInt8]]?
    private(set) var received: [[UInt8]] = []

    nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    /// - Parameter answer: the frames of the answer to the n-th request, nil for silence.
    init(_ connection: ClientConnection, answer: @escaping @Sendable (Int, [UInt8]) -> [[UInt8]]?) throws {
        self.answer = answer
        loop = connection.loop
        socket = try Socket(.router, context: connection.context, loop: connection.loop)
        endpoint = try socket.bind(Endpoint("tcp://127.0.0.1:*"))
    }

    func run() async throws {
        defer { socket.close() }
        while true {
            let message = try await socket.receive()
            guard let request = message.frames.last?.bytes else { continue }
            received.append(request)
            guard let frames = answer(received.count, request) else { continue }
            _ = try socket.trySend(Message(frames: message.frames.dropLast() + frames.map { Frame($0) }))
        }
    }
}

/// A publisher of stream messages.
actor FakeStream {
    let endpoint: Endpoint
    private let loop: PollLoop
    private let socket: Socket

    nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    init(_ connection: ClientConnection) throws {
        loop = connection.loop
        socket = try Socket(.xpub, context: connection.context, loop: connection.loop)
        endpoint = try socket.bind(Endpoint("tcp://127.0.0.1:*"))
    }

    /// Waits for the client's two subscriptions.
    func waitForSubscriber() async throws {
        for _ in 0..<2 { _ = try await socket.receive() }
    }

    func publish(_ topic: String, _ json: String) throws {
        _ = try socket.trySend([Frame(topic), Frame(json)])
    }

    func close() { socket.close() }
}
