internal import Observability

/// Whether a request comes from the page itself, and not from another site by way of a reader's browser.
package struct RequestOrigin: Sendable {
    /// Names besides `localhost` under which the page is reached; addresses always will do.
    package var hosts: [String]

    package init(hosts: [String]) {
        self.hosts = hosts.map { $0.lowercased() }
    }

    /// A name that is not known may be another site's that was made to point here (DNS rebinding): its pages would pass for
    /// ours. Addresses cannot be.
    package func isKnown(host authority: String?) -> Bool {
        guard let authority, !authority.isEmpty else { return false }
        let host = Self.name(of: authority.lowercased())
        return Self.isAddress(host) || host == "localhost" || host.hasSuffix(".localhost") || hosts.contains(host)
    }

    /// For what a page sends: browsers say where it comes from; other programs say nothing and are no danger.
    package func isSameOrigin(_ headers: [String: String]) -> Bool {
        guard isKnown(host: headers["host"]), let host = headers["host"]?.lowercased() else { return false }
        if let site = headers["sec-fetch-site"], site != "same-origin" { return false }
        guard let origin = headers["origin"]?.lowercased() else { return true }
        return origin == "http://" + host || origin == "https://" + host
    }

    /// Without the port.
    private static func name(of authority: String) -> String {
        if authority.hasPrefix("["), let end = authority.firstIndex(of: "]") {
            return String(authority[authority.index(after: authority.startIndex)..<end])
        }
        return String(authority.prefix { $0 != ":" })
    }

    private static func isAddress(_ host: String) -> Bool {
        if host.contains(":") { return host.utf8.allSatisfy { $0 == 0x3A || $0 == 0x2E || isHexadecimal($0) } }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts.allSatisfy { UInt8($0) != nil }
    }

    private static func isHexadecimal(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x61...0x66).contains(byte)
    }
}

extension HTTPReply {
    static let unknownHost = HTTPReply.text(
        "this name is not known here; use an address, localhost, or add the name to [page] hosts\n", status: 421)
}
