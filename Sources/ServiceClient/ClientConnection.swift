package import ZeroMQ

/// What a client's sockets live on: a context and a poll loop of its own.
package final class ClientConnection: Sendable {
    package let context: Context
    package let loop: PollLoop

    /// - Throws: `ZeroMQError` when the system has no thread or file descriptor to spare.
    package init() throws(ZeroMQError) {
        context = try Context()
        loop = try PollLoop(name: "client")
    }

    /// Ends the loop and its sockets. All clients of this connection must be closed before.
    package func close() async {
        loop.stop()
        _ = await context.shutdown(within: .seconds(1))
    }
}

/// Why a client could not do what was asked.
package enum ClientError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Nobody answered in time.
    case unreachable(endpoint: String, patience: Duration, hasKeys: Bool = false)
    /// What came is no answer.
    case notAnAnswer(endpoint: String, detail: String)

    package var description: String {
        switch self {
        case .unreachable(let endpoint, let patience, let hasKeys):
            "the service does not answer at \(endpoint) (waited \(patience.components.seconds) s); is it running? "
                + (hasKeys
                    ? "If it is, its log says whether it refuses this client's key; else the service's key is another"
                    : "Start it with 'quoted serve', or name its configuration with --config or --state")
        case .notAnAnswer(let endpoint, let detail):
            "what answers at \(endpoint) is no quoted service: \(detail)"
        }
    }
}

extension SocketOptions {
    /// For a DEALER that asks: it queues nothing for a service that is not there.
    static var asking: SocketOptions {
        var options = SocketOptions()
        options.immediate = true
        options.maximumMessageBytes = 512 << 20
        options.maximumFrames = 100_000
        options.reconnectInterval = .milliseconds(50)
        options.reconnectIntervalMaximum = .seconds(1)
        return options
    }
}

/// A number as eight bytes, most significant first, and back.
enum Correlation {
    static func frame(_ number: UInt64) -> Frame {
        Frame((0..<8).map { UInt8(truncatingIfNeeded: number >> (56 - 8 * UInt64($0))) })
    }

    static func number(_ frame: Frame) -> UInt64? {
        guard frame.count == 8 else { return nil }
        return frame.bytes.reduce(0) { $0 << 8 | UInt64($1) }
    }
}

/// Where a client finds an endpoint that the service binds.
package enum ClientEndpoint {
    /// "All interfaces" becomes this machine.
    /// - Throws: `ZeroMQError` when it cannot be read.
    package static func reachable(_ endpoint: String) throws(ZeroMQError) -> Endpoint {
        let parsed = try Endpoint(endpoint)
        switch (parsed.host, parsed.port) {
        case ("*"?, let port?), ("0.0.0.0"?, let port?): return try Endpoint("tcp://127.0.0.1:\(port)")
        case ("::"?, let port?): return try Endpoint("tcp://[::1]:\(port)")
        default: return parsed
        }
    }
}
