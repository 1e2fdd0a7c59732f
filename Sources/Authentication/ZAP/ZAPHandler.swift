package import Logging
package import ZeroMQ

/// Decides for all sockets of a context which connections may be opened: those with CURVE and a key of the allow-list.
///
/// It must be made before any socket binds. Sockets enforce their ZAP domain: where the handler is gone, or does not answer, no
/// connection is opened.
package actor ZAPHandler {
    /// Figures since the start.
    package struct Figures: Sendable, Equatable {
        package var allowed = 0
        package var refused = 0
    }

    /// Where libzmq asks.
    private static let endpoint = "inproc://zeromq.zap.01"
    /// Refusals that are logged in a row; a flood must not fill the log.
    private static let loggedRefusals = 20

    private let control: AccessControl
    private let loop: PollLoop
    private let socket: Socket
    private let logger: Logger
    private var isLogging = loggedRefusals
    private var lastRefusal = ContinuousClock.now
    package private(set) var figures = Figures()

    nonisolated package var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    /// Binds the handler's socket.
    /// - Parameter loop: one of its own, so that nothing holds up a handshake.
    /// - Throws: `ZeroMQError`: `addressInUse` when the context has a handler.
    package init(control: AccessControl, context: Context, loop: PollLoop, logger: Logger) throws {
        self.control = control
        self.loop = loop
        self.logger = logger
        var options = SocketOptions()
        // One question a connection is under way at most; none may be dropped.
        options.receiveHighWaterMark = 0
        options.sendHighWaterMark = 0
        socket = try Socket(.router, context: context, loop: loop, options: options)
        _ = try socket.bind(Endpoint(Self.endpoint))
    }

    /// Answers until cancelled.
    package func run() async throws {
        defer { socket.close() }
        while true {
            for message in try await socket.receive(upTo: 64) { answer(message) }
        }
    }

    private func answer(_ message: Message) {
        guard let delimiter = message.frames.firstIndex(where: \.isEmpty) else { return }
        let body = message.frames[(delimiter + 1)...]
        let reply = reply(to: body)
        let isAllowed = reply.status == .allowed
        if isAllowed { figures.allowed += 1 } else { figures.refused += 1 }
        // A connection that is gone needs no answer.
        _ = try? socket.trySend(Message(frames: message.frames[...delimiter] + reply.frames))
    }

    private func reply(to body: ArraySlice<Frame>) -> ZAPReply {
        let request: ZAPRequest
        do throws(ZAPRequest.Fault) {
            request = try ZAPRequest(frames: body)
        } catch {
            logger.error("a connection's credentials could not be read", metadata: ["error": "\(error)"])
            return ZAPReply(id: body.dropFirst().first ?? Frame(), status: .fault, text: "not a request")
        }
        let (reply, reason) = Self.judge(request, by: control)
        if let reason { logRefusal(of: request, reason) }
        return reply
    }

    /// The decision, and for a refusal why.
    package static func judge(_ request: ZAPRequest, by control: AccessControl) -> (ZAPReply, refusal: String?) {
        func refused(_ reason: String) -> (ZAPReply, String?) {
            // The client is told no more than that.
            (ZAPReply(id: request.id, status: .refused, text: "refused"), reason)
        }
        guard let domain = AccessDomain(rawValue: request.domain) else {
            return refused("the domain \"\(request.domain)\" is unknown")
        }
        guard case .curve(let key) = request.credentials, let user = CurveKey.text(key) else {
            return refused("it shows no CURVE key")
        }
        guard let client = control.client(withKey: key) else { return refused("the key \(user) is not in the allow-list") }
        guard client.mayConnect(to: domain) else { return refused("\(client.name) may not use \(domain.rawValue)") }
        // The key itself, not the name, which another key may have one day.
        return (ZAPReply(id: request.id, status: .allowed, text: "allowed", user: user), nil)
    }

    private func logRefusal(of request: ZAPRequest, _ reason: String) {
        if lastRefusal.duration(to: .now) > .seconds(60) { isLogging = Self.loggedRefusals }
        lastRefusal = .now
        isLogging -= 1
        guard isLogging >= 0 else { return }
        logger.warning(
            "a connection was refused\(isLogging == 0 ? "; the next ones are not logged" : "")",
            metadata: ["socket": "\(request.domain)", "address": "\(request.address)", "reason": "\(reason)"])
    }
}
