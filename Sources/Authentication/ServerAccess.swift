package import ZeroMQ

/// How a socket that listens proves itself, and whom it lets in.
package struct ServerAccess: Sendable {
    private let control: AccessControl?
    private let domain: AccessDomain
    private let handshakeTime: Duration?

    /// No keys: the socket is guarded by the mode of its file, or by being reachable on this machine alone.
    package static let open = ServerAccess(control: nil, domain: .ingest, handshakeTime: nil)

    /// - Parameters:
    ///   - control: nil for a socket without encryption.
    ///   - domain: whom it lets in.
    ///   - handshakeTime: after which a connection that has not come to an end of its handshake is closed.
    package init(control: AccessControl?, domain: AccessDomain, handshakeTime: Duration?) {
        self.control = control
        self.domain = domain
        self.handshakeTime = handshakeTime
    }

    /// Whether clients need a key.
    package var isEncrypted: Bool { control != nil }

    /// How another part of this process connects to the socket; nil without encryption.
    package var ownIdentity: ClientIdentity? { control?.ownIdentity }

    /// Puts keys and limits into the options of a socket that is to be made.
    package func secure(_ options: inout SocketOptions) {
        if let handshakeTime { options.handshakeInterval = handshakeTime }
        guard let control else { return }
        options.curve = .server(secretKey: control.secretKey)
        options.zapDomain = domain.rawValue
    }

    /// Who sent the message; nil for a key that is not let in any more. Without encryption, and for messages from this
    /// process, nobody in particular.
    package func sender(of message: Message) -> Sender? {
        guard let control else { return .anybody }
        guard let frame = message.frames.last else { return nil }
        guard let user = frame.metadata("User-Id") else {
            // What comes over inproc has no address; what comes over the network without a user passed no handshake.
            return frame.metadata("Peer-Address") == nil ? .anybody : nil
        }
        guard let key = CurveKey.bytes(user), let client = control.client(withKey: key),
            client.mayConnect(to: domain)
        else { return nil }
        return .client(client)
    }

    /// Whether the sender's key is still let in.
    package func admits(_ message: Message) -> Bool { control == nil || sender(of: message) != nil }

    /// Lets a socket that listens take the service's present key, and closes its connections.
    /// - Throws: `ZeroMQError` when it cannot listen any more; `CancellationError`.
    package func rekey(_ socket: Socket, at endpoint: Endpoint, isolation: isolated (any Actor)? = #isolation) async throws {
        guard let control else { return }
        try await socket.rekey(control.secretKey, at: endpoint)
    }

    /// The sender of a message.
    package enum Sender: Sendable, Equatable {
        /// No key was asked for.
        case anybody
        case client(AllowList.Client)

        package func has(_ right: AccessRight?) -> Bool {
            switch self {
            case .anybody: true
            case .client(let client): right.map { client.rights.contains($0) } ?? false
            }
        }

        /// For messages to people.
        package var name: String? {
            if case .client(let client) = self { client.name } else { nil }
        }
    }
}
