internal import Glibc

/// Holds a state directory for this process alone, until it is released or the process ends, however it ends.
package final class StateDirectoryLock: Sendable {
    private let descriptor: Int32

    /// Creates the directory if need be.
    /// - Throws: `JournalError`: `.locked`, naming the process that holds it.
    package init(directory: String) throws(JournalError) {
        try LocalFileSystem().createDirectory(directory)
        let path = "\(directory)/lock"
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o640)
        guard descriptor >= 0 else { throw .system(errno, path: path, "open") }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let error = errno
            var bytes = [UInt8](repeating: 0, count: 24)
            let count = max(0, pread(descriptor, &bytes, bytes.count, 0))
            close(descriptor)
            guard error == EWOULDBLOCK else { throw .system(error, path: path, "lock") }
            let digits = bytes.prefix(count).prefix { $0 >= 48 && $0 <= 57 }
            let holder = digits.isEmpty ? "another process" : "process \(String(decoding: digits, as: UTF8.self))"
            throw JournalError(.locked, path: directory, detail: "\(holder) uses this directory")
        }
        // The number is for people; a full disk is no reason not to start.
        let holder = Array("\(getpid())\n".utf8)
        if ftruncate(descriptor, 0) == 0 { _ = pwrite(descriptor, holder, holder.count, 0) }
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }
}
