internal import Glibc

/// Whether anybody listens at a socket file, found without waiting.
package enum UnixSocketProbe: Sendable, Hashable {
    /// Somebody accepts connections, or will: whether they answer is another question.
    case listening
    /// There is no such file.
    case absent
    /// The file is there and nobody listens: the process that made it is gone.
    case refused
    /// This user may not look at it or connect to it.
    case forbidden

    /// Looks at the path.
    package init(path: String) {
        var address = sockaddr_un()
        let bytes = Array(path.utf8)
        guard bytes.count < MemoryLayout.size(ofValue: address.sun_path) else {
            self = .absent
            return
        }
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else {
            self = .listening
            return
        }
        defer { close(descriptor) }
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard result != 0 else {
            self = .listening
            return
        }
        switch errno {
        case ENOENT, ENOTDIR: self = .absent
        case ECONNREFUSED, ENOTSOCK: self = .refused
        case EACCES, EPERM: self = .forbidden
        // A full queue of connections: somebody listens and does not keep up.
        default: self = .listening
        }
    }
}
