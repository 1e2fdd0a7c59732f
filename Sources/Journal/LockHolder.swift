internal import Glibc

/// The process that holds a part of a state directory, found without touching the lock: taking it for a moment could keep a
/// service from starting.
package struct LockHolder: Sendable, Hashable {
    /// What a process is doing, as `ps` shows it.
    package enum State: Sendable, Hashable {
        /// By a signal or a debugger.
        case stopped
        /// Uninterruptible, mostly for a disk.
        case waitingForDisk
        /// It ended, and its parent has not noticed.
        case ended
        /// It runs, or waits for work.
        case alive
    }

    package let processID: Int

    /// Nil when nobody on this machine holds the directory's lock, as far as can be seen.
    package init?(directory: String) {
        let path = "\(directory)/lock"
        var status = stat()
        guard stat(path, &status) == 0, let text = Self.contents(of: path, limit: 24),
            let process = Int(text.prefix { $0.isASCII && $0.isNumber }), process > 0
        else { return nil }
        if let locks = Self.contents(of: "/proc/locks", limit: 4 << 20) {
            guard Self.isHeld(inode: UInt64(status.st_ino), by: process, in: locks) else { return nil }
        } else {
            // Where locks cannot be listed, a living process of that number has to do.
            guard kill(pid_t(truncatingIfNeeded: process), 0) == 0 || errno == EPERM else { return nil }
        }
        processID = process
    }

    /// Lines as `1: FLOCK  ADVISORY  WRITE 1234 fe:01:12345 0 EOF`. A holder in another container has no number there.
    static func isHeld(inode: UInt64, by process: Int, in locks: String) -> Bool {
        locks.split(separator: "\n").contains { line in
            let fields = line.split(separator: " ")
            guard fields.count > 5, fields[1] == "FLOCK", let holder = Int(fields[4]) else { return false }
            return (holder == process || holder <= 0) && fields[5].hasSuffix(":\(inode)")
        }
    }

    /// Nil when the process cannot be looked at.
    package var state: State? {
        // The name in parentheses may hold anything.
        guard let text = Self.contents(of: "/proc/\(processID)/stat", limit: 4_096), let end = text.lastIndex(of: ")"),
            let letter = text[text.index(after: end)...].first(where: { $0 != " " })
        else { return nil }
        return switch letter {
        case "T", "t": .stopped
        case "D": .waitingForDisk
        case "Z", "X": .ended
        default: .alive
        }
    }

    private static func contents(of path: String, limit: Int) -> String? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 16_384)
        while bytes.count < limit {
            let count = read(descriptor, &chunk, min(chunk.count, limit - bytes.count))
            guard count >= 0 else { return nil }
            if count == 0 { break }
            bytes += chunk[..<count]
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
