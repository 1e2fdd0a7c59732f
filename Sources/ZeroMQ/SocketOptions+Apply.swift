internal import CZeroMQ

extension SocketOptions {
    /// Sets everything on a new socket.
    func apply(to handle: UnsafeMutableRawPointer, kind: Socket.Kind) throws(ZeroMQError) {
        guard maximumFrames >= 1 else {
            throw ZeroMQError(.invalid, operation: "set maximumFrames", detail: "it must be at least 1")
        }
        try set(handle, ZMQ_LINGER, milliseconds(linger), "linger")
        try set(handle, ZMQ_SNDHWM, sendHighWaterMark, "sendHighWaterMark")
        try set(handle, ZMQ_RCVHWM, receiveHighWaterMark, "receiveHighWaterMark")
        try set(handle, ZMQ_MAXMSGSIZE, maximumMessageBytes, "maximumMessageBytes")
        try set(handle, ZMQ_BACKLOG, backlog, "backlog")
        try applyConnection(to: handle)
        try apply(kind, to: handle)
        try applySecurity(to: handle)
    }

    private func applyConnection(to handle: UnsafeMutableRawPointer) throws(ZeroMQError) {
        try set(handle, ZMQ_HANDSHAKE_IVL, milliseconds(handshakeInterval), "handshakeInterval")
        if heartbeatInterval > .zero {
            try set(handle, ZMQ_HEARTBEAT_IVL, milliseconds(heartbeatInterval), "heartbeatInterval")
            try set(handle, ZMQ_HEARTBEAT_TIMEOUT, milliseconds(heartbeatTimeout), "heartbeatTimeout")
            try set(handle, ZMQ_HEARTBEAT_TTL, milliseconds(heartbeatTTL), "heartbeatTTL")
        }
        try set(handle, ZMQ_RECONNECT_IVL, milliseconds(reconnectInterval), "reconnectInterval")
        try set(handle, ZMQ_RECONNECT_IVL_MAX, milliseconds(reconnectIntervalMaximum), "reconnectIntervalMaximum")
        try set(handle, ZMQ_CONNECT_TIMEOUT, milliseconds(connectTimeout), "connectTimeout")
        if tcpKeepalive {
            try set(handle, ZMQ_TCP_KEEPALIVE, Int32(1), "tcpKeepalive")
            try set(handle, ZMQ_TCP_KEEPALIVE_IDLE, Int32(15), "tcpKeepalive")
            try set(handle, ZMQ_TCP_KEEPALIVE_INTVL, Int32(5), "tcpKeepalive")
            try set(handle, ZMQ_TCP_KEEPALIVE_CNT, Int32(3), "tcpKeepalive")
        }
        if immediate { try set(handle, ZMQ_IMMEDIATE, Int32(1), "immediate") }
        if let routingID { try set(handle, ZMQ_ROUTING_ID, routingID, "routingID") }
    }

    private func apply(_ kind: Socket.Kind, to handle: UnsafeMutableRawPointer) throws(ZeroMQError) {
        if routerMandatory { try set(handle, ZMQ_ROUTER_MANDATORY, Int32(1), "routerMandatory") }
        if routerHandover { try set(handle, ZMQ_ROUTER_HANDOVER, Int32(1), "routerHandover") }
        if xpubVerbose { try set(handle, ZMQ_XPUB_VERBOSE, Int32(1), "xpubVerbose") }
        if xpubNoDrop { try set(handle, ZMQ_XPUB_NODROP, Int32(1), "xpubNoDrop") }
        if conflate { try set(handle, ZMQ_CONFLATE, Int32(1), "conflate") }
        if requestRelaxed, kind == .req {
            try set(handle, ZMQ_REQ_RELAXED, Int32(1), "requestRelaxed")
            try set(handle, ZMQ_REQ_CORRELATE, Int32(1), "requestRelaxed")
        }
    }

    private func applySecurity(to handle: UnsafeMutableRawPointer) throws(ZeroMQError) {
        if !zapDomain.isEmpty { try set(handle, ZMQ_ZAP_DOMAIN, Array(zapDomain.utf8), "zapDomain") }
        guard let curve else { return }
        guard zmq_has("curve") == 1 else {
            throw ZeroMQError(.notSupported, operation: "set curve", detail: "this libzmq was built without CURVE")
        }
        switch curve {
        case .server(let secretKey):
            // Without a ZAP handler, CURVE lets every key in unless the domain is enforced.
            if !zapDomain.isEmpty { try set(handle, Int32(ZEROMQ_ZAP_ENFORCE_DOMAIN), Int32(1), "zapDomain") }
            try set(handle, ZMQ_CURVE_SERVER, Int32(1), "curve")
            try set(handle, ZMQ_CURVE_SECRETKEY, try key(secretKey), "curve secret key")
        case .client(let serverKey, let publicKey, let secretKey):
            try set(handle, ZMQ_CURVE_SERVERKEY, try key(serverKey), "curve server key")
            try set(handle, ZMQ_CURVE_PUBLICKEY, try key(publicKey), "curve public key")
            try set(handle, ZMQ_CURVE_SECRETKEY, try key(secretKey), "curve secret key")
        }
    }

    private func key(_ bytes: [UInt8]) throws(ZeroMQError) -> [UInt8] {
        guard bytes.count == 32 else {
            throw ZeroMQError(.invalid, operation: "set curve", detail: "a key has 32 bytes, this one \(bytes.count)")
        }
        return bytes
    }

    /// Clamped to what libzmq holds; negative durations are its "for ever".
    private func milliseconds(_ duration: Duration) -> Int32 {
        let (seconds, attoseconds) = duration.components
        guard duration >= .zero else { return -1 }
        let (whole, overflow) = seconds.multipliedReportingOverflow(by: 1_000)
        guard !overflow else { return .max }
        // Rounded up: a short duration must not become zero, which often means "off".
        let (total, overflow2) = whole.addingReportingOverflow((attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000)
        return overflow2 ? .max : Int32(clamping: total)
    }
}

/// Sets an option that is a number.
func set<Value: FixedWidthInteger>(
    _ handle: UnsafeMutableRawPointer, _ option: Int32, _ value: Value, _ name: String
) throws(ZeroMQError) {
    var value = value
    guard zmq_setsockopt(handle, option, &value, MemoryLayout<Value>.size) == 0 else { throw .last("set \(name)") }
}

/// Sets an option that is bytes.
func set(
    _ handle: UnsafeMutableRawPointer, _ option: Int32, _ value: [UInt8], _ name: String
) throws(ZeroMQError) {
    guard zmq_setsockopt(handle, option, value, value.count) == 0 else { throw .last("set \(name)") }
}
