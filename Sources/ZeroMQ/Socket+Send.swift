internal import CZeroMQ
internal import Glibc

extension Socket {
    /// Hands the message to libzmq if there is room for it; never waits.
    /// - Returns: false if it would have to wait: the queue is full, or no peer is there.
    /// - Throws: `ZeroMQError`: `hostUnreachable` (a ROUTER with `routerMandatory`), `wrongState`, `closed`, `terminated`;
    ///   `invalid` for a message without frames.
    package func trySend(_ message: Message) throws(ZeroMQError) -> Bool {
        let handle = try adopt("send")
        let last = message.frames.count - 1
        guard last >= 0 else { throw ZeroMQError(.invalid, operation: "send", detail: "the message has no frames") }
        var isComplete = true
        for (index, frame) in message.frames.enumerated() {
            let flags = index == last ? ZMQ_DONTWAIT : ZMQ_DONTWAIT | ZMQ_SNDMORE
            if try send(frame, handle, flags) { continue }
            if index == 0 { return false }
            // The peer left in the middle of the message. libzmq has taken the earlier frames back and drops the rest,
            // which it must be given before another message can begin.
            isComplete = false
        }
        return isComplete
    }

    /// Sends the message, waiting for room.
    /// - Throws: `CancellationError` when the task is cancelled, the message then being unsent; `ZeroMQError`.
    package func send(_ message: Message, isolation: isolated (any Actor)? = #isolation) async throws {
        try await enter()
        var pause = Duration.milliseconds(1)
        while true {
            if try trySend(message) {
                loop.budget -= 1
                return
            }
            guard !loop.hasSender(self) else { throw ZeroMQError(.concurrentUse, operation: "send") }
            _ = try await loop.suspend(Waiter(.send(self), deadline: .forever))
            if try trySend(message) {
                loop.budget -= 1
                return
            }
            // A ROUTER counts as ready when any peer has room, even if this message's peer has none.
            try await loop.sleep(for: pause)
            pause = min(pause * 2, .milliseconds(32))
        }
    }

    /// False if it would have to wait.
    private func send(_ frame: Frame, _ handle: UnsafeMutableRawPointer, _ flags: Int32) throws(ZeroMQError) -> Bool {
        var copy = zmq_msg_t()
        zmq_msg_init(&copy)
        // After a successful send there is nothing left in it, and closing it costs nothing.
        defer { zmq_msg_close(&copy) }
        guard frame.copy(to: &copy) == 0 else { throw .last("send") }
        while zmq_msg_send(&copy, handle, flags) < 0 {
            switch zmq_errno() {
            case EINTR: continue
            case EAGAIN: return false
            case let number: throw ZeroMQError(number: number, operation: "send")
            }
        }
        return true
    }
}
