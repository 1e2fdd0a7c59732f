internal import Glibc
internal import ServiceClient
internal import ServiceConfiguration

/// Whether the service can listen at an endpoint.
struct SocketCheck {
    /// As in the configuration, without its section.
    let name: String
    let text: String
    let state: String
    /// Whether a running service of this configuration listens there by rights.
    let isRunning: Bool

    /// Whether somebody listens at an endpoint of this machine.
    static func isTaken(_ endpoint: String) -> Bool {
        switch try? EndpointAddress(endpoint: endpoint) {
        case .ipc(let path)?: UnixSocketProbe(path: path) == .listening
        case .tcp(let host, let port)?: bindError(host, port) == EADDRINUSE
        case nil: false
        }
    }

    var fault: ServiceConfiguration.Conflict? {
        guard let address = try? name == "http" ? EndpointAddress(hostAndPort: text) : EndpointAddress(endpoint: text),
            let message = message(address)
        else { return nil }
        return ServiceConfiguration.Conflict(keys: ["endpoints.\(name)"], message: message)
    }

    private func message(_ address: EndpointAddress) -> String? {
        switch address {
        case .tcp(let host, let port): tcp(host, port)
        case .ipc(let path): ipc(path)
        }
    }

    private func tcp(_ host: String, _ port: Int) -> String? {
        switch Self.bindError(host, port) {
        case 0, nil: nil
        case EADDRINUSE where isRunning: nil
        case EADDRINUSE:
            "found \"\(text)\", where another program listens already; stop it (ss -ltnp shows which it is), or choose "
                + "another port"
        case EACCES, EPERM:
            "found \"\(text)\": this user may not listen there; choose a port from 1024 on, or give the right "
                + "(AmbientCapabilities=CAP_NET_BIND_SERVICE)"
        case EADDRNOTAVAIL:
            "found \"\(text)\", an address that this machine does not have; ip address lists those that it has"
        case let error?: "found \"\(text)\": cannot listen there: \(String(cString: strerror(error))); choose another address"
        }
    }

    /// A socket file needs its folder; that of the state directory is made at start.
    private func ipc(_ path: String) -> String? {
        guard let slash = path.lastIndex(of: "/") else { return nil }
        let folder = String(path[..<slash])
        if folder != state, !folder.isEmpty, access(folder, W_OK | X_OK) != 0 {
            return "the folder \(folder) is missing or cannot be written; make it or choose another"
        }
        var status = stat()
        guard lstat(path, &status) == 0 else { return nil }
        guard status.st_mode & S_IFMT == S_IFSOCK else {
            return "\(path) is there and is no socket: it would be removed; move it away, or choose another path"
        }
        guard !isRunning, UnixSocketProbe(path: path) == .listening else { return nil }
        return "found \"\(text)\", where another process listens already; stop it (ss -lxp shows which it is), or choose "
            + "another path"
    }

    /// The error of listening there for a moment, 0 for none; nil for what is no numeric address: names are looked up, and
    /// interfaces found, when the service starts.
    private static func bindError(_ host: String, _ port: Int) -> Int32? {
        guard port > 0 else { return nil }
        let numeric = host == "*" ? "0.0.0.0" : host == "localhost" || host == "lo" ? "127.0.0.1" : host
        var hints = addrinfo()
        hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(numeric, String(port), &hints, &list) == 0, let found = list?.pointee else { return nil }
        defer { freeaddrinfo(list) }
        let descriptor = socket(found.ai_family, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return errno }
        defer { close(descriptor) }
        // As the service does: connections that ended a moment ago are no obstacle.
        var on: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, socklen_t(MemoryLayout<Int32>.size))
        guard bind(descriptor, found.ai_addr, found.ai_addrlen) == 0, listen(descriptor, 1) == 0 else { return errno }
        return 0
    }
}
