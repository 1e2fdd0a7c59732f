extension ServiceConfiguration {
    /// Who may connect, and with what. The paths may begin with `{state}`, `{runtime}` or `{credentials}`.
    package struct Security: Sendable, Equatable {
        /// Path of the service's secret key. Default empty: nothing is encrypted.
        package var secretKey = ""
        /// Path of the list of clients that may connect.
        package var clients = ""
        /// Path of the public key of the service that clients and workers connect to.
        package var serviceKey = ""
        /// Path of the secret key with which they connect.
        package var clientKey = ""
        /// Path of the token that HTTP requests must show. Default empty: none.
        package var httpToken = ""
        /// Time for a connection's handshake. Default 5 s, 100 ms to 1 min.
        package var handshakeTime = Duration.seconds(5)

        package init() {}
    }

    /// The paths of `[security]`, by the names of their keys.
    static let securityPaths: [(name: String, place: any WritableKeyPath<Security, String> & Sendable)] = [
        ("secret-key", \.secretKey), ("clients", \.clients), ("service-key", \.serviceKey), ("client-key", \.clientKey),
        ("http-token", \.httpToken),
    ]

    /// Whether connections to this endpoint are encrypted: those over tcp are where any keys are configured, unless the
    /// endpoint is named in `endpoints.insecure`.
    package func isEncrypted(_ name: String) -> Bool {
        guard name != "http", !endpoints.insecure.contains(name), !security.secretKey.isEmpty || !security.serviceKey.isEmpty,
            let place = Self.endpointNames.first(where: { $0.name == name })?.place,
            case .tcp? = try? EndpointAddress(endpoint: endpoints[keyPath: place])
        else { return false }
        return true
    }

    /// Whether other machines can reach this endpoint.
    package func isReachableFromElsewhere(_ name: String) -> Bool {
        guard let place = Self.endpointNames.first(where: { $0.name == name })?.place else { return false }
        let text = endpoints[keyPath: place]
        if name == "http", text.isEmpty { return false }
        let address = try? name == "http" ? EndpointAddress(hostAndPort: text) : EndpointAddress(endpoint: text)
        return !(address?.isLocal ?? false)
    }

    /// Whether the endpoint may be reached from elsewhere as it is configured.
    func isGuarded(_ name: String) -> Bool {
        endpoints.insecure.contains(name) || (name == "http" ? !security.httpToken.isEmpty : isEncrypted(name))
    }

    /// Keys of `[security]` that mean nothing without each other.
    func securityConflicts() -> [Conflict] {
        func pair(_ one: String, _ other: String, _ reason: String) -> Conflict {
            Conflict(keys: ["security.\(one)", "security.\(other)"], message: "is set without security.\(other): \(reason)")
        }
        var conflicts: [Conflict] = []
        if !security.secretKey.isEmpty, security.clients.isEmpty {
            conflicts.append(pair("secret-key", "clients", "nobody could connect; name the list of clients that may"))
        }
        if security.secretKey.isEmpty, !security.clients.isEmpty {
            conflicts.append(pair("clients", "secret-key", "clients are told apart by keys; make one with quoted keygen"))
        }
        if !security.serviceKey.isEmpty, security.clientKey.isEmpty {
            conflicts.append(pair("service-key", "client-key", "the service lets nobody in without a key of his own"))
        }
        if security.serviceKey.isEmpty, !security.clientKey.isEmpty {
            conflicts.append(
                pair("client-key", "service-key", "name the public key of the service, so that no other can pass for it"))
        }
        return conflicts
    }
}
