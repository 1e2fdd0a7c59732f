import Glibc
import Testing
import ZeroMQ

/// A socket in the listening state, as systemd makes them.
private func listening(_ path: String) throws -> Int32 {
    let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
    let status = withUnsafePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
        }
    }
    try #require(status == 0 && listen(descriptor, 16) == 0)
    return descriptor
}

@Suite(.timeLimit(.minutes(1)))
struct InheritedListenersTests {
    /// One process after the other: what connects in between waits, and the file stays.
    @Test func theQueueOfConnectionsOutlivesTheSocket() async throws {
        let endpoint = try TestTransport.ipc.endpoint()
        let path = try #require(endpoint.path)
        let original = try listening(path)
        defer {
            close(original)
            unlink(path)
        }
        let client = try Bench()
        defer { client.stop() }
        let push = try Peer(.push, client.context, client.loop, connect: endpoint)
        for round in 0..<3 {
            // Nobody accepts at first.
            try await push.send(Message("\(round)"))
            let context = try Context(inherited: InheritedListeners([endpoint: dup(original)]))
            let loop = try PollLoop(name: "inherited")
            let pull = try Peer(.pull, context, loop, bind: endpoint)
            #expect(pull.endpoint == endpoint)
            #expect(try await pull.receive() == Message("\(round)"))
            await pull.close()
            loop.stop()
            #expect(await context.shutdown(within: .seconds(5)))
            #expect(access(path, F_OK) == 0)
        }
    }

    /// The socket may bind to others besides, and each listener is taken once.
    @Test func otherEndpointsAreBoundAsEver() async throws {
        let endpoint = try TestTransport.ipc.endpoint(), second = try TestTransport.tcp.endpoint()
        let path = try #require(endpoint.path)
        let descriptor = try listening(path)
        defer { unlink(path) }
        let context = try Context(inherited: InheritedListeners([endpoint: descriptor]))
        let loop = try PollLoop(name: "inherited")
        defer { loop.stop() }
        let pull = try Peer(.pull, context, loop, bind: endpoint)
        let bound = try await pull.act { try $0.socket.bind(second) }
        let push = try Peer(.push, context, loop, connect: bound)
        try await push.send("by tcp")
        #expect(try await pull.receive() == "by tcp")
        #expect(fcntl(descriptor, F_GETFD) >= 0)
        try await pull.act { try $0.socket.unbind(endpoint) }
    }

    @Test func whatNobodyTakesIsClosed() throws {
        let endpoint = try TestTransport.ipc.endpoint()
        let descriptor = try listening(try #require(endpoint.path))
        defer { remove(endpoint) }
        do {
            _ = try Context(inherited: InheritedListeners([endpoint: descriptor]))
        }
        #expect(fcntl(descriptor, F_GETFD) == -1)
    }
}
