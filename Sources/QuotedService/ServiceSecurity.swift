package import Authentication
internal import Glibc
package import ServiceConfiguration
internal import Synchronization
internal import ZeroMQ

/// The keys of one process: whom its sockets let in, and how it connects to those of others.
package final class ServiceSecurity: Sendable {
    private let configuration: ServiceConfiguration
    private let credentials: String?
    /// Nil where this process serves nothing, or no key is configured.
    let control: AccessControl?
    private let identity: Mutex<ClientIdentity?>
    private let token: BearerToken?

    /// Whether an HTTP request with this Authorization header is answered; nil where none is needed.
    var admits: (@Sendable (_ authorization: String?) -> Bool)? {
        guard let token else { return nil }
        return { token.admits($0) }
    }

    /// Reads the files that this process needs. Blocks for the disk.
    /// - Throws: `ServiceError` that names the key, the file and the remedy.
    package init(
        _ configuration: ServiceConfiguration, roles: ServiceRoles,
        credentials: String? = ServiceSecurity.credentialsDirectory
    ) throws {
        self.configuration = configuration
        self.credentials = credentials
        let security = configuration.security
        let serves = roles.takesArticles || roles.writesRecords
        if serves, !security.secretKey.isEmpty {
            let (keys, list) = try Self.keys(security, credentials: credentials)
            control = try Self.explained("security.secret-key") { try AccessControl(keys: keys, list: list) }
        } else {
            control = nil
        }
        // Where all stages run here, nothing connects to another process.
        let connects = !(roles.takesArticles && roles.writesRecords) && !security.serviceKey.isEmpty
        identity = Mutex(connects ? try Self.clientIdentity(configuration, credentials: credentials) : nil)
        if security.httpToken.isEmpty || configuration.endpoints.http.isEmpty {
            token = nil
        } else {
            let text = try Self.tokenText(security, credentials: credentials)
            token = try Self.explained("security.http-token") { try BearerToken(text, path: security.httpToken) }
        }
    }

    /// systemd's directory of this unit's credentials.
    package static var credentialsDirectory: String? { getenv("CREDENTIALS_DIRECTORY").map { String(cString: $0) } }

    // MARK: Sockets

    /// How a socket listens.
    /// - Throws: `ServiceError` when it would listen to other machines without keys, and is not named in
    ///   `endpoints.insecure`.
    func access(_ endpoint: String, _ domain: AccessDomain) throws -> ServerAccess {
        let isEncrypted = configuration.isEncrypted(endpoint) && control != nil
        guard isEncrypted || configuration.endpoints.insecure.contains(endpoint)
            || !configuration.isReachableFromElsewhere(endpoint)
        else {
            throw ServiceError(
                "endpoints.\(endpoint): other machines can reach it, and this process has no key: set security.secret-key and "
                    + "security.clients, listen on 127.0.0.1, or allow it by adding \"\(endpoint)\" to endpoints.insecure",
                exit: .configuration)
        }
        return ServerAccess(
            control: isEncrypted ? control : nil, domain: domain, handshakeTime: configuration.security.handshakeTime)
    }

    /// How a part of this process connects to another process; nil without encryption.
    /// - Throws: `ServiceError` when the endpoint is encrypted and there is no key to come with.
    func identity(for endpoint: String) throws -> ClientIdentity? {
        try Self.identity(for: endpoint, configuration) { identity.withLock { $0 } }
    }

    /// How a command connects to a service; nil without encryption.
    /// - Throws: `ServiceError`.
    package static func identity(
        for endpoint: String, _ configuration: ServiceConfiguration, credentials: String? = credentialsDirectory
    ) throws -> ClientIdentity? {
        try identity(for: endpoint, configuration) {
            configuration.security.serviceKey.isEmpty ? nil : try clientIdentity(configuration, credentials: credentials)
        }
    }

    private static func identity(
        for endpoint: String, _ configuration: ServiceConfiguration, _ load: () throws -> ClientIdentity?
    ) throws -> ClientIdentity? {
        guard configuration.isEncrypted(endpoint) else { return nil }
        if let identity = try load() { return identity }
        throw ServiceError(
            "endpoints.\(endpoint) is encrypted: name the service's public key in security.service-key (--service-key) and your "
                + "own secret key in security.client-key (--client-key); quoted keygen makes keys",
            exit: .configuration)
    }

    // MARK: Files

    /// What a reading of the files changed.
    struct Change: Sendable {
        var access = AccessControl.Change()
        /// How to connect from now on; nil where that did not change, or nothing is encrypted.
        var dispatchIdentity: ClientIdentity?
        var namesIdentity: ClientIdentity?
        var namesChangesIdentity: ClientIdentity?
    }

    /// Reads keys, clients and token again. With any fault all stay as they were.
    /// - Throws: `ServiceError`.
    func reread() throws -> Change {
        let keys = try control.map { _ in try Self.keys(configuration.security, credentials: credentials) }
        let before = identity.withLock { $0 }
        let after = try before.map { _ in try Self.clientIdentity(configuration, credentials: credentials) }
        if let token {
            let text = try Self.tokenText(configuration.security, credentials: credentials)
            try Self.explained("security.http-token") { try token.replace(text, path: configuration.security.httpToken) }
        }
        var change = Change()
        if let control, let (pair, list) = keys { change.access = control.replace(keys: pair, list: list) }
        if let after, after != before {
            identity.withLock { $0 = after }
            func shown(_ endpoint: String) -> ClientIdentity? { configuration.isEncrypted(endpoint) ? after : nil }
            change.dispatchIdentity = shown("dispatch")
            change.namesIdentity = shown("names")
            change.namesChangesIdentity = shown("names-changes")
        }
        return change
    }

    /// What is wrong with the files that the configuration names, as far as they can be read here: for `quoted check`.
    package static func faults(
        _ configuration: ServiceConfiguration, credentials: String? = credentialsDirectory
    ) -> [String] {
        let security = configuration.security
        var faults: [String] = []
        func look(_ path: String, _ body: () throws -> Void) {
            // Credentials are there while the unit runs.
            guard !path.isEmpty, !path.contains("{credentials}") else { return }
            do { try body() } catch { faults.append("\(error)") }
        }
        look(security.secretKey) {
            _ = try explained("security.secret-key") { try KeyFile.readSecret(security.secretKey, credentials: credentials) }
        }
        look(security.clients) { _ = try allowList(security, credentials: credentials) }
        look(security.serviceKey) { _ = try clientIdentity(configuration, credentials: credentials) }
        look(security.httpToken) {
            let text = try tokenText(security, credentials: credentials)
            _ = try explained("security.http-token") { try BearerToken(text, path: security.httpToken) }
        }
        return faults
    }

    private static func keys(
        _ security: ServiceConfiguration.Security, credentials: String?
    ) throws -> (CurveKeyPair, AllowList) {
        let pair = try explained("security.secret-key") {
            try KeyFile.readSecret(security.secretKey, credentials: credentials)
        }
        return (pair, try allowList(security, credentials: credentials))
    }

    private static func allowList(_ security: ServiceConfiguration.Security, credentials: String?) throws -> AllowList {
        let text = try explained("security.clients") {
            try SecretFile.read(security.clients, .readable, credentials: credentials, limit: AllowList.maximumBytes)
        }
        let (list, faults) = AllowList.parse(text)
        guard faults.isEmpty else {
            let said = faults.map { "\(security.clients):\($0.line): \($0.message)" }.joined(separator: "; ")
            throw ServiceError("security.clients: \(said)", exit: .configuration)
        }
        return list
    }

    private static func clientIdentity(
        _ configuration: ServiceConfiguration, credentials: String?
    ) throws -> ClientIdentity {
        let security = configuration.security
        return ClientIdentity(
            serviceKey: try explained("security.service-key") {
                try KeyFile.readPublic(security.serviceKey, credentials: credentials)
            },
            keys: try explained("security.client-key") {
                try KeyFile.readSecret(security.clientKey, credentials: credentials)
            })
    }

    private static func tokenText(_ security: ServiceConfiguration.Security, credentials: String?) throws -> String {
        try explained("security.http-token") {
            try SecretFile.read(security.httpToken, .secret, credentials: credentials, limit: 4_096)
        }
    }

    private static func explained<Value>(_ key: String, _ body: () throws -> Value) throws -> Value {
        do {
            return try body()
        } catch {
            var message = "\(key): \(error)"
            if message.contains("{credentials}") {
                message += "; CREDENTIALS_DIRECTORY is not set: systemd sets it for units with LoadCredential="
            }
            throw ServiceError(message, exit: .configuration)
        }
    }
}
