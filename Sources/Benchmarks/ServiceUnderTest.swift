import Foundation

/// A `quoted` process of its own, with a state directory that goes with it.
struct ServiceUnderTest {
    let process: Process
    let state: String
    let ingest: String
    let stream: String

    /// Starts the executable beside this one.
    init(_ arguments: [String], state: String, settings: [String: String]) throws {
        self.state = state
        ingest = "ipc://\(state)/ingest"
        stream = "ipc://\(state)/stream"
        try FileManager.default.createDirectory(atPath: state, withIntermediateDirectories: true)
        process = Process()
        process.executableURL = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
            .appendingPathComponent("quoted")
        process.arguments = arguments + ["--state", state]
        var environment = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("QUOTED_") }
        environment["QUOTED_ENDPOINTS_INGEST"] = ingest
        environment["QUOTED_ENDPOINTS_PUSH"] = "ipc://\(state)/push"
        environment["QUOTED_ENDPOINTS_STREAM"] = stream
        environment["QUOTED_ENDPOINTS_REPLAY"] = "ipc://\(state)/replay"
        environment["QUOTED_ENDPOINTS_HTTP"] = ""
        environment["QUOTED_LOGGING_LEVEL"] = "warning"
        environment.merge(settings) { $1 }
        process.environment = environment
        try process.run()
    }

    func stop() {
        process.terminate()
        process.waitUntilExit()
        try? FileManager.default.removeItem(atPath: state)
    }

    /// Processor time of all threads so far, in seconds.
    var cpuSeconds: Double {
        guard let stat = try? String(contentsOfFile: "/proc/\(process.processIdentifier)/stat", encoding: .utf8),
            let end = stat.lastIndex(of: ")")
        else { return 0 }
        let fields = stat[end...].split(separator: " ")
        guard fields.count > 13, let user = Double(fields[12]), let system = Double(fields[13]) else { return 0 }
        return (user + system) / Double(sysconf(Int32(_SC_CLK_TCK)))
    }

    /// A line of /proc/PID/status in MiB.
    func mebibytes(_ name: String) -> Int {
        let status = try? String(contentsOfFile: "/proc/\(process.processIdentifier)/status", encoding: .utf8)
        let line = status?.split(separator: "\n").first { $0.hasPrefix(name + ":") }
        let number = line?.split(whereSeparator: { !$0.isNumber }).first.flatMap { Int($0) } ?? 0
        return number / 1_024
    }
}
