internal import ZeroMQ

/// Bounds what a socket holds for peers that do not read, in bytes: libzmq counts messages, and only for each peer. Before it is
/// too much, the peer that has been behind for longest is disconnected; its client comes again, sees what it missed and asks for it.
///
/// Not Sendable: it belongs to the socket's actor.
final class SendQueueBound {
    /// Counts the frames that are sent.
    let gauge: ByteGauge
    private let monitor: ConnectionMonitor
    private let limit: Int
    private var lastDisconnection: ContinuousClock.Instant?

    /// A peer that takes nothing for this long is stalled.
    private static let patience = Duration.milliseconds(150)
    /// libzmq needs a moment to free the queue of a connection that ended.
    private static let pause = Duration.milliseconds(50)

    /// - Parameter limit: bytes held for all peers together.
    init(_ monitor: ConnectionMonitor, gauge: ByteGauge, limit: Int) {
        self.monitor = monitor
        self.gauge = gauge
        self.limit = limit
    }

    /// To be asked before each message, and again after a while when there is none: a peer is only found stalled by several looks.
    /// - Parameter own: bytes that the gauge shows and that the caller still holds.
    func hasRoom(besides own: Int = 0) -> Bool {
        let held = gauge.bytes - own
        guard held > limit / 2 else { return true }
        monitor.look()
        let now = ContinuousClock.now
        if held > limit / 4 * 3, lastDisconnection.map({ now - $0 >= Self.pause }) ?? true,
            monitor.disconnectStalled(for: Self.patience)
        {
            lastDisconnection = now
        }
        return held <= limit
    }
}
