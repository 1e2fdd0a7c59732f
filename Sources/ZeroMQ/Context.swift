internal import CZeroMQ
internal import Glibc

/// A libzmq context: the I/O threads and the space of inproc names that sockets share.
///
/// `@unchecked Sendable`: a context is one of the few objects of libzmq that any thread may use; whether it still exists
/// is guarded by `lock`.
package final class Context: @unchecked Sendable {
    private enum State {
        case open(UnsafeMutableRawPointer)
        case terminated
    }

    private let lock = ThreadLock()
    private var state: State
    /// Sockets that listen already, for those who bind.
    package let inherited: InheritedListeners

    /// - Parameters:
    ///   - ioThreads: threads that libzmq moves bytes on; one serves about a gigabyte a second.
    ///   - maximumSockets: more are refused with `tooManySockets`.
    ///   - inherited: a socket that binds to one of their endpoints takes that listener over.
    package init(
        ioThreads: Int = 1, maximumSockets: Int = 4096, inherited: InheritedListeners = InheritedListeners()
    ) throws(ZeroMQError) {
        self.inherited = inherited
        guard let handle = zmq_ctx_new() else { throw .last("create a context") }
        state = .open(handle)
        for (option, value) in [
            (ZMQ_IO_THREADS, ioThreads), (ZMQ_MAX_SOCKETS, maximumSockets), (ZMQ_BLOCKY, 0),
        ] where zmq_ctx_set(handle, option, Int32(clamping: value)) != 0 {
            throw .last("configure a context")
        }
    }

    deinit {
        // Every socket holds its context, so none is open; what is left may still wait for the peers' linger times.
        guard case .open(let handle) = state else { return }
        zmq_ctx_shutdown(handle)
        Termination(handle).start()
    }

    /// Shuts the context down, so that all waiting calls of its sockets fail with `terminated`, and waits until every socket
    /// is closed. Blocks the calling thread for up to `limit`; in async code use `shutdown(within:)`.
    /// - Returns: false if sockets were still open after `limit`: the context is then abandoned to its own thread. True
    ///   at once when it was terminated before.
    @discardableResult
    package func terminate(within limit: Duration) -> Bool {
        guard let handle = takeHandle() else { return true }
        zmq_ctx_shutdown(handle)
        let termination = Termination(handle)
        guard termination.start() else { return false }
        return termination.wait(for: limit)
    }

    /// Like `terminate(within:)`, without blocking the caller's thread.
    @discardableResult
    package func shutdown(within limit: Duration) async -> Bool {
        await withCheckedContinuation { continuation in
            let started = startDetachedThread(name: "zmq-shutdown") {
                continuation.resume(returning: self.terminate(within: limit))
            }
            if !started { continuation.resume(returning: false) }
        }
    }

    private func takeHandle() -> UnsafeMutableRawPointer? {
        lock.withLock {
            guard case .open(let handle) = state else { return nil }
            state = .terminated
            return handle
        }
    }

    /// A new socket's handle.
    func makeSocket(_ type: Int32) throws(ZeroMQError) -> UnsafeMutableRawPointer {
        // Under the lock, so that termination cannot free the context meanwhile.
        let (socket, number) = lock.withLock { () -> (UnsafeMutableRawPointer?, Int32) in
            guard case .open(let handle) = state else { return (nil, zeromq_ETERM()) }
            let socket = zmq_socket(handle, type)
            return (socket, socket == nil ? zmq_errno() : 0)
        }
        guard let socket else { throw ZeroMQError(number: number, operation: "create a socket") }
        return socket
    }
}

/// `zmq_ctx_term` on a thread of its own, since nothing bounds the time that it takes.
///
/// `@unchecked Sendable`: the pointer is used by the thread alone.
private final class Termination: @unchecked Sendable {
    private let handle: UnsafeMutableRawPointer
    private let finished = zeromq_eventfd()

    init(_ handle: UnsafeMutableRawPointer) {
        self.handle = handle
    }

    deinit {
        if finished >= 0 { close(finished) }
    }

    /// False if the system has no thread to spare.
    @discardableResult
    func start() -> Bool {
        startDetachedThread(name: "zmq-term") {
            while zmq_ctx_term(self.handle) != 0, zmq_errno() == EINTR {}
            var one: UInt64 = 1
            _ = write(self.finished, &one, MemoryLayout<UInt64>.size)
        }
    }

    func wait(for limit: Duration) -> Bool {
        guard finished >= 0 else { return false }
        let deadline = MonotonicTime.now + limit
        while true {
            var item = pollfd(fd: finished, events: Int16(POLLIN), revents: 0)
            let status = poll(&item, 1, Int32(clamping: deadline.millisecondsFromNow))
            if status > 0 { return true }
            if status == 0, deadline <= .now { return false }
            if status < 0, errno != EINTR { return false }
        }
    }
}
