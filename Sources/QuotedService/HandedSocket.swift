internal import Glibc
package import ServiceConfiguration

/// A listening socket that systemd made for a socket unit and hands to the service: the queue of connections is there
/// before the service starts and while it restarts.
package struct HandedSocket: Sendable, Equatable {
    /// It belongs to whoever received it. Nil where a unit's file is read, and no socket is there.
    package var descriptor: Int32?
    /// What its maker calls it: a unit's name by default.
    package var name: String
    /// Where it listens; nil when that is nothing that an endpoint can be.
    package var address: EndpointAddress?
    /// Where it listens, as people write it.
    package var writtenAddress: String
    /// Whether it is a stream socket in the listening state.
    package var isListening: Bool

    package init(
        descriptor: Int32? = nil, name: String, address: EndpointAddress?, writtenAddress: String, isListening: Bool = true
    ) {
        self.descriptor = descriptor
        self.name = name
        self.address = address
        self.writtenAddress = writtenAddress
        self.isListening = isListening
    }

    /// Descriptors that systemd may hand over at most: no unit of ours has more than one for each endpoint.
    private static let most: Int32 = 64

    /// What sd_listen_fds(3) describes: `LISTEN_PID` is this process, `LISTEN_FDS` counts the descriptors from 3 on,
    /// `LISTEN_FDNAMES` has their names, separated by colons. Read here rather than by libsystemd, since three variables
    /// are no reason for a library that must be there at every start. The descriptors are not passed on to programs that this
    /// one may start, and never block.
    /// - Parameter first: the first descriptor's number; 3 but for tests.
    /// - Returns: none when nothing is handed to this process.
    package static func received(
        environment: [String: String], processID: Int32 = getpid(), first: Int32 = 3
    ) -> [HandedSocket] {
        guard environment["LISTEN_PID"] == String(processID), let count = environment["LISTEN_FDS"].flatMap(Int32.init),
            (1...most).contains(count)
        else { return [] }
        let names = (environment["LISTEN_FDNAMES"] ?? "").split(separator: ":", omittingEmptySubsequences: false)
        return (0..<count).map { index in
            let name = names.indices.contains(Int(index)) ? String(names[Int(index)]) : ""
            return HandedSocket(adopting: first + index, name: name.isEmpty ? "unknown" : name)
        }
    }

    private init(adopting descriptor: Int32, name: String) {
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        let flags = fcntl(descriptor, F_GETFL)
        if flags >= 0 { _ = fcntl(descriptor, F_SETFL, flags | O_NONBLOCK) }
        let isStream = Self.option(SO_TYPE, of: descriptor) == Int32(SOCK_STREAM.rawValue)
        let (address, text) = Self.address(of: descriptor)
        self.init(
            descriptor: descriptor, name: name, address: address, writtenAddress: text,
            isListening: isStream && Self.option(SO_ACCEPTCONN, of: descriptor) == 1)
    }

    private static func option(_ option: Int32, of descriptor: Int32) -> Int32? {
        var value: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        return getsockopt(descriptor, SOL_SOCKET, option, &value, &size) == 0 ? value : nil
    }

    private static func address(of descriptor: Int32) -> (EndpointAddress?, String) {
        var storage = sockaddr_storage()
        var size = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let status = withUnsafeMutablePointer(to: &storage) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &size) }
        }
        guard status == 0 else { return (nil, "no socket") }
        let family = Int32(storage.ss_family)
        return withUnsafeBytes(of: storage) { bytes in
            switch family {
            case AF_INET:
                let address = bytes.load(as: sockaddr_in.self)
                return tcp(withUnsafeBytes(of: address.sin_addr) { text(AF_INET, $0) }, UInt16(bigEndian: address.sin_port))
            case AF_INET6:
                let address = bytes.load(as: sockaddr_in6.self)
                return tcp(
                    withUnsafeBytes(of: address.sin6_addr) { text(AF_INET6, $0) }, UInt16(bigEndian: address.sin6_port))
            case AF_UNIX:
                // The path follows the family; a name that begins with a NUL has no file.
                let path = bytes[MemoryLayout<sa_family_t>.size..<min(bytes.count, Int(size))].prefix { $0 != 0 }
                guard path.first == UInt8(ascii: "/") else { return (nil, "a local socket without a path") }
                let name = String(decoding: path, as: UTF8.self)
                return (.ipc(path: name), name)
            default: return (nil, "address family \(family)")
            }
        }
    }

    private static func tcp(_ host: String?, _ port: UInt16) -> (EndpointAddress?, String) {
        guard let host else { return (nil, "an unreadable address") }
        return (.tcp(host: host, port: Int(port)), host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)")
    }

    private static func text(_ family: Int32, _ address: UnsafeRawBufferPointer) -> String? {
        var buffer = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        guard inet_ntop(family, address.baseAddress, &buffer, socklen_t(buffer.count)) != nil else { return nil }
        return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
