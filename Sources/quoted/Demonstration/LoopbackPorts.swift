import Glibc

/// TCP ports of this machine's loopback address that nobody listens on.
enum LoopbackPorts {
    /// The preferred ports when all of them are free, else as many others. They are free at this moment; nothing holds them
    /// until the service binds them.
    /// - Returns: nil when the system has none to give.
    static func choose(preferred: [UInt16]) -> [UInt16]? {
        held(preferred, isReusable: true) ?? held(preferred.map { _ in 0 }, isReusable: false)
    }

    /// Binds all ports at once, so that they differ, and lets them go. 0 lets the system choose.
    private static func held(_ ports: [UInt16], isReusable: Bool) -> [UInt16]? {
        var descriptors: [Int32] = []
        defer { for descriptor in descriptors { close(descriptor) } }
        var found: [UInt16] = []
        for port in ports {
            let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            guard descriptor >= 0 else { return nil }
            descriptors.append(descriptor)
            guard let bound = bind(descriptor, to: port, isReusable: isReusable) else { return nil }
            found.append(bound)
        }
        return found
    }

    /// - Parameter isReusable: as the service binds: a connection that ended a moment ago does not count.
    private static func bind(_ descriptor: Int32, to port: UInt16, isReusable: Bool) -> UInt16? {
        var reuse: Int32 = isReusable ? 1 : 0
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &reuse, socklen_t(MemoryLayout<Int32>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        return withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                guard Glibc.bind(descriptor, generic, size) == 0, getsockname(descriptor, generic, &size) == 0 else { return nil }
                return UInt16(bigEndian: pointer.pointee.sin_port)
            }
        }
    }
}
