/// The parts of an endpoint, as far as the configuration's rules need them.
package enum EndpointAddress: Sendable, Equatable {
    /// A host name, address, interface or `*`, without brackets; port 0 (or `*`) lets the system choose.
    case tcp(host: String, port: Int)
    /// A socket file.
    case ipc(path: String)

    /// Longest path of a socket file in bytes: `sun_path` holds 108 with the closing NUL.
    static let maximumPathBytes = 107

    /// Reads `tcp://host:port` or `ipc:///path`.
    ///
    /// - Throws: what is wrong with it, with the remedy, to follow "found …".
    package init(endpoint text: String) throws(EndpointFault) {
        if text.hasPrefix("tcp://") {
            self = try Self.hostAndPort(text.dropFirst(6))
        } else if text.hasPrefix("ipc://") {
            let path = String(text.dropFirst(6))
            guard path.hasPrefix("/") else {
                throw EndpointFault("expected an absolute path after ipc://, such as ipc://{state}/name.sock")
            }
            guard path.utf8.count <= Self.maximumPathBytes else {
                throw EndpointFault(
                    "its path has \(path.utf8.count) bytes, a socket's path may have \(Self.maximumPathBytes); "
                        + "choose a shorter path or state directory")
            }
            self = .ipc(path: path)
        } else {
            throw EndpointFault("expected tcp://host:port or ipc:///path")
        }
    }

    /// Reads `host:port`, as for HTTP.
    ///
    /// - Throws: what is wrong with it.
    package init(hostAndPort text: String) throws(EndpointFault) {
        self = try Self.hostAndPort(text[...])
    }

    private static func hostAndPort(_ text: Substring) throws(EndpointFault) -> EndpointAddress {
        guard let colon = text.lastIndex(of: ":") else {
            throw EndpointFault("there is no port; write host:port")
        }
        var host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = host.dropFirst().dropLast()
        } else if host.contains(":") {
            throw EndpointFault("write an IPv6 address in brackets, as [::1]:port")
        }
        let isPlain = host.utf8.allSatisfy { byte in
            byte > 0x20 && byte < 0x7F
                && ![UInt8(ascii: "/"), UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: ";")].contains(byte)
        }
        guard !host.isEmpty, isPlain else {
            throw EndpointFault("there is no host before the port; write 127.0.0.1 for this machine alone")
        }
        let digits = text[text.index(after: colon)...]
        if digits == "*" { return .tcp(host: String(host), port: 0) }
        guard digits.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }), let port = Int(digits), (0...65535).contains(port)
        else {
            throw EndpointFault("expected a port from 1 to 65535 after the last colon, or * for any free one")
        }
        return .tcp(host: String(host), port: port)
    }

    /// Whether only this machine can reach it.
    package var isLocal: Bool {
        switch self {
        case .ipc: true
        case .tcp(let host, _):
            host == "localhost" || host == "lo" || host == "::1" || Self.isLoopbackIPv4(host)
        }
    }

    /// Exactly four decimal numbers, the first 127: a name such as "127.example.org" is no loopback address.
    private static func isLoopbackIPv4(_ host: String) -> Bool {
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127"
            && parts.allSatisfy { part in
                part.utf8.allSatisfy { $0 >= 0x30 && $0 <= 0x39 } && UInt8(part) != nil
            }
    }

    /// Whether both cannot be bound at once, as far as can be told without asking the system.
    func clashes(with other: EndpointAddress) -> Bool {
        switch (self, other) {
        case (.ipc(let one), .ipc(let two)):
            return one == two
        case (.tcp(let hostOne, let portOne), .tcp(let hostTwo, let portTwo)):
            guard portOne == portTwo, portOne != 0 else { return false }
            let wildcards = ["*", "0.0.0.0", "::"]
            let same = { (host: String) in host == "localhost" || host == "lo" ? "127.0.0.1" : host }
            return same(hostOne) == same(hostTwo) || wildcards.contains(hostOne) || wildcards.contains(hostTwo)
        default:
            return false
        }
    }
}

/// Why a text is no endpoint, with the remedy.
package struct EndpointFault: Error, Sendable, Equatable, CustomStringConvertible {
    package let description: String

    init(_ description: String) {
        self.description = description
    }
}
