internal import CZeroMQ
internal import Glibc

/// The connections that others have made to a bound socket, by libzmq's monitor. libzmq itself neither bounds their number nor
/// tells which peer does not read; here both can be had, and such a connection ended. Its client may come again.
///
/// Not Sendable: it belongs to the actor whose socket it watches. It keeps a second descriptor of each connection, since the
/// number of libzmq's own may be another's by the time that its event is read.
package final class ConnectionMonitor {
    private struct Connection {
        let descriptor: Int32
        /// Since when every look found bytes that its peer did not take.
        var stalledSince: MonotonicTime?
    }

    private let socket: Socket
    private let events: Socket
    private let limit: Int
    /// By libzmq's number of the descriptor.
    private var connections: [Int32: Connection] = [:]
    /// Connections that were ended because there were too many.
    package private(set) var refused = 0
    /// Connections that were ended because their peers did not read.
    package private(set) var disconnected = 0

    /// - Parameter limit: connections at once; newer ones are ended as soon as they are there.
    /// - Throws: `ZeroMQError`.
    package init(
        of socket: Socket, name: String, context: Context, loop: PollLoop, limit: Int = .max
    ) throws(ZeroMQError) {
        self.socket = socket
        self.limit = limit
        let address = "inproc://monitor-\(name)"
        try socket.monitor(at: address, events: ZMQ_EVENT_ACCEPTED | ZMQ_EVENT_DISCONNECTED)
        var options = SocketOptions()
        // libzmq's own thread would wait for whoever does not read its events.
        options.receiveHighWaterMark = 0
        options.sendHighWaterMark = 0
        events = try Socket(.pair, context: context, loop: loop, options: options)
        try events.connect(Endpoint(address))
    }

    deinit { closeDescriptors() }

    package var count: Int { connections.count }

    /// Follows what happens until cancelled or closed.
    package func run(isolation: isolated (any Actor)? = #isolation) async throws {
        while true {
            for message in try await events.receive(upTo: 256) { note(message) }
        }
    }

    /// To be called before its socket is closed.
    package func close() {
        socket.endMonitor()
        events.close()
        closeDescriptors()
    }

    private func closeDescriptors() {
        for connection in connections.values { Glibc.close(connection.descriptor) }
        connections.removeAll()
    }

    /// The first frame: a 16-bit event and its 32-bit value, here a descriptor, in the host's own order.
    private func note(_ message: Message) {
        guard let frame = message.frames.first, frame.count == 6 else { return }
        let (event, number) = frame.withUnsafeBytes { bytes in
            (bytes.loadUnaligned(as: UInt16.self), bytes.loadUnaligned(fromByteOffset: 2, as: Int32.self))
        }
        if let known = connections.removeValue(forKey: number) { Glibc.close(known.descriptor) }
        guard Int32(event) == ZMQ_EVENT_ACCEPTED else { return }
        let descriptor = zeromq_duplicate(number)
        guard descriptor >= 0 else { return }
        guard connections.count < limit else {
            Glibc.shutdown(descriptor, Int32(SHUT_RDWR))
            Glibc.close(descriptor)
            refused += 1
            return
        }
        connections[number] = Connection(descriptor: descriptor)
    }

    /// Looks which peers take what they are sent. Call it often while much is held: one look that finds nothing unsent clears
    /// its connection.
    package func look() {
        socket.settle()
        let now = MonotonicTime.now
        for (number, connection) in connections {
            let isStalled = zeromq_unsent_bytes(connection.descriptor) > 0
            connections[number]?.stalledSince = isStalled ? connection.stalledSince ?? now : nil
        }
    }

    /// Ends the connection that was found stalled for longest, if that is at least `duration`; libzmq then frees its queue.
    /// - Returns: whether there was one.
    package func disconnectStalled(for duration: Duration) -> Bool {
        let oldest = connections.compactMap { number, connection in connection.stalledSince.map { (number, $0) } }
            .min { $0.1 < $1.1 }
        guard let (number, since) = oldest, since + duration <= .now,
            let connection = connections.removeValue(forKey: number)
        else { return false }
        Glibc.shutdown(connection.descriptor, Int32(SHUT_RDWR))
        Glibc.close(connection.descriptor)
        disconnected += 1
        return true
    }
}

extension Socket {
    fileprivate func monitor(at address: String, events: Int32) throws(ZeroMQError) {
        guard zmq_socket_monitor(try open("monitor"), address, events) == 0 else { throw .last("monitor") }
    }

    /// Lets libzmq clear up after connections that ended: it does so in calls of the socket's own thread alone.
    fileprivate func settle() {
        guard let handle else { return }
        var (events, size) = (Int32(0), MemoryLayout<Int32>.size)
        zmq_getsockopt(handle, ZMQ_EVENTS, &events, &size)
    }

    fileprivate func endMonitor() {
        if let handle { zmq_socket_monitor(handle, nil, 0) }
    }
}
