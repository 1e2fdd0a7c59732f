extension Socket {
    /// All messages, one after the other, until the socket is closed.
    package var messages: Messages { Messages(socket: self) }

    package struct Messages: AsyncSequence {
        fileprivate let socket: Socket

        package func makeAsyncIterator() -> Iterator { Iterator(socket: socket) }

        package struct Iterator: AsyncIteratorProtocol {
            fileprivate let socket: Socket

            /// - Throws: `CancellationError`, `ZeroMQError`. Nil when the socket is closed.
            package mutating func next(isolation actor: isolated (any Actor)?) async throws -> Message? {
                do {
                    return try await socket.receive()
                } catch let error as ZeroMQError where error.code == .closed {
                    return nil
                }
            }
        }
    }
}

extension PollLoop {
    func hasReceiver(_ socket: Socket) -> Bool { pollSet.hasReceiver(socket) }
    func hasSender(_ socket: Socket) -> Bool { pollSet.hasSender(socket) }
    func waiters(of socket: Socket) -> [Waiter] { pollSet.waiters(of: socket) }
}
