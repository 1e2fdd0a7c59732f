internal import Glibc

/// Tells systemd how the service is doing: sd_notify(3)'s protocol, one datagram a message.
///
/// Without `$NOTIFY_SOCKET` there is nobody to tell, and every message is dropped without a fault.
package struct ServiceNotifier: Sendable {
    /// A message that could not be sent.
    package struct Failure: Error, Sendable, Equatable, CustomStringConvertible {
        /// The system's error number.
        package var code: Int32
        package var description: String { "systemd was not told: \(String(cString: strerror(code)))" }
    }

    private let address: [UInt8]?
    /// How long systemd waits for `alive` before it restarts the service; nil when it does not wait. Tell it twice as
    /// often.
    package let watchdogInterval: Duration?

    /// - Parameters:
    ///   - environment: the process's environment (`NOTIFY_SOCKET`, `WATCHDOG_USEC`, `WATCHDOG_PID`).
    ///   - processID: this process, by default.
    package init(environment: [String: String], processID: Int32 = getpid()) {
        let name = environment["NOTIFY_SOCKET"] ?? ""
        // A leading @ stands for the NUL byte of Linux's abstract names.
        var bytes = Array(name.utf8)
        if name.hasPrefix("@") { bytes[0] = 0 }
        let isKnown =
            (name.hasPrefix("/") || name.hasPrefix("@")) && bytes.count > 1
            && bytes.count < MemoryLayout.size(ofValue: sockaddr_un().sun_path)
        address = isKnown ? bytes : nil
        let isForUs = environment["WATCHDOG_PID"].map { $0 == String(processID) } ?? true
        watchdogInterval =
            isForUs
            ? environment["WATCHDOG_USEC"].flatMap { Int64($0) }.flatMap { $0 > 0 ? .microseconds($0) : nil }
            : nil
    }

    /// Whether anybody listens.
    package var isActive: Bool { address != nil }

    /// The service takes articles now; also the end of a reload.
    ///
    /// - Throws: `Failure`, as every other message.
    package func ready(status: String? = nil) throws(Failure) {
        try send(["READY=1"] + statusLine(status))
    }

    /// The configuration is being read again; `ready` follows.
    package func reloading() throws(Failure) {
        var now = timespec()
        clock_gettime(CLOCK_MONOTONIC, &now)
        try send(["RELOADING=1", "MONOTONIC_USEC=\(now.tv_sec * 1_000_000 + now.tv_nsec / 1000)"])
    }

    /// The service stops taking articles and finishes what runs.
    package func stopping(status: String? = nil) throws(Failure) {
        try send(["STOPPING=1"] + statusLine(status))
    }

    /// One line for `systemctl status`.
    package func status(_ text: String) throws(Failure) {
        try send(statusLine(text))
    }

    /// The service makes progress.
    package func alive() throws(Failure) {
        try send(["WATCHDOG=1"])
    }

    /// Asks for `duration` more before systemd gives up on a start, a stop or a reload.
    package func extendTimeout(by duration: Duration) throws(Failure) {
        let (seconds, attoseconds) = duration.components
        try send(["EXTEND_TIMEOUT_USEC=\(seconds * 1_000_000 + attoseconds / 1_000_000_000_000)"])
    }

    private func statusLine(_ text: String?) -> [String] {
        guard let text else { return [] }
        // A line end would begin another assignment.
        return ["STATUS=" + String(text.unicodeScalars.map { $0.value < 0x20 ? " " : Character($0) })]
    }

    private func send(_ lines: [String]) throws(Failure) {
        guard let path = address else { return }
        let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw Failure(code: errno) }
        defer { close(descriptor) }
        var target = sockaddr_un()
        target.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &target.sun_path) { $0.copyBytes(from: path) }
        // An abstract name ends where the length says; a path ends at its NUL.
        let isAbstract = path[0] == 0
        let length = socklen_t(MemoryLayout<sa_family_t>.size + path.count + (isAbstract ? 0 : 1))
        let message = Array(lines.joined(separator: "\n").utf8)
        // systemd reads this socket before all else; a full one is a fault to report, not to wait for.
        let sent = withUnsafePointer(to: &target) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                sendto(descriptor, message, message.count, Int32(MSG_DONTWAIT | MSG_NOSIGNAL), $0, length)
            }
        }
        guard sent == message.count else { throw Failure(code: errno) }
    }
}
