internal import Glibc

/// Why a file of keys, tokens or clients cannot be used: with the remedy.
package struct KeyFault: Error, Sendable, Equatable, CustomStringConvertible {
    package let path: String
    package let message: String

    package init(path: String, message: String) {
        self.path = path
        self.message = message
    }

    package var description: String { "\(path): \(message)" }
}

/// Reads small files that nobody else may read, or may change.
package enum SecretFile {
    package enum Protection: Sendable {
        /// Nobody but the owner may read or change it.
        case secret
        /// Nobody but the owner may change it.
        case readable
    }

    /// Blocks for the disk: at start, or off the threads that others wait for.
    /// - Parameters:
    ///   - credentials: systemd's directory of credentials ($CREDENTIALS_DIRECTORY). It gives the service's account access
    ///     by an entry that the mode shows as the group's; nobody else can reach the directory.
    ///   - limit: largest file, in bytes.
    /// - Throws: `KeyFault`.
    package static func read(
        _ path: String, _ protection: Protection, credentials: String? = nil, limit: Int = 1 << 20
    ) throws(KeyFault) -> String {
        func fault(_ message: String) -> KeyFault { KeyFault(path: path, message: message) }
        // Without O_NONBLOCK, opening a FIFO by mistake would wait for a writer for ever.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            throw fault("cannot be opened: \(String(cString: strerror(errno))); check the name and its permissions")
        }
        defer { close(descriptor) }
        // The open file is looked at, not the path, which may be another file by now.
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw fault("is not a regular file")
        }
        if let message = refusal(status, protection, isCredential: isIn(path, credentials)) { throw fault(message) }
        guard status.st_size <= limit else { throw fault("has \(status.st_size) bytes, at most \(limit) are read") }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 16 << 10)
        while bytes.count <= limit {
            let count = Glibc.read(descriptor, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw fault("cannot be read: \(String(cString: strerror(errno)))") }
            if count == 0 { break }
            bytes += chunk[..<count]
        }
        guard bytes.count <= limit else { throw fault("has more than \(limit) bytes") }
        guard let text = String(validating: bytes, as: UTF8.self) else { throw fault("is not UTF-8 text") }
        return text
    }

    private static func isIn(_ path: String, _ directory: String?) -> Bool {
        guard let directory, !directory.isEmpty else { return false }
        return path.hasPrefix(directory + "/") && !path.contains("/../")
    }

    private static func refusal(_ status: stat, _ protection: Protection, isCredential: Bool) -> String? {
        guard status.st_uid == geteuid() || status.st_uid == 0 else {
            return "belongs to user \(status.st_uid), who could change it; it must belong to this user or to root"
        }
        let mode = status.st_mode & 0o777
        let forbidden: mode_t =
            switch protection {
            case .secret: isCredential ? 0o037 : 0o077
            case .readable: 0o022
            }
        guard mode & forbidden != 0 else { return nil }
        let octal = "0" + String(mode, radix: 8)
        return switch protection {
        case .secret: "has mode \(octal), so that others may read or change it; set it with chmod 600"
        case .readable: "has mode \(octal), so that others may change it; set it with chmod 644"
        }
    }
}
