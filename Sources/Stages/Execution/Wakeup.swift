/// Wakes one waiting task; signals that nobody waits for are remembered as one. Ends with the waiting task's cancellation.
package struct Wakeup: Sendable {
    private let stream: AsyncStream<Void>
    private let continuation: AsyncStream<Void>.Continuation

    package init() {
        (stream, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    package func signal() { continuation.yield() }

    /// The signals, for the one task that waits for them.
    package var signals: AsyncStream<Void> { stream }
}
