import Foundation
import Glibc
import Testing

/// A pipe in place of standard error.
final class StandardErrorPipe {
    let reader: Int32
    let writer: Int32

    init() throws {
        var ends: [Int32] = [0, 0]
        try #require(pipe(&ends) == 0)
        (reader, writer) = (ends[0], ends[1])
        _ = fcntl(reader, F_SETFL, O_NONBLOCK)
        _ = fcntl(writer, F_SETFL, O_NONBLOCK)
    }

    deinit {
        close(reader)
        close(writer)
    }

    /// What was written since the last call.
    func text() -> String {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65536)
        while true {
            let count = read(reader, &buffer, buffer.count)
            guard count > 0 else { return String(decoding: bytes, as: UTF8.self) }
            bytes += buffer[..<count]
        }
    }

    /// What systemd would put into `JOURNAL_STREAM`, by the stat command: device and inode.
    func stream() throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/stat")
        process.arguments = ["-L", "-c", "%d:%i", "/proc/\(getpid())/fd/\(writer)"]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let said = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return String(decoding: said, as: UTF8.self).filter { $0 != "\n" }
    }

    /// Makes the pipe hold `bytes`. (The header's `F_SETPIPE_SZ` is hidden behind `_GNU_SOURCE`.)
    func resize(_ bytes: Int32) {
        _ = fcntl(writer, 1031, bytes)
    }
}
