internal import CZeroMQ
internal import Glibc

/// A ZeroMQ socket of an actor that lives on a `PollLoop`.
///
/// It is not Sendable: the compiler keeps it in its actor, and with it on the loop's thread. Before the first send or receive
/// it may be set up on any one thread, such as the one that runs the actor's `init`. At most one task receives and one task
/// sends at a time. What nobody waits for is not read: that is the back-pressure.
package final class Socket {
    package enum Kind: Sendable {
        case pair, pub, sub, req, rep, dealer, router, pull, push, xpub, xsub

        var type: Int32 {
            switch self {
            case .pair: ZMQ_PAIR
            case .pub: ZMQ_PUB
            case .sub: ZMQ_SUB
            case .req: ZMQ_REQ
            case .rep: ZMQ_REP
            case .dealer: ZMQ_DEALER
            case .router: ZMQ_ROUTER
            case .pull: ZMQ_PULL
            case .push: ZMQ_PUSH
            case .xpub: ZMQ_XPUB
            case .xsub: ZMQ_XSUB
            }
        }
    }

    package let kind: Kind
    package let options: SocketOptions
    let loop: PollLoop
    /// Sockets keep their context open.
    private let context: Context
    /// Nil once closed.
    private(set) var handle: UnsafeMutableRawPointer?
    /// Where received frames land before they are moved to their owners; made once, since libzmq wants a fixed address.
    let arrival: UnsafeMutablePointer<zmq_msg_t>
    /// Its place in the loop's poll set; -1: nobody waits.
    var pollIndex = -1
    /// Whether the loop's thread has used it: from then on no other thread may.
    private var isAdopted = false

    /// - Throws: `ZeroMQError`: an option is not valid, there are too many sockets, or the context is terminated.
    package init(_ kind: Kind, context: Context, loop: PollLoop, options: SocketOptions = .init()) throws(ZeroMQError) {
        self.kind = kind
        self.context = context
        self.loop = loop
        self.options = options
        let handle = try context.makeSocket(kind.type)
        do throws(ZeroMQError) {
            try options.apply(to: handle, kind: kind)
        } catch {
            zmq_close(handle)
            throw error
        }
        self.handle = handle
        arrival = .allocate(capacity: 1)
        zmq_msg_init(arrival)
    }

    deinit {
        // Nobody else has a reference: no task waits and the loop does not poll it, so any thread may close it.
        if let handle { zmq_close(handle) }
        zmq_msg_close(arrival)
        arrival.deallocate()
    }

    package var isClosed: Bool { handle == nil }

    /// Accepts connections at the endpoint.
    /// A listener that the context has inherited for this endpoint is taken over.
    /// - Returns: the endpoint with its real port and address where `*` was asked for.
    /// - Throws: `ZeroMQError`: `addressInUse`, `addressNotAvailable`, `permissionDenied` and others.
    ///   A second bind of one ipc path succeeds and takes it away from the first: guard the directory.
    @discardableResult
    package func bind(_ endpoint: Endpoint) throws(ZeroMQError) -> Endpoint {
        let handle = try open("bind", endpoint)
        if endpoint.isIPv6 { try set(handle, ZMQ_IPV6, Int32(1), "IPv6") }
        if let descriptor = try context.inherited.take(endpoint) {
            return try listen(on: descriptor, as: endpoint, handle: handle)
        }
        // libzmq binds to numbers and interfaces only.
        let address = endpoint.host?.lowercased() == "localhost"
            ? "tcp://127.0.0.1:\(endpoint.port.map { String($0) } ?? "*")" : endpoint.description
        guard zmq_bind(handle, address) == 0 else { throw .last("bind", endpoint: endpoint.description) }
        return endpoint.isWildcard ? try lastEndpoint(handle, of: endpoint) : endpoint
    }

    /// The address that was bound last.
    func lastEndpoint(_ handle: UnsafeMutableRawPointer, of endpoint: Endpoint) throws(ZeroMQError) -> Endpoint {
        var buffer = [UInt8](repeating: 0, count: 512)
        var count = buffer.count
        guard zmq_getsockopt(handle, ZMQ_LAST_ENDPOINT, &buffer, &count) == 0 else {
            throw .last("read the address of", endpoint: endpoint.description)
        }
        return try Endpoint(String(decoding: buffer.prefix(max(0, count - 1)), as: UTF8.self))
    }

    /// Connects now, or as soon as somebody listens there; and again whenever the connection breaks.
    package func connect(_ endpoint: Endpoint) throws(ZeroMQError) {
        let handle = try open("connect", endpoint)
        guard !endpoint.isWildcard else {
            throw ZeroMQError(
                .invalidEndpoint, operation: "connect", endpoint: endpoint.description,
                detail: "* is only good for listening; name the host and the port")
        }
        if endpoint.isIPv6 { try set(handle, ZMQ_IPV6, Int32(1), "IPv6") }
        guard zmq_connect(handle, endpoint.description) == 0 else {
            throw .last("connect", endpoint: endpoint.description)
        }
    }

    package func disconnect(_ endpoint: Endpoint) throws(ZeroMQError) {
        guard zmq_disconnect(try open("disconnect", endpoint), endpoint.description) == 0 else {
            throw .last("disconnect", endpoint: endpoint.description)
        }
    }

    /// - Parameter endpoint: as `bind` returned it.
    package func unbind(_ endpoint: Endpoint) throws(ZeroMQError) {
        guard zmq_unbind(try open("unbind", endpoint), endpoint.description) == 0 else {
            throw .last("unbind", endpoint: endpoint.description)
        }
    }

    /// A SUB takes messages whose first frame begins with the prefix; the empty one stands for all.
    package func subscribe(_ prefix: [UInt8]) throws(ZeroMQError) {
        try set(open("subscribe"), ZMQ_SUBSCRIBE, prefix, "subscription")
    }

    package func subscribe(_ prefix: String) throws(ZeroMQError) { try subscribe(Array(prefix.utf8)) }

    package func unsubscribe(_ prefix: [UInt8]) throws(ZeroMQError) {
        try set(open("unsubscribe"), ZMQ_UNSUBSCRIBE, prefix, "subscription")
    }

    package func unsubscribe(_ prefix: String) throws(ZeroMQError) { try unsubscribe(Array(prefix.utf8)) }

    /// Closes the socket; tasks that wait for it get the error `closed`. A second call does nothing.
    package func close() {
        guard let handle else { return }
        checkThread()
        for waiter in loop.waiters(of: self) {
            loop.finish(waiter, .failure(ZeroMQError(.closed, operation: "wait for a socket")))
        }
        self.handle = nil
        zmq_close(handle)
    }

    // MARK: Guards

    /// The handle of a socket that is open and on its thread.
    func open(_ operation: String, _ endpoint: Endpoint? = nil) throws(ZeroMQError) -> UnsafeMutableRawPointer {
        checkThread()
        guard let handle else { throw ZeroMQError(.closed, operation: operation, endpoint: endpoint?.description) }
        return handle
    }

    /// Like `open`, for sending and receiving: from now on the socket belongs to the loop's thread.
    func adopt(_ operation: StaticString) throws(ZeroMQError) -> UnsafeMutableRawPointer {
        assert(loop.isCurrent, "a socket's actor must live on the socket's loop")
        isAdopted = true
        guard let handle else { throw ZeroMQError(.closed, operation: "\(operation)") }
        return handle
    }

    private func checkThread() {
        assert(!isAdopted || loop.isCurrent, "a socket is used outside of its loop's thread")
    }
}
