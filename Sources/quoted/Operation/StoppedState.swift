import Foundation
import Journal
import NewsFormats
import Observability
import QuotedService

/// What the state directory tells of a service that does not answer. Nothing is locked or changed, so that it may run meanwhile.
struct StoppedState: Sendable {
    var directory: String
    var intake: LogOutline.Intake?
    var records: LogOutline.Records?
    /// Open dead letters; nil where there is no log of them.
    var deadLetters: (letters: [DeadLetter], isWhole: Bool)?
    var disk: DiskSpace?
    var runs: [(name: String, runs: [RunHistory.Run])] = []
    /// What could not be read.
    var faults: [String] = []

    /// - Returns: nil when the directory cannot be read within the time, or is not there.
    static func read(_ directory: String, within limit: Duration) async -> StoppedState? {
        guard FileManager.default.fileExists(atPath: directory) else { return nil }
        let end = ContinuousClock.now + limit * 0.8
        return await reading(within: limit) { StoppedState(directory: directory) { ContinuousClock.now > end } }
    }

    private init(directory: String, isLate: () -> Bool) {
        self.directory = directory
        runs = RunHistory.all(in: directory)
        disk = DiskSpace(of: directory)
        intake = look("intake") { try LogOutline.intake(directory: $0) }
        records = look("records") { try LogOutline.records(directory: $0) }
        deadLetters = look("dead-letters") { try LogOutline.deadLetters(directory: $0, isLate: isLate) }
    }

    private mutating func look<Value>(_ log: String, _ body: (String) throws -> Value) -> Value? {
        let path = "\(directory)/\(log)"
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        do { return try body(path) } catch {
            faults.append("\(error)")
            return nil
        }
    }

    /// Runs what may wait for a disk without end, and gives up on it in time: the process ends without it.
    static func reading<Value: Sendable>(within limit: Duration, _ body: @escaping @Sendable () -> Value) async -> Value? {
        await SharedQuestion {
            await withCheckedContinuation { continuation in
                DispatchQueue.global().async { continuation.resume(returning: body()) }
            }
        }.answer(within: limit)
    }

    // MARK: For people

    var page: String {
        var lines = ["What lies in \(directory):"]
        if let intake {
            lines.append(
                row("intake log", "entries up to \(intake.lastSequence), \(intake.open) not finished, \(Quantities.bytes(intake.bytes))"))
        }
        if let records {
            let range = records.lastSequence > 0 ? "\(records.firstSequence) to \(records.lastSequence)" : "none"
            lines.append(row("records", "\(range), \(Quantities.bytes(records.bytes))"))
        }
        if let deadLetters {
            lines.append(row("dead letters", (deadLetters.isWhole ? "" : "at least ") + "\(deadLetters.letters.count)"))
        }
        if let disk {
            lines.append(
                row("disk", "\(Quantities.bytes(disk.freeBytes)) free of \(Quantities.bytes(disk.sizeBytes))"
                    + (disk.isLow ? ": nearly full, make room" : "")))
        }
        for (name, runs) in runs { if let last = runs.last { lines.append(row(name, told(last, of: runs))) } }
        if lines.count == 1 { lines.append("nothing of a service") }
        for fault in faults { lines.append("cannot be read: \(TerminalText.safe(fault))") }
        return lines.joined(separator: "\n")
    }

    private func row(_ name: String, _ text: String) -> String { name.padding(toLength: 14, withPad: " ", startingAt: 0) + text }

    private func told(_ run: RunHistory.Run, of runs: [RunHistory.Run]) -> String {
        var text = "started \(Quantities.date(run.start)) as process \(run.processID)"
        if let end = run.end, let ending = run.ending {
            text += ", ended \(Quantities.date(end)): \(ending.rawValue)"
            if !run.reason.isEmpty { text += " (\(TerminalText.safe(run.reason)))" }
        } else {
            text += ", has not said that it ended"
        }
        let starts = runs.starts(since: Int64(Date().timeIntervalSince1970 * 1_000) - 900_000)
        return starts > 3 ? text + "; \(starts) starts within 15 min" : text
    }

    // MARK: For programs

    func write(to json: inout JSONWriter) {
        json.beginObject()
        json.field("directory", directory)
        if let intake {
            json.key("intake")
            json.beginObject()
            json.field("lastSequence", Int(clamping: intake.lastSequence))
            json.field("open", intake.open)
            json.field("bytes", intake.bytes)
            json.endObject()
        }
        if let records {
            json.key("records")
            json.beginObject()
            json.field("firstSequence", Int(clamping: records.firstSequence))
            json.field("lastSequence", Int(clamping: records.lastSequence))
            json.field("bytes", records.bytes)
            json.endObject()
        }
        if let deadLetters { json.field("deadLetters", deadLetters.letters.count) }
        if let disk {
            json.field("diskFreeBytes", disk.freeBytes)
            json.field("diskSizeBytes", disk.sizeBytes)
        }
        json.key("faults")
        json.beginArray()
        for fault in faults { json.element(fault) }
        json.endArray()
        json.endObject()
    }
}

/// Numbers with their units, for people.
enum Quantities {
    static func bytes(_ count: Int) -> String {
        for (unit, size) in [("TiB", 1 << 40), ("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10)] where count >= size {
            let value = Double(count) / Double(size)
            return String(format: value < 10 ? "%.1f" : "%.0f", value) + " " + unit
        }
        return "\(count) B"
    }

    /// - Parameter milliseconds: since 1970.
    static func date(_ milliseconds: Int64) -> String {
        Date(timeIntervalSince1970: Double(milliseconds) / 1_000)
            .formatted(.iso8601.dateSeparator(.dash).timeSeparator(.colon))
    }

    /// Such as `2 h 5 min`.
    static func span(milliseconds: Int) -> String {
        let seconds = max(0, milliseconds) / 1_000
        if seconds < 10 { return String(format: "%.1f s", Double(max(0, milliseconds)) / 1_000) }
        if seconds < 120 { return "\(seconds) s" }
        if seconds < 7_200 { return "\(seconds / 60) min" }
        if seconds < 172_800 { return "\(seconds / 3_600) h \(seconds % 3_600 / 60) min" }
        return "\(seconds / 86_400) d"
    }
}
