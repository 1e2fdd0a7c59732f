internal import CZeroMQ
internal import Glibc

/// A call of libzmq that failed, or one that this module refuses.
package struct ZeroMQError: Error, Sendable, Hashable {
    package enum Code: Sendable, Hashable {
        /// It would have to wait.
        case again
        /// The context was terminated.
        case terminated
        /// The socket was closed.
        case closed
        /// The poll loop was stopped.
        case loopStopped
        case addressInUse
        case addressNotAvailable
        /// The file system or the kernel does not allow it.
        case permissionDenied
        /// A ROUTER with `routerMandatory` does not know the routing id, or its peer is gone.
        case hostUnreachable
        /// An argument or option that libzmq or this module does not take.
        case invalid
        /// An endpoint that cannot be read.
        case invalidEndpoint
        /// Nothing is bound or connected there.
        case notFound
        /// The socket's state does not allow it: REQ and REP alternate between sending and receiving.
        case wrongState
        /// A second task waits to receive from, or to send to, the same socket.
        case concurrentUse
        case notSupported
        case noMemory
        case interrupted
        case tooManySockets
        case other(Int32)
    }

    package let code: Code
    /// What was tried: "bind", "send".
    package let operation: String
    package let endpoint: String?
    /// What is wrong and what to do, where this module knows more than the code.
    package let detail: String?

    package init(_ code: Code, operation: String, endpoint: String? = nil, detail: String? = nil) {
        self.code = code
        self.operation = operation
        self.endpoint = endpoint
        self.detail = detail
    }

    /// - Parameter number: as `zmq_errno()` gave it, read before anything else ran on the thread.
    init(number: Int32, operation: String, endpoint: String? = nil, detail: String? = nil) {
        self.init(Code(number: number), operation: operation, endpoint: endpoint, detail: detail)
    }

    /// The error of the call that just failed on this thread.
    static func last(_ operation: String, endpoint: String? = nil) -> ZeroMQError {
        ZeroMQError(number: zmq_errno(), operation: operation, endpoint: endpoint)
    }
}

extension ZeroMQError.Code {
    init(number: Int32) {
        switch number {
        case EAGAIN: self = .again
        case zeromq_ETERM(): self = .terminated
        case ENOTSOCK: self = .closed
        case EADDRINUSE: self = .addressInUse
        case EADDRNOTAVAIL, ENODEV: self = .addressNotAvailable
        case EACCES, EPERM: self = .permissionDenied
        case EHOSTUNREACH: self = .hostUnreachable
        case EINVAL: self = .invalid
        case ENOENT: self = .notFound
        case zeromq_EFSM(): self = .wrongState
        case ENOTSUP, EPROTONOSUPPORT, zeromq_ENOCOMPATPROTO(): self = .notSupported
        case ENOMEM: self = .noMemory
        case EINTR: self = .interrupted
        case EMFILE, ENFILE: self = .tooManySockets
        default: self = .other(number)
        }
    }

    fileprivate var summary: String {
        switch self {
        case .again: "it would have to wait"
        case .terminated: "the ZeroMQ context is shut down"
        case .closed: "the socket is closed"
        case .loopStopped: "the poll loop is stopped"
        case .addressInUse: "the address is in use"
        case .addressNotAvailable: "this machine has no such address"
        case .permissionDenied: "permission denied"
        case .hostUnreachable: "the peer is not connected"
        case .invalid: "an argument is not valid"
        case .invalidEndpoint: "the endpoint is not valid"
        case .notFound: "there is no such endpoint"
        case .wrongState: "the socket's state does not allow it"
        case .concurrentUse: "another task is already waiting"
        case .notSupported: "not supported by this socket or by libzmq"
        case .noMemory: "out of memory"
        case .interrupted: "interrupted by a signal"
        case .tooManySockets: "too many open sockets"
        case .other(let number): String(cString: zmq_strerror(number)) + " (error \(number))"
        }
    }

    fileprivate var remedy: String? {
        switch self {
        case .addressInUse: "stop the other program that uses it, or choose another port or path"
        case .addressNotAvailable: "use an address or interface of this machine, or * for all of them"
        case .permissionDenied: "ports below 1024 and directories of others need privileges: choose another port or path"
        case .notFound: "for ipc, the directory must exist"
        case .tooManySockets: "raise the limit on open files (LimitNOFILE, ulimit -n)"
        case .wrongState: "REQ sends before it receives, REP receives before it sends"
        case .concurrentUse: "let one task receive and one task send"
        default: nil
        }
    }
}

extension ZeroMQError: CustomStringConvertible {
    package var description: String {
        var text = "cannot \(operation)"
        if let endpoint { text += " \(endpoint)" }
        text += ": \(detail ?? code.summary)"
        if detail == nil, let remedy = code.remedy { text += "; \(remedy)" }
        return text
    }
}
