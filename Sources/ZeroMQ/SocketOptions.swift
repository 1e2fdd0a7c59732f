/// What a socket is set to before it binds or connects. Every default is finite.
package struct SocketOptions: Sendable {
    /// How long a closed socket goes on trying to deliver what it holds. Negative: for ever.
    package var linger: Duration = .zero
    /// Messages that may wait for each peer; 0: no bound.
    package var sendHighWaterMark: Int32 = 1_000
    /// Messages that may wait from each peer; 0: no bound.
    package var receiveHighWaterMark: Int32 = 1_000
    /// Bytes of one frame; a peer that sends a larger one is disconnected. -1: no bound. Not for inproc.
    package var maximumMessageBytes: Int64 = 64 << 20
    /// Frames of one received message; those beyond are dropped and the message is marked `isTruncated`. At least 1.
    package var maximumFrames = 64
    /// A peer that takes longer to shake hands is disconnected.
    package var handshakeInterval: Duration = .seconds(10)
    /// How often an idle connection is probed by ZeroMQ's own means; zero: never. Off, since libzmq 4.3.4 aborts the process when
    /// a probe is due on a connection that ended while nobody read from it ("!_io_error", stream_engine_base.cpp): a client that
    /// is killed while it is held back would take the service along. TCP's own probes find hosts that are gone.
    package var heartbeatInterval: Duration = .zero
    /// A connection that is silent this long after a probe is closed.
    package var heartbeatTimeout: Duration = .seconds(15)
    /// How long the peer shall wait for our next probe before it closes the connection; whole tenths of a second.
    package var heartbeatTTL: Duration = .seconds(15)
    /// Messages queue only for connections that exist; for sockets that connect.
    package var immediate = false
    /// The name under which a ROUTER sees this socket, 1 to 255 bytes, the first not zero. Nil: the ROUTER invents one.
    package var routingID: [UInt8]?
    /// A ROUTER's message to an unknown peer is an error, not silently dropped.
    package var routerMandatory = false
    /// A ROUTER gives a routing id that is in use to the newcomer.
    package var routerHandover = false
    /// TCP probes a connection that is silent for 15 s, every 5 s, and ends it after three probes without an answer.
    package var tcpKeepalive = true
    package var reconnectInterval: Duration = .milliseconds(100)
    /// The interval doubles up to this.
    package var reconnectIntervalMaximum: Duration = .seconds(2)
    /// A TCP connection that is not up after this time is tried anew; zero: the system's default.
    package var connectTimeout: Duration = .seconds(5)
    /// An XPUB passes every subscription on, also ones that it has already.
    package var xpubVerbose = false
    /// An XPUB waits for subscribers that are full instead of dropping their messages: one stalled reader blocks all.
    package var xpubNoDrop = false
    /// Only the latest message is kept; no multipart messages.
    package var conflate = false
    /// Connections that may wait to be accepted; the system has a limit of its own (net.core.somaxconn).
    package var backlog: Int32 = 4_096
    /// REQ: a new request may be sent before the last reply came; replies are matched to requests.
    package var requestRelaxed = false
    /// Encryption and keys; nil: none.
    package var curve: Curve?
    /// The domain under which the ZAP handler judges connections; empty: none is asked.
    package var zapDomain = ""

    package init() {}

    /// CURVE keys: 32 bytes each.
    package enum Curve: Sendable, Hashable {
        case server(secretKey: [UInt8])
        case client(serverKey: [UInt8], publicKey: [UInt8], secretKey: [UInt8])
    }
}

extension SocketOptions {
    /// ZeroMQ's older name of the routing id.
    package var identity: [UInt8]? {
        get { routingID }
        set { routingID = newValue }
    }
}
