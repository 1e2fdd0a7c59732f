internal import Foundation
internal import Journal

/// Remembers in the state directory when the service started and how it ended, so that a loop of restarts and its reason are
/// seen: the process that knows the reason is gone by then. A convenience: it is written without a sync, and where it cannot
/// be written, the service runs without.
package struct RunHistory: Sendable {
    /// How a run ended.
    package enum Ending: String, Sendable, CaseIterable {
        /// In good order.
        case stopped
        /// A sync failed: the disk.
        case syncFailed = "sync-failed"
        /// With another error.
        case failed
        /// Before it was ready.
        case notStarted = "not-started"
        /// Killed, crashed, or the machine went down: it could not say.
        case killed

        package init(of error: any Error) {
            self = (error as? JournalError)?.code == .syncFailed ? .syncFailed : .failed
        }
    }

    package struct Run: Sendable, Hashable {
        package var processID: Int
        /// Milliseconds since 1970.
        package var start: Int64
        package var end: Int64?
        /// Nil while it may still run.
        package var ending: Ending?
        package var reason = ""

        /// How it ended and why, in words.
        package var outcome: String { (ending ?? .killed).rawValue + (reason.isEmpty ? "" : ", \(reason)") }
    }

    private let path: String
    /// Lines that are kept.
    private static let keptLines = 200

    /// - Parameter name: of the process's part: `serve`, or a stage's.
    package init(stateDirectory: String, name: String) { path = "\(stateDirectory)/runs-\(name)" }

    /// All parts' histories in a state directory.
    package static func all(in stateDirectory: String) -> [(name: String, runs: [Run])] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: stateDirectory)) ?? []
        return names.filter { $0.hasPrefix("runs-") && !$0.hasSuffix(".new") }.sorted().map { file in
            let name = String(file.dropFirst("runs-".count))
            return (name, RunHistory(stateDirectory: stateDirectory, name: name).runs())
        }
    }

    // MARK: Writing

    /// - Parameter time: milliseconds since 1970.
    func begin(processID: Int, time: Int64) {
        let old = lines()
        if old.count > 2 * Self.keptLines {
            let kept = old.suffix(Self.keptLines).joined(separator: "\n") + "\n"
            try? Data(kept.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
        }
        append("start \(time) \(processID)")
    }

    func end(_ ending: Ending, reason: String = "", processID: Int, time: Int64) {
        let line = String(decoding: reason.utf8.prefix(1_000).map { $0 < 0x20 ? 0x20 : $0 }, as: UTF8.self)
        append("\(ending.rawValue) \(time) \(processID) \(line)")
    }

    private func append(_ line: String) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0o640)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        let bytes = Array((line + "\n").utf8)
        _ = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
    }

    // MARK: Reading

    /// Oldest first. A run that neither ended nor is the last was killed.
    /// - Parameter wereEnded: nothing runs now, so that the last one was, too.
    package func runs(wereEnded: Bool = false) -> [Run] {
        var runs: [Run] = []
        var open: Int?
        for line in lines() {
            let fields = line.split(separator: " ", maxSplits: 3, omittingEmptySubsequences: false)
            guard fields.count >= 3, let time = Int64(fields[1]), let process = Int(fields[2]) else { continue }
            if fields[0] == "start" {
                // Attempts that came to nothing may stand between it and its successor.
                if let open, runs[open].ending == nil { runs[open].ending = .killed }
                open = runs.count
                runs.append(Run(processID: process, start: time))
                continue
            }
            guard let ending = Ending(rawValue: String(fields[0])) else { continue }
            let reason = fields.count > 3 ? String(fields[3]) : ""
            if ending != .notStarted, let open, runs[open].processID == process, runs[open].ending == nil {
                runs[open].ending = ending
                runs[open].end = time
                runs[open].reason = reason
            } else {
                runs.append(Run(processID: process, start: time, end: time, ending: ending, reason: reason))
            }
        }
        if wereEnded, let open, runs[open].ending == nil { runs[open].ending = .killed }
        return runs
    }

    private func lines() -> [String] {
        guard let data = FileManager.default.contents(atPath: path), data.count < 4 << 20 else { return [] }
        return String(decoding: data, as: UTF8.self).split(separator: "\n").map(String.init)
    }
}

extension [RunHistory.Run] {
    /// Starts, good and bad, since a time in milliseconds since 1970.
    package func starts(since time: Int64) -> Int { self.filter { $0.start >= time }.count }
}
