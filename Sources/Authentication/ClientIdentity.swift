package import ZeroMQ

/// What a client shows a service, and how it knows that it speaks to that service.
package struct ClientIdentity: Sendable, Equatable {
    /// The service's public key.
    package var serviceKey: [UInt8]
    /// The client's own.
    package var keys: CurveKeyPair

    package init(serviceKey: [UInt8], keys: CurveKeyPair) {
        self.serviceKey = serviceKey
        self.keys = keys
    }
}

extension SocketOptions {
    /// Lets a socket that is to be made connect as this client; without one it stays as it is.
    package mutating func connect(as identity: ClientIdentity?) {
        guard let identity else { return }
        curve = .client(
            serverKey: identity.serviceKey, publicKey: identity.keys.publicKey, secretKey: identity.keys.secretKey)
    }

    /// These options for a client with this identity.
    package func connecting(as identity: ClientIdentity?) -> SocketOptions {
        var options = self
        options.connect(as: identity)
        return options
    }

    /// These options for a socket that listens with this access.
    package func secured(by access: ServerAccess) -> SocketOptions {
        var options = self
        access.secure(&options)
        return options
    }
}

extension Socket {
    /// Connects to the endpoint again, as this client.
    /// - Throws: `ZeroMQError`.
    package func reconnect(_ endpoint: Endpoint, as identity: ClientIdentity) throws(ZeroMQError) {
        try reconnect(endpoint, serverKey: identity.serviceKey, keys: identity.keys)
    }
}
