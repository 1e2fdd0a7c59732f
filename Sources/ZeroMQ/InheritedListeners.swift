internal import CZeroMQ
internal import Glibc

/// Listening sockets that somebody made before this process began, such as systemd for a socket unit. A ZeroMQ socket that
/// binds to the endpoint of one takes it over, with the connections that wait in its queue, instead of making a new one.
///
/// `@unchecked Sendable`: `descriptors` is guarded by `lock`.
package final class InheritedListeners: @unchecked Sendable {
    private let lock = ThreadLock()
    private var descriptors: [Endpoint: Int32]

    /// - Parameter descriptors: sockets in the listening state, by the endpoint that will be bound. They belong to this object,
    ///   and are closed with it.
    package init(_ descriptors: [Endpoint: Int32] = [:]) {
        self.descriptors = descriptors
    }

    deinit {
        for descriptor in descriptors.values { close(descriptor) }
    }

    /// A descriptor of this endpoint's socket, which belongs to the caller: an endpoint may be left and bound to again. Nil if
    /// there is no such socket.
    /// - Throws: `ZeroMQError` when the process may have no more descriptors.
    func take(_ endpoint: Endpoint) throws(ZeroMQError) -> Int32? {
        guard let copy = lock.withLock({ descriptors[endpoint].map { fcntl($0, F_DUPFD_CLOEXEC, 3) } }) else { return nil }
        guard copy >= 0 else {
            throw ZeroMQError(number: errno, operation: "copy the inherited socket of", endpoint: endpoint.description)
        }
        return copy
    }
}

extension Socket {
    /// Accepts connections from a socket that listens already.
    ///
    /// libzmq (`ZMQ_USE_FD`, seen in 4.3.4) owns the descriptor from then on and closes it when the endpoint is unbound;
    /// it neither binds nor sets it up, and leaves the file of an ipc endpoint where it is. Whoever made the socket
    /// has a descriptor of its own, so the queue of connections outlives this process.
    /// - Returns: the endpoint with its real address.
    func listen(on descriptor: Int32, as endpoint: Endpoint, handle: UnsafeMutableRawPointer) throws(ZeroMQError) -> Endpoint {
        try set(handle, ZMQ_USE_FD, descriptor, "inherited descriptor")
        let status = zmq_bind(handle, endpoint.description)
        let number = zmq_errno()
        // For this endpoint alone: the socket may bind to others.
        try set(handle, ZMQ_USE_FD, Int32(-1), "inherited descriptor")
        guard status == 0 else {
            Glibc.close(descriptor)
            throw ZeroMQError(number: number, operation: "listen on the inherited socket of", endpoint: endpoint.description)
        }
        return try lastEndpoint(handle, of: endpoint)
    }
}
