import ArgumentParser
import Journal
import NewsFormats
import ServiceClient

/// Why a service does not answer and what to do about it, as far as can be seen from outside.
struct ServiceSilence: Error, Equatable {
    var what: String
    var remedy: String

    /// At the control endpoint, before it is asked: nil when somebody may answer.
    static func before(endpoint: String, state: String) -> ServiceSilence? {
        guard endpoint.hasPrefix("ipc://") else { return nil }
        let path = String(endpoint.dropFirst("ipc://".count))
        switch UnixSocketProbe(path: path) {
        case .listening: return nil
        case .absent:
            return ServiceSilence(
                what: "the service does not answer: there is no socket \(path)" + holder(of: state),
                remedy: "start it with 'quoted serve' (systemctl start quoted), or name its configuration with --config or --state")
        case .refused:
            return ServiceSilence(
                what: "the service does not answer: nobody listens at \(path); the process that made it was killed or crashed",
                remedy: "its log has the reason (journalctl -u quoted); start it again")
        case .forbidden:
            return ServiceSilence(
                what: "this user may not use \(path)",
                remedy: Permission.remedy(for: path, asMember: true))
        }
    }

    private static func holder(of state: String) -> String {
        guard let holder = anyHolder(of: state) else { return "" }
        return ", though process \(holder.processID) uses \(state)"
    }

    /// After it was asked and kept silent.
    /// - Parameter hasKeys: it was asked with a key, which it may not know.
    static func after(_ patience: Duration, endpoint: String, state: String, hasKeys: Bool) -> ServiceSilence {
        let waited = "the service does not answer at \(endpoint) (waited \(patience.components.seconds) s)"
        guard let holder = anyHolder(of: state) else {
            return ServiceSilence(
                what: "\(waited), and no process on this machine uses \(state)",
                remedy: "start it with 'quoted serve', or name its configuration with --config or --state")
        }
        let process = "process \(holder.processID)"
        if hasKeys, holder.state == .alive {
            return ServiceSilence(
                what: "\(waited), though \(process) runs",
                remedy: "its log tells whether it refuses this client's key; else the service's own key is another, or it is overloaded")
        }
        return switch holder.state {
        case .stopped:
            ServiceSilence(
                what: "\(waited): \(process) is stopped, by a signal or a debugger",
                remedy: "let it go on with 'kill -CONT \(holder.processID)'")
        case .waitingForDisk:
            ServiceSilence(
                what: "\(waited): \(process) waits for a disk",
                remedy: "see iostat -x and dmesg; it goes on when the disk does")
        case .ended:
            ServiceSilence(
                what: "\(waited): \(process) has ended and its parent has not noticed", remedy: "start it again")
        case .alive, nil:
            ServiceSilence(
                what: "\(waited), though \(process) runs: it is overloaded or stuck",
                remedy: "wait longer with --timeout 60; if it stays so, its log may tell why, and a restart loses nothing")
        }
    }

    /// The process that takes articles, or else the one that writes records.
    private static func anyHolder(of state: String) -> LockHolder? {
        LockHolder(directory: "\(state)/intake") ?? LockHolder(directory: "\(state)/records")
    }

    /// Tells it, and what the state directory tells instead of the service.
    /// - Returns: the exit status to end with.
    func end(state: String, within limit: Duration, json: Bool) async throws -> ExitCode {
        let stopped = await StoppedState.read(state, within: limit)
        if json {
            try StandardOutput.write(line: self.json { json in
                if let stopped {
                    json.key("stateDirectory")
                    stopped.write(to: &json)
                }
            })
            return .unavailable
        }
        report()
        if let stopped {
            print(stopped.page)
        } else {
            StandardError.write("quoted: the state directory \(state) cannot be read either, or is not there")
        }
        return .unavailable
    }

    /// The JSON that stands for an answer.
    func json(_ more: (inout JSONWriter) -> Void) -> [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        json.field("answers", false)
        json.field("fault", what)
        json.field("remedy", remedy)
        more(&json)
        json.endObject()
        return json.bytes
    }

    func report() {
        StandardError.write("quoted: \(what)")
        StandardError.write("quoted: what to do: \(remedy)")
    }
}
