/// Where a socket binds or connects: `tcp://host:port`, `ipc://path` or `inproc://name`.
package struct Endpoint: Sendable, Hashable {
    package enum Transport: String, Sendable {
        case tcp, ipc, inproc
    }

    package let transport: Transport
    /// Without the transport: "127.0.0.1:5571", a path, a name.
    package let address: String
    /// For tcp: the host without brackets; "*" stands for all interfaces.
    package let host: String?
    /// For tcp; nil stands for `*`, any free port, which only `bind` can take.
    package let port: UInt16?

    /// The longest path that a socket address of the kernel holds.
    package static let maximumPathBytes = 107
    private static let maximumNameBytes = 255

    /// - Throws: `ZeroMQError` with the code `invalidEndpoint`, saying what was expected.
    package init(_ string: String) throws(ZeroMQError) {
        func fault(_ detail: String) -> ZeroMQError {
            ZeroMQError(.invalidEndpoint, operation: "use endpoint", endpoint: string, detail: detail)
        }
        let expectation = "expected tcp://host:port, ipc://path or inproc://name"
        guard string.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
            throw fault("it contains a control character; \(expectation)")
        }
        guard let (scheme, rest) = Self.split(string), let transport = Transport(rawValue: scheme) else {
            throw fault(expectation)
        }
        switch transport {
        case .tcp:
            do throws(TCPAddress.Fault) {
                let parsed = try TCPAddress(rest)
                host = parsed.host
                port = parsed.port
                address = parsed.description
            } catch {
                throw fault(error.reason)
            }
        case .ipc:
            guard !rest.isEmpty else { throw fault("the path is missing; expected ipc:///run/quoted/name") }
            guard rest.utf8.count <= Self.maximumPathBytes else {
                throw fault(
                    "the path has \(rest.utf8.count) bytes, a socket's path at most \(Self.maximumPathBytes); "
                        + "use a shorter directory, such as one under /run")
            }
            (host, port, address) = (nil, nil, rest)
        case .inproc:
            guard !rest.isEmpty, rest.utf8.count <= Self.maximumNameBytes else {
                throw fault("the name must have 1 to \(Self.maximumNameBytes) bytes")
            }
            (host, port, address) = (nil, nil, rest)
        }
        self.transport = transport
    }

    private static func split(_ string: String) -> (String, String)? {
        let utf8 = string.utf8
        guard let colon = utf8.firstIndex(of: UInt8(ascii: ":")) else { return nil }
        let rest = utf8[colon...].dropFirst()
        guard rest.starts(with: "//".utf8) else { return nil }
        return (String(string[..<colon]), String(rest.dropFirst(2)) ?? "")
    }

    /// Only this machine can reach it: ipc, inproc, or tcp on 127.0.0.0/8, ::1 or localhost.
    package var isLoopback: Bool {
        guard let host else { return true }
        if host.lowercased() == "localhost" || host == "::1" { return true }
        guard let octets = TCPAddress.octets(host) else { return false }
        return octets[0] == 127
    }

    /// The path of an ipc endpoint; nil for others and for abstract names ("@name").
    package var path: String? {
        transport == .ipc && !address.hasPrefix("@") ? address : nil
    }

    /// libzmq finds a free port or all interfaces: good for `bind`, meaningless for `connect`.
    var isWildcard: Bool { transport == .tcp ? host == "*" || port == nil : transport == .ipc && address == "*" }

    var isIPv6: Bool { host?.utf8.contains(UInt8(ascii: ":")) ?? false }
}

extension Endpoint: CustomStringConvertible {
    package var description: String { "\(transport.rawValue)://\(address)" }
}

/// `host:port` with a host name, an IPv4 address, an IPv6 address in brackets, an interface's name, or `*`.
struct TCPAddress {
    struct Fault: Error { let reason: String }

    let host: String
    let port: UInt16?

    init(_ string: String) throws(Fault) {
        let bytes = Array(string.utf8)
        guard let colon = bytes.lastIndex(of: UInt8(ascii: ":")) else {
            throw Fault(reason: "the port is missing; expected tcp://host:port")
        }
        port = try Self.port(String(decoding: bytes[(colon + 1)...], as: UTF8.self))
        let name = bytes[..<colon]
        if name.first == UInt8(ascii: "[") {
            guard name.last == UInt8(ascii: "]"), name.count > 2 else {
                throw Fault(reason: "an IPv6 address stands in brackets: tcp://[::1]:5571")
            }
            host = String(decoding: name.dropFirst().dropLast(), as: UTF8.self)
            guard host.utf8.allSatisfy(Self.isIPv6Byte), host.utf8.contains(UInt8(ascii: ":")) else {
                throw Fault(reason: "\"\(host)\" is not an IPv6 address")
            }
        } else {
            host = String(decoding: name, as: UTF8.self)
            try Self.checkName(name)
        }
    }

    private static func port(_ text: String) throws(Fault) -> UInt16? {
        if text == "*" { return nil }
        guard !text.isEmpty, text.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }), let port = UInt16(text) else {
            throw Fault(reason: "port \"\(text)\" is not a number from 1 to 65535, nor * for any free one")
        }
        return port == 0 ? nil : port
    }

    private static func checkName(_ name: ArraySlice<UInt8>) throws(Fault) {
        if name.elementsEqual("*".utf8) { return }
        guard !name.isEmpty else {
            throw Fault(reason: "the host is missing; use 127.0.0.1 for this machine or * for all interfaces")
        }
        guard !name.contains(UInt8(ascii: ":")) else {
            throw Fault(reason: "an IPv6 address stands in brackets: tcp://[::1]:5571")
        }
        guard name.count <= 253, name.allSatisfy(isNameByte) else {
            throw Fault(reason: "\"\(String(decoding: name, as: UTF8.self))\" is not a host name or address")
        }
        let isNumeric = name.allSatisfy { ($0 >= 0x30 && $0 <= 0x39) || $0 == UInt8(ascii: ".") }
        if isNumeric, octets(String(decoding: name, as: UTF8.self)) == nil {
            throw Fault(reason: "\"\(String(decoding: name, as: UTF8.self))\" is not an IPv4 address")
        }
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"): true
        default: false
        }
    }

    private static func isIPv6Byte(_ byte: UInt8) -> Bool {
        switch byte {
        // A zone ("%eth0") may follow the address.
        case UInt8(ascii: ":"), UInt8(ascii: "%"): true
        default: isNameByte(byte)
        }
    }

    /// The four numbers of an IPv4 address in dotted notation.
    static func octets(_ text: String) -> [UInt8]? {
        let parts = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var octets: [UInt8] = []
        for part in parts {
            guard (1...3).contains(part.count), part.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }),
                let octet = UInt8(String(decoding: part, as: UTF8.self))
            else { return nil }
            octets.append(octet)
        }
        return octets
    }
}

extension TCPAddress: CustomStringConvertible {
    var description: String {
        let name = host.utf8.contains(UInt8(ascii: ":")) ? "[\(host)]" : host
        return "\(name):\(port.map { String($0) } ?? "*")"
    }
}
