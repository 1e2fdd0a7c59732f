import Glibc

/// The terminal at the end of standard output or standard error, if there is one.
enum Terminal {
    static func isAt(_ descriptor: Int32) -> Bool { isatty(descriptor) == 1 }

    /// Colours are for people: none where output goes elsewhere, or where NO_COLOR or a dumb terminal says so.
    static func wantsColour(_ descriptor: Int32, environment: [String: String]) -> Bool {
        isAt(descriptor) && (environment["NO_COLOR"] ?? "").isEmpty && environment["TERM"] != "dumb"
    }

    /// In columns: the terminal's, else $COLUMNS, else 80.
    static func width(_ descriptor: Int32, environment: [String: String]) -> Int {
        var size = winsize()
        if ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 { return Int(size.ws_col) }
        return environment["COLUMNS"].flatMap { Int($0) } ?? 80
    }
}

/// Data: bytes on standard output, not held back.
enum StandardOutput {
    /// - Throws: `OutputFault` when nobody takes them.
    static func write(_ bytes: [UInt8]) throws(OutputFault) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { Glibc.write(STDOUT_FILENO, $0.baseAddress, $0.count) }
            if written >= 0 {
                rest = rest.dropFirst(written)
            } else if errno == EAGAIN {
                var descriptor = pollfd(fd: STDOUT_FILENO, events: Int16(POLLOUT), revents: 0)
                _ = poll(&descriptor, 1, 1_000)
            } else if errno != EINTR {
                throw OutputFault(reason: String(cString: strerror(errno)))
            }
        }
    }

    static func write(line bytes: [UInt8]) throws(OutputFault) { try write(bytes + [0x0A]) }
}

struct OutputFault: Error, CustomStringConvertible {
    var reason: String
    var description: String { "standard output: \(reason)" }
}
