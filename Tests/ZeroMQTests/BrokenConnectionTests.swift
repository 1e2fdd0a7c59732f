import Glibc
import Testing
import ZeroMQ

/// A client that is made of bytes, to end a connection as a crash does.
private struct RawClient: ~Copyable {
    private let descriptor: Int32

    /// Connects and shakes hands: ZMTP 3.0, mechanism NULL.
    init(port: UInt16) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let status = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        try #require(status == 0)
        let greeting = [0xFF, 0, 0, 0, 0, 0, 0, 0, 0, 0x7F, 3, 0] + Array("NULL".utf8) + [UInt8](repeating: 0, count: 48)
        try send(greeting)
        _ = try receive(64)
        let ready = [5] + Array("READY".utf8) + [11] + Array("Socket-Type".utf8) + [0, 0, 0, 6] + Array("DEALER".utf8)
        try send([4, UInt8(ready.count)] + ready)
        _ = try frame()
    }

    func send(_ bytes: [UInt8]) throws {
        try #require(Glibc.send(descriptor, bytes, bytes.count, Int32(0x4000)) == bytes.count)
    }

    /// A command or message, without its flags and size.
    func frame() throws -> [UInt8] { try receive(Int(receive(2)[1])) }

    private func receive(_ count: Int) throws -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        try #require(recv(descriptor, &bytes, count, Int32(0x100)) == count)
        return bytes
    }

    /// As a process that dies with something unread.
    consuming func reset() {
        var now = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &now, socklen_t(MemoryLayout<linger>.size))
        close(descriptor)
    }
}

@Suite(.timeLimit(.minutes(1)))
struct BrokenConnectionTests {
    private actor Server {
        private let loop: PollLoop
        private let socket: Socket
        let port: UInt16

        nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

        init(_ bench: Bench) throws {
            loop = bench.loop
            var options = SocketOptions()
            options.receiveHighWaterMark = 2
            options.heartbeatInterval = .milliseconds(50)
            socket = try Socket(.router, context: bench.context, loop: bench.loop, options: options)
            port = UInt16(try #require(try socket.bind(Endpoint("tcp://127.0.0.1:*")).port))
        }

        func received() async throws -> Int {
            var count = 0
            while count < 200, let message = try await socket.receive(upTo: 1, within: .seconds(5)).first {
                #expect(message.frames.last?.bytes == [UInt8(ascii: "x")])
                count += 1
            }
            return count
        }

        func close() { socket.close() }
    }

    /// libzmq would abort the process.
    @Test func aConnectionThatBreaksWhileItIsNotReadFromIsReadToItsEnd() async throws {
        let bench = try Bench()
        defer { bench.stop() }
        let server = try Server(bench)
        let port = server.port
        let broken = try RawClient(port: port)
        let message: [UInt8] = [1, 0, 0, 1, UInt8(ascii: "x")]
        // A PING without time to live among them: it is answered when it is read, although nobody listens any more.
        let ping = [4, 7, 4] + Array("PING".utf8) + [0, 0]
        for number in 0..<200 { try broken.send(number == 100 ? ping + message : message) }
        let healthy = try RawClient(port: port)
        for _ in 0..<2 { #expect(try healthy.frame().dropFirst().starts(with: Array("PING".utf8))) }
        broken.reset()
        // Both connections are probed by the same thread, equally often.
        for _ in 0..<4 { #expect(try healthy.frame().dropFirst().starts(with: Array("PING".utf8))) }
        #expect(try await server.received() == 200)
        healthy.reset()
        await server.close()
    }
}
