internal import Glibc
internal import Hummingbird
internal import HummingbirdCore
package import Logging
internal import NIOCore
internal import NIOPosix
internal import ServiceLifecycle

/// Serves metrics and health over HTTP: `/metrics`, `/healthz`, `/readyz`, `/status`, and what routes it is given.
///
/// Reads GET and HEAD requests without a body, and POST with one where a route takes it; their size, number and time are
/// bounded. An answer that does
/// not come in time is a 503, so that a service that hangs is seen to hang.
package struct HTTPEndpoint: Service {
    /// Where the answers come from. Each is asked for every request, never twice at a time.
    package struct Sources: Sendable {
        /// `/metrics`.
        package var metrics: @Sendable () async -> [MetricFamily]
        /// `/healthz`: why the service should be restarted; empty when it is well.
        package var healthFaults: @Sendable () async -> [String]
        /// `/readyz`: why the service takes no articles now; empty when it does.
        package var readinessFaults: @Sendable () async -> [String]
        /// `/status`, as JSON text.
        package var status: @Sendable () async -> String

        package init(
            metrics: @escaping @Sendable () async -> [MetricFamily],
            healthFaults: @escaping @Sendable () async -> [String],
            readinessFaults: @escaping @Sendable () async -> [String],
            status: @escaping @Sendable () async -> String
        ) {
            self.metrics = metrics
            self.healthFaults = healthFaults
            self.readinessFaults = readinessFaults
            self.status = status
        }
    }

    /// Bounds on requests.
    package struct Limits: Sendable {
        /// Time for one answer. Default 2 s.
        package var answerTime = Duration.seconds(2)
        /// Time after which a connection that sends nothing, or trickles its headers, is closed. Default 10 s.
        package var idleTime = Duration.seconds(10)
        /// Connections at once; more wait to be accepted. Default 1,024: as many as a client that does nothing can hold.
        package var connections = 1_024
        /// Bytes of all headers together. Default 16 KiB.
        package var headerBytes = 16 << 10

        package init() {}
    }

    private let address: String
    private let host: String
    private let port: Int
    private let responder: EndpointResponder
    private let limits: Limits
    private let logger: Logger
    private let descriptor: Int32?
    private let onListening: @Sendable (_ port: Int) async -> Void

    /// - Parameters:
    ///   - address: `host:port`, an IPv6 address in brackets; port 0 lets the system choose.
    ///   - descriptor: a socket that listens there already, never blocks, and belongs to the endpoint from now on; nil: it
    ///     makes its own.
    ///   - sources: where the answers come from.
    ///   - routes: further pages. One with a path of the four above replaces it.
    ///   - limits: bounds on requests.
    ///   - admits: whether a request with this Authorization header is answered; nil: every one is.
    ///   - logger: for the server's own messages.
    ///   - onListening: called with the port once connections are accepted.
    /// - Throws: `HTTPEndpointError.badAddress`.
    package init(
        address: String, descriptor: Int32? = nil, sources: Sources, routes: [HTTPRoute] = [],
        limits: Limits = Limits(), admits: (@Sendable (_ authorization: String?) -> Bool)? = nil, logger: Logger,
        onListening: @escaping @Sendable (_ port: Int) async -> Void = { _ in }
    ) throws(HTTPEndpointError) {
        guard let colon = address.lastIndex(of: ":"), let port = UInt16(address[address.index(after: colon)...]) else {
            throw .badAddress(address)
        }
        var host = address[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
        guard !host.isEmpty else { throw .badAddress(address) }
        self.address = address
        self.descriptor = descriptor
        self.host = host == "*" ? "0.0.0.0" : String(host)
        self.port = Int(port)
        self.limits = limits
        self.logger = logger
        self.onListening = onListening
        self.responder = EndpointResponder(
            routes: Self.routes(sources, within: limits.answerTime) + routes, answerTime: limits.answerTime,
            admits: admits)
    }

    /// Serves until graceful shutdown: then answers what was asked and closes.
    ///
    /// - Throws: `HTTPEndpointError.addressInUse` or `.cannotListen` when the address cannot be bound.
    package func run() async throws {
        // One thread of its own: a scrape now and then needs no more, and each of the shared group's costs memory.
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let server = HTTPServer(
            listener: descriptor.map { .descriptor($0) } ?? .address(host: host, port: port), responder: responder,
            configuration: .init(
                idleTimeout: TimeAmount(limits.idleTime),
                httpDecoderConfiguration: .init(
                    maxHeaderFieldSize: limits.headerBytes, maxHeaderListSize: limits.headerBytes,
                    maxHeaderFieldCount: 100)),
            connections: limits.connections, group: group, logger: logger, onListening: onListening)
        do {
            try await server.run()
        } catch {
            try? await group.shutdownGracefully()
            throw explained(error)
        }
        try? await group.shutdownGracefully()
    }

    private func explained(_ error: any Error) -> any Error {
        guard let error = error as? IOError else { return error }
        return error.errnoCode == EADDRINUSE
            ? HTTPEndpointError.addressInUse(address)
            : .cannotListen(address, reason: String(cString: strerror(error.errnoCode)))
    }

    private static func routes(_ sources: Sources, within limit: Duration) -> [HTTPRoute] {
        let metrics = SharedQuestion(sources.metrics)
        let health = SharedQuestion(sources.healthFaults)
        let readiness = SharedQuestion(sources.readinessFaults)
        let status = SharedQuestion(sources.status)
        let late = HTTPReply.text("no answer within \(limit)\n", status: 503)
        @Sendable func verdict(_ faults: [String]?) -> HTTPReply {
            guard let faults else { return late }
            return faults.isEmpty ? .text("ok\n") : .text(faults.joined(separator: "\n") + "\n", status: 503)
        }
        return [
            HTTPRoute(path: "/metrics") { _ in
                guard let families = await metrics.answer(within: limit) else { return late }
                return .text(PrometheusText.render(families), contentType: PrometheusText.contentType)
            },
            HTTPRoute(path: "/healthz") { _ in verdict(await health.answer(within: limit)) },
            HTTPRoute(path: "/readyz") { _ in verdict(await readiness.answer(within: limit)) },
            HTTPRoute(path: "/status") { _ in await status.answer(within: limit).map { .json($0) } ?? late },
        ]
    }
}

/// Why the endpoint does not listen.
package enum HTTPEndpointError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The address is not `host:port`.
    case badAddress(String)
    /// Another program listens there.
    case addressInUse(String)
    /// The system refuses for another reason.
    case cannotListen(String, reason: String)

    package var description: String {
        switch self {
        case .badAddress(let address):
            "endpoints.http: found \"\(address)\", expected host:port, such as 127.0.0.1:5570"
        case .addressInUse(let address):
            "endpoints.http: another program listens on \(address) already; stop it (ss -ltnp shows which it is), choose "
                + "another port, or turn the endpoint off with an empty address"
        case .cannotListen(let address, let reason):
            "endpoints.http: cannot listen on \(address): \(reason); check the host and that the port is allowed"
        }
    }
}
