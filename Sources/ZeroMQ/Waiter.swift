/// One suspended task: it sleeps, or waits for a socket, until the loop wakes it.
///
/// `@unchecked Sendable`: it is only looked into on the loop's thread; other threads carry it there.
final class Waiter: @unchecked Sendable {
    enum Outcome {
        case ready, timedOut
    }

    enum Interest {
        case time
        case receive(Socket)
        case send(Socket)
    }

    /// Taken out when resumed, so that this happens once. Unsafe instead of checked, since a check costs an allocation
    /// for each message that is waited for.
    private var continuation: UnsafeContinuation<Outcome, any Error>?
    let interest: Interest
    let deadline: MonotonicTime
    /// Its place in the loop's timer heap; -1: not there.
    var heapIndex = -1
    /// Tells timers of the same deadline apart: the earlier one fires first.
    var order: UInt64 = 0
    /// Cancelled before the loop saw it.
    var isCancelled = false

    init(_ interest: Interest, deadline: MonotonicTime) {
        self.interest = interest
        self.deadline = deadline
    }

    var isForTime: Bool {
        if case .time = interest { true } else { false }
    }

    var isForClosedSocket: Bool {
        switch interest {
        case .time: false
        case .receive(let socket), .send(let socket): socket.isClosed
        }
    }

    var isSuspended: Bool { continuation != nil }

    func suspend(_ continuation: UnsafeContinuation<Outcome, any Error>) {
        self.continuation = continuation
    }

    func resume(_ result: Result<Outcome, any Error>) {
        guard let continuation else { return }
        self.continuation = nil
        continuation.resume(with: result)
    }
}
