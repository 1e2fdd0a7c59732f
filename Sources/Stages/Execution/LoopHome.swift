package import ZeroMQ

/// Runs a closure on a poll loop's thread, for making actors whose sockets belong to that thread.
package actor LoopHome {
    private let loop: PollLoop

    nonisolated package var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    package init(_ loop: PollLoop) { self.loop = loop }

    package func perform<Value: Sendable>(_ body: @Sendable () throws -> Value) rethrows -> Value { try body() }
}
