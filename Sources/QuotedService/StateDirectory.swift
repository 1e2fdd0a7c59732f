internal import Glibc
internal import Journal
internal import Pipeline
internal import Stages

/// The state directory: made private to the service's account and group, and held by one process a part.
enum StateDirectory {
    /// Creates the directory with its parents, mode 0750.
    /// - Throws: `ServiceError` naming what to do.
    static func prepare(_ path: String) throws {
        var partial = path.hasPrefix("/") ? "" : "."
        for component in path.split(separator: "/") {
            partial += "/" + component
            if mkdir(partial, 0o750) != 0, errno != EEXIST {
                let error = errno
                throw ServiceError(
                    "cannot create the state directory \(partial): \(String(cString: strerror(error))); choose another with --state",
                    exit: isPassing(error) ? .tryAgain : .configuration)
            }
        }
        if access(path, R_OK | W_OK | X_OK) != 0 {
            if isPassing(errno) {
                throw ServiceError(
                    "the state directory \(path) cannot be written: \(String(cString: strerror(errno))); make its disk writable again",
                    exit: .tryAgain)
            }
            throw ServiceError(
                "the state directory \(path) cannot be written by this user; choose another with --state",
                exit: .configuration)
        }
    }

    /// A disk that is full or can only be read may be as it was later, without anybody changing the configuration.
    private static func isPassing(_ error: Int32) -> Bool {
        [EROFS, ENOSPC, EDQUOT, EMFILE, ENFILE, ENOMEM].contains(error)
    }

    /// Claims a part of the state directory for this process.
    /// - Parameters:
    ///   - wait: how long another process may take to leave it.
    ///   - onWait: told once, when it has to be waited for, with what is known of its holder.
    /// - Throws: `JournalError` with `.locked` when it is still there then; `CancellationError`.
    static func lock(
        _ directory: String, within wait: Duration, clock: StageClock, onWait: (JournalError) -> Void
    ) async throws -> StateDirectoryLock {
        try prepare(directory)
        let deadline = clock.now() + wait
        var isWaiting = false
        while true {
            do {
                return try StateDirectoryLock(directory: directory)
            } catch {
                guard error.code == .locked, clock.now() < deadline else { throw error }
                if !isWaiting { onWait(error) }
                isWaiting = true
                // A lock tells nobody that it is free: waiting for it in the system would hold a thread, without end.
                try await Task.sleep(for: .milliseconds(10))
            }
        }
    }

    /// Lets the service's account and group, and nobody else, connect to the ipc endpoints among these.
    static func restrict(_ endpoints: [String]) throws {
        for endpoint in endpoints where endpoint.hasPrefix("ipc://") {
            let path = String(endpoint.dropFirst("ipc://".count))
            guard chmod(path, 0o660) == 0 else {
                let reason = String(cString: strerror(errno))
                throw ServiceError("cannot set the mode of \(path): \(reason)", exit: .configuration)
            }
        }
    }
}
