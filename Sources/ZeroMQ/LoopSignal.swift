/// Wakes one task that waits on a poll loop; signals that nobody waits for are remembered as one. Not Sendable: it belongs to
/// an actor that runs on the loop.
package final class LoopSignal {
    private let loop: PollLoop
    private var waiter: Waiter?
    private var isSet = false

    package init(_ loop: PollLoop) { self.loop = loop }

    /// Returns at the next signal, or at once after one that nobody waited for.
    /// - Throws: `CancellationError`, or `ZeroMQError` when another task waits already or the loop was stopped.
    package func wait(isolation: isolated (any Actor)? = #isolation) async throws {
        guard waiter == nil else { throw ZeroMQError(.concurrentUse, operation: "wait for a signal") }
        if !isSet {
            let waiter = Waiter(.time, deadline: .forever)
            self.waiter = waiter
            defer { self.waiter = nil }
            _ = try await loop.suspend(waiter)
        } else {
            try Task.checkCancellation()
        }
        isSet = false
    }

    package func signal() {
        isSet = true
        if let waiter { loop.finish(waiter, .success(.ready)) }
    }
}
