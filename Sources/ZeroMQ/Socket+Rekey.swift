internal import CZeroMQ

extension Socket {
    /// Takes another secret key for this CURVE server. All connections that were accepted at the endpoint are closed, and
    /// clients that come back need the new public key.
    ///
    /// libzmq takes a key at `bind`, so the socket stops listening and begins again, which takes a moment. With the same key
    /// it is a way to close everybody's connections: libzmq cannot close one alone.
    /// - Parameters:
    ///   - endpoint: as `bind` returned it.
    ///   - limit: how long the address may stay taken; the old listener is closed by another thread.
    /// - Throws: `ZeroMQError` when it cannot listen any more; `CancellationError`.
    package func rekey(
        _ secretKey: [UInt8], at endpoint: Endpoint, within limit: Duration = .seconds(5),
        isolation: isolated (any Actor)? = #isolation
    ) async throws {
        guard secretKey.count == CurveKey.byteCount else {
            throw ZeroMQError(.invalid, operation: "change a CURVE key", detail: "it must have 32 bytes")
        }
        try set(open("change a key", endpoint), ZMQ_CURVE_SECRETKEY, secretKey, "curve secret key")
        try unbind(endpoint)
        try await bind(endpoint, within: limit)
    }

    /// Binds as soon as the address is free.
    /// - Returns: the endpoint, as `bind`.
    /// - Throws: `ZeroMQError`: the one of the last try after `limit`; `CancellationError`.
    @discardableResult
    package func bind(
        _ endpoint: Endpoint, within limit: Duration, isolation: isolated (any Actor)? = #isolation
    ) async throws -> Endpoint {
        let deadline = MonotonicTime.now + limit
        while true {
            do throws(ZeroMQError) {
                return try bind(endpoint)
            } catch {
                guard error.code == .addressInUse, deadline > .now else { throw error }
            }
            try await loop.sleep(for: .milliseconds(2))
        }
    }

    /// Leaves the endpoint and connects to it again with other keys.
    /// - Throws: `ZeroMQError` when it was not connected there, or a key has not 32 bytes.
    package func reconnect(
        _ endpoint: Endpoint, serverKey: [UInt8], keys: CurveKeyPair
    ) throws(ZeroMQError) {
        let handle = try open("connect", endpoint)
        guard [serverKey, keys.publicKey, keys.secretKey].allSatisfy({ $0.count == CurveKey.byteCount }) else {
            throw ZeroMQError(.invalid, operation: "change a CURVE key", detail: "it must have 32 bytes")
        }
        try set(handle, ZMQ_CURVE_SERVERKEY, serverKey, "curve server key")
        try set(handle, ZMQ_CURVE_PUBLICKEY, keys.publicKey, "curve public key")
        try set(handle, ZMQ_CURVE_SECRETKEY, keys.secretKey, "curve secret key")
        try disconnect(endpoint)
        try connect(endpoint)
    }
}
