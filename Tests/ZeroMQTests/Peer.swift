import Glibc
import ZeroMQ

/// An actor on a poll loop with one socket, for tests to act through.
actor Peer {
    let loop: PollLoop
    let socket: Socket
    /// Where it listens, if it does.
    let endpoint: Endpoint?

    nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    init(
        _ kind: Socket.Kind, _ context: Context, _ loop: PollLoop, bind: Endpoint? = nil, connect: Endpoint? = nil,
        options: SocketOptions = .init()
    ) throws {
        self.loop = loop
        let socket = try Socket(kind, context: context, loop: loop, options: options)
        endpoint = if let bind { try socket.bind(bind) } else { nil }
        if let connect { try socket.connect(connect) }
        if kind == .sub { try socket.subscribe("") }
        self.socket = socket
    }

    func act<Result: Sendable>(_ body: @Sendable (isolated Peer) async throws -> Result) async rethrows -> Result {
        try await body(self)
    }

    func send(_ message: Message) async throws { try await socket.send(message) }
    func trySend(_ message: Message) throws -> Bool { try socket.trySend(message) }
    func receive() async throws -> Message { try await socket.receive() }
    func tryReceive() throws -> Message? { try socket.tryReceive() }
    func close() { socket.close() }

    /// Sends every message back until cancelled or closed.
    func echo() async throws {
        for try await message in socket.messages { try await socket.send(message) }
    }
}

/// A context and two loops for one test.
final class Bench: Sendable {
    let context: Context
    let loop: PollLoop
    let otherLoop: PollLoop

    init() throws {
        context = try Context()
        loop = try PollLoop(name: "test-1")
        otherLoop = try PollLoop(name: "test-2")
    }

    /// The loops stop; sockets close with their actors.
    func stop() {
        loop.stop()
        otherLoop.stop()
    }
}

enum TestTransport: String, CaseIterable, CustomStringConvertible {
    case inproc, ipc, tcp

    var description: String { rawValue }

    /// An endpoint that no other test uses.
    func endpoint() throws -> Endpoint {
        let name = "quoted-test-\(getpid())-\(UInt32.random(in: 0 ... .max))"
        return switch self {
        case .inproc: try Endpoint("inproc://\(name)")
        case .ipc: try Endpoint("ipc:///tmp/\(name)")
        case .tcp: try Endpoint("tcp://127.0.0.1:*")
        }
    }
}

func remove(_ endpoint: Endpoint?) {
    if let path = endpoint?.path { unlink(path) }
}

/// The error of a call that must fail.
func zeroMQError(_ body: () async throws -> Void) async -> ZeroMQError.Code? {
    do {
        try await body()
        return nil
    } catch {
        return (error as? ZeroMQError)?.code
    }
}
