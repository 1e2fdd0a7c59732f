internal import Glibc
package import ServiceConfiguration
internal import ZeroMQ

/// Which of the configuration's endpoints have a handed socket. Every socket must be an endpoint's: one that nobody accepts
/// from would leave its clients waiting for ever.
package struct HandedListeners: Sendable {
    /// By the endpoint's text in the configuration.
    private var descriptors: [String: Int32] = [:]
    /// What does not fit, with the remedy. Nothing starts while there is any.
    package private(set) var faults: [String] = []

    /// None are handed over.
    package init() {}

    /// - Parameter roles: nil: every endpoint of the configuration counts, whichever process serves it.
    package init(_ sockets: [HandedSocket], for configuration: ServiceConfiguration, roles: ServiceRoles?) {
        let endpoints = Self.endpoints(of: configuration)
        for socket in sockets {
            guard socket.isListening else {
                faults.append(
                    "\(socket.name): \(socket.writtenAddress) is no listening stream socket; "
                        + "use ListenStream= and no Accept=yes in the socket unit")
                continue
            }
            guard let endpoint = endpoints.first(where: { $0.address.isWhere(socket.address) }) else {
                faults.append(
                    "\(socket.name): the socket unit listens on \(socket.writtenAddress), which is no endpoint here; make "
                        + "ListenStream= and [endpoints] agree: "
                        + endpoints.map { "\($0.name) \($0.text)" }.joined(separator: ", "))
                continue
            }
            guard roles.map({ Self.serves($0, endpoint.name, configuration) }) ?? true else {
                faults.append(
                    "\(socket.name): the socket unit listens for endpoints.\(endpoint.name), which this process does not "
                        + "serve; leave it out there, or run its stage here")
                continue
            }
            guard descriptors[endpoint.text] == nil else {
                faults.append("\(socket.name): two sockets listen for endpoints.\(endpoint.name); leave one out")
                continue
            }
            descriptors[endpoint.text] = socket.descriptor ?? -1
        }
    }

    package var isEmpty: Bool { descriptors.isEmpty }

    /// Whether the endpoint's socket, and with it the mode of an ipc endpoint's file, is its maker's.
    func covers(_ endpoint: String) -> Bool { descriptors[endpoint] != nil }

    func descriptor(of endpoint: String) -> Int32? { descriptors[endpoint] }

    /// For the ZeroMQ context: every socket but `http`'s.
    func zeroMQ(except http: String) throws -> InheritedListeners {
        var inherited: [Endpoint: Int32] = [:]
        for (text, descriptor) in descriptors where text != http { inherited[try Endpoint(text)] = descriptor }
        return InheritedListeners(inherited)
    }

    // MARK: Endpoints

    private static func endpoints(
        of configuration: ServiceConfiguration
    ) -> [(name: String, text: String, address: EndpointAddress)] {
        let endpoints = configuration.endpoints
        let named = [
            ("ingest", endpoints.ingest), ("push", endpoints.push), ("stream", endpoints.stream),
            ("replay", endpoints.replay), ("dispatch", endpoints.dispatch), ("control", endpoints.control),
            ("names", endpoints.names), ("names-changes", endpoints.namesChanges), ("http", endpoints.http),
        ]
        return named.compactMap { name, text in
            let address = name == "http" ? try? EndpointAddress(hostAndPort: text) : try? EndpointAddress(endpoint: text)
            return address.map { (name, text, $0) }
        }
    }

    private static func serves(_ roles: ServiceRoles, _ endpoint: String, _ configuration: ServiceConfiguration) -> Bool {
        switch endpoint {
        case "ingest", "push", "dispatch", "control": roles.takesArticles
        case "stream", "replay": roles.writesRecords
        case "names", "names-changes": roles.writesRecords && configuration.names.mode != .off
        default: true
        }
    }
}

extension EndpointAddress {
    /// Whether a socket at `other` is what this endpoint asks for: neither at another place nor open to more machines.
    fileprivate func isWhere(_ other: EndpointAddress?) -> Bool {
        switch (self, other) {
        case (.ipc(let path), .ipc(let otherPath)): return path == otherPath
        case (.tcp(let host, let port), .tcp(let otherHost, let otherPort)):
            guard port == otherPort else { return false }
            // "ListenStream=5571" makes one socket for both versions of IP.
            if host == "*" { return ["*", "0.0.0.0", "::"].contains(otherHost) }
            return Self.canonical(host) == Self.canonical(otherHost)
        default: return false
        }
    }

    /// A numeric address as the system writes it; other names as they are.
    private static func canonical(_ host: String) -> String {
        if host.lowercased() == "localhost" || host == "lo" { return "127.0.0.1" }
        var address = in6_addr()
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        guard inet_pton(AF_INET6, host, &address) == 1,
            inet_ntop(AF_INET6, &address, &text, socklen_t(text.count)) != nil
        else { return host.lowercased() }
        return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
