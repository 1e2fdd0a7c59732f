package import Authentication
package import ZeroMQ

/// Asks a running service's control socket: one JSON object out, one back.
package actor ControlClient {
    private let endpoint: Endpoint
    private let hasKeys: Bool
    private let loop: PollLoop
    private let socket: Socket

    nonisolated package var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    /// - Throws: `ZeroMQError`.
    package init(endpoint: Endpoint, identity: ClientIdentity? = nil, connection: ClientConnection) throws {
        hasKeys = identity != nil
        self.endpoint = endpoint
        loop = connection.loop
        socket = try Socket(
            .dealer, context: connection.context, loop: connection.loop, options: .asking.connecting(as: identity))
        try socket.connect(endpoint)
    }

    package func close() { socket.close() }

    /// - Parameter json: `{"command": …}` with what the command needs.
    /// - Returns: the answer's JSON.
    /// - Throws: `ClientError.unreachable` when no answer comes within the time.
    package func ask(_ json: [UInt8], within patience: Duration = .seconds(5)) async throws -> [UInt8] {
        let number = UInt64.random(in: 0 ... .max)
        let deadline = ContinuousClock.now + patience
        let question = Message(frames: [Correlation.frame(number), Frame(json)])
        while try !socket.trySend(question) {
            guard ContinuousClock.now < deadline else { throw unreachable(patience) }
            try await loop.sleep(for: .milliseconds(10))
        }
        while true {
            let left = deadline - .now
            guard left > .zero, let message = try await socket.receive(upTo: 1, within: left).first else {
                throw unreachable(patience)
            }
            // An answer to an earlier question that was given up is passed over.
            if message.frames.first.flatMap(Correlation.number) == number, let answer = message.frames.last {
                return answer.bytes
            }
        }
    }

    private func unreachable(_ patience: Duration) -> ClientError {
        .unreachable(endpoint: endpoint.description, patience: patience, hasKeys: hasKeys)
    }
}
