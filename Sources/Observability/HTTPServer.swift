internal import Hummingbird
internal import HummingbirdCore
internal import Logging
internal import NIOCore
internal import NIOPosix
internal import ServiceLifecycle
internal import Synchronization

/// Accepts connections and leaves each to Hummingbird's HTTP/1 channel.
///
/// It stands in for Hummingbird's `Application`, which can listen on an address only, not on a socket that listens already,
/// and which ends its connections at a stop in a task that nobody waits for: that one found the event loop shut down.
struct HTTPServer {
    enum Listener {
        case address(host: String, port: Int)
        /// A socket in the listening state that never blocks; from now on it belongs to the server.
        case descriptor(Int32)
    }

    let listener: Listener
    /// Connections at once; more wait to be accepted.
    let connections: Int
    let channel: HTTP1Channel
    let group: any EventLoopGroup
    let logger: Logger
    /// Called with the port once connections are accepted.
    let onListening: @Sendable (_ port: Int) async -> Void

    typealias ServerChannel = NIOAsyncChannel<HTTP1Channel.Value, Never>

    init(
        listener: Listener, responder: EndpointResponder, configuration: HTTP1Channel.Configuration, connections: Int,
        group: any EventLoopGroup, logger: Logger, onListening: @escaping @Sendable (_ port: Int) async -> Void
    ) {
        self.listener = listener
        self.connections = connections
        self.group = group
        self.logger = logger
        self.onListening = onListening
        channel = HTTP1Channel(
            responder: { (request, writer: consuming ResponseWriter, channel) in
                let context = EndpointResponder.Context(source: .init(channel: channel, logger: logger))
                let response = try await responder.respond(to: request, context: context)
                try await writer.write(response: response.head, body: response.body)
            }, configuration: configuration)
    }

    /// Serves until cancelled, or until graceful shutdown: then answers what was asked. When it returns, every connection
    /// is closed and nothing is left for the event loop to do.
    /// - Throws: `IOError` when it cannot listen.
    func run() async throws {
        let server = try await bind()
        let open = OpenChannels()
        await withDiscardingTaskGroup { tasks in
            tasks.addTask {
                guard (try? await gracefulShutdown()) != nil else { return }
                server.channel.close(promise: nil)
                open.quiesce()
            }
            await onListening(server.channel.localAddress?.port ?? 0)
            await accept(from: server, open)
            tasks.cancelAll()
        }
    }

    private func accept(from server: ServerChannel, _ open: OpenChannels) async {
        await withDiscardingTaskGroup { tasks in
            do {
                try await server.executeThenClose { connections in
                    for try await connection in connections {
                        tasks.addTask {
                            open.insert(connection.channel)
                            await channel.handle(value: connection, logger: logger)
                            open.remove(connection.channel)
                        }
                    }
                }
            } catch {
                logger.debug("connections are no longer accepted", metadata: ["error": "\(error)"])
            }
        }
    }

    private func bind() async throws -> ServerChannel {
        let (connections, channel, logger) = (connections, channel, logger)
        let bootstrap = ServerBootstrap(group: group)
            .serverChannelOption(ChannelOptions.backlog, value: 128)
            .serverChannelOption(ChannelOptions.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(ChannelOptions.allowRemoteHalfClosure, value: true)
            .serverChannelInitializer { server in
                server.eventLoop.makeCompletedFuture {
                    try server.pipeline.syncOperations.addHandler(
                        AvailableConnectionsChannelHandler(
                            delegate: MaximumAvailableConnections(connections, logger: logger)))
                }
            }
        switch listener {
        case .address(let host, let port):
            return try await bootstrap.bind(host: host, port: port) { channel.setup(channel: $0, logger: logger) }
        case .descriptor(let descriptor):
            return try await bootstrap.bind(descriptor) { channel.setup(channel: $0, logger: logger) }
        }
    }
}

/// The connections that are open, to tell them of the end.
private final class OpenChannels: Sendable {
    private let state = Mutex((channels: [ObjectIdentifier: any Channel](), isQuiescing: false))

    func insert(_ channel: any Channel) {
        let isLate = state.withLock { state in
            state.channels[ObjectIdentifier(channel)] = channel
            return state.isQuiescing
        }
        if isLate { Self.tell(channel) }
    }

    func remove(_ channel: any Channel) {
        state.withLock { _ = $0.channels.removeValue(forKey: ObjectIdentifier(channel)) }
    }

    /// Connections that wait for a request are closed, others after their answer.
    func quiesce() {
        let channels = state.withLock { state in
            state.isQuiescing = true
            return Array(state.channels.values)
        }
        channels.forEach(Self.tell)
    }

    private static func tell(_ channel: any Channel) {
        channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
    }
}
