/// What operators do with the logs of a stopped service. None of it takes the state directory's lock: the caller holds it.
package enum JournalInspection {
    /// The logs of a state directory, by the names of their folders.
    package enum Log: String, Sendable, Hashable, CaseIterable {
        case intake
        case records
        case deadLetters = "dead-letters"
    }

    package struct LogReport: Sendable, Hashable {
        package var log: Log
        package var directory: String
        package var recovery: RecoveryReport
        /// Articles, or dead letters, that are not finished; 0 for records.
        package var open = 0
        /// Marks of finished articles that cannot be read: those articles run again.
        package var unreadableMarks = 0

        /// Whether nothing is wrong, other than what was set aside before.
        package var isClean: Bool { recovery.isClean && unreadableMarks == 0 }
    }

    /// Looks at all logs of a state directory and changes nothing. A log that is not there is left out. Damage that a repair or
    /// a start of the service has set aside is in the reports, but leaves them clean.
    /// - Throws: `JournalError`: `.newerFormat`, or the system refused to read.
    package static func check(
        stateDirectory: String, files: any FileSystem = LocalFileSystem()
    ) throws -> [LogReport] {
        try present(stateDirectory, files).map { try check($0.log, directory: $0.directory, files: files) }
    }

    /// The logs that are there, and their directories.
    package static func present(
        _ stateDirectory: String, _ files: any FileSystem = LocalFileSystem()
    ) -> [(log: Log, directory: String)] {
        Log.allCases.map { (log: $0, directory: "\(stateDirectory)/\($0.rawValue)") }.filter { files.exists($0.directory) }
    }

    /// Looks at one log and changes nothing.
    package static func check(
        _ log: Log, directory: String, files: any FileSystem = LocalFileSystem()
    ) throws -> LogReport {
        var open: Set<UInt64> = []
        let recovery = try walk(directory, log, files) { header, _ in
            switch log {
            case .intake: open.insert(header.sequence)
            case .records: break
            case .deadLetters:
                if DeadLetterLog.isLetter(header) { open.insert(header.sequence) } else { open.remove(header.key.low) }
            }
        }
        var report = LogReport(log: log, directory: directory, recovery: recovery.report)
        for segment in log == .intake ? recovery.segments : [] {
            let marks = CompletionFile(directory: directory, first: segment.first, files: files)
            guard let found = try sequences(of: marks) else {
                report.recovery.faults.append(SegmentFault(.unreadable, file: marks.name, offset: 0, bytes: 0))
                continue
            }
            open.subtract(found.done)
            report.unreadableMarks += found.unreadable
        }
        report.open = open.count
        return report
    }

    /// Nil when this account may not read them.
    private static func sequences(
        of marks: CompletionFile
    ) throws(JournalError) -> (done: [UInt64], unreadable: Int)? {
        var done: [UInt64] = []
        do throws(JournalError) {
            let unreadable = try marks.read { sequence, _ in done.append(sequence) }
            return (done, unreadable)
        } catch where error.isDenied {
            return nil
        }
    }

    /// Does what opening a log does: cuts an unfinished end, moves foreign files away, copies damaged bytes to `damaged/`, and
    /// takes unreadable marks out. A check afterwards is clean, unless there was no room for the copies.
    /// Nothing is deleted without a copy. The reports tell what was found, and what was done.
    package static func repair(
        stateDirectory: String, files: any FileSystem = LocalFileSystem()
    ) throws -> [LogReport] {
        try present(stateDirectory, files).map { try repair($0.log, directory: $0.directory, files: files) }
    }

    package static func repair(
        _ log: Log, directory: String, files: any FileSystem = LocalFileSystem()
    ) throws -> LogReport {
        let options = SegmentLogOptions(files: files)
        switch log {
        case .intake:
            let opened = try IntakeLog(directory: directory, options: options)
            return LogReport(
                log: log, directory: directory, recovery: opened.recovery, open: opened.openCount,
                unreadableMarks: opened.unreadableMarks)
        case .records:
            let opened = try RecordLog(directory: directory, options: options)
            return LogReport(log: log, directory: directory, recovery: opened.recovery)
        case .deadLetters:
            let opened = try DeadLetterLog(directory: directory, options: .init(log: options))
            return LogReport(log: log, directory: directory, recovery: opened.recovery, open: opened.openCount)
        }
    }

    /// Hands out every readable entry in ascending order, past any damage, and changes nothing.
    /// - Parameter sink: an error that it throws ends the export.
    /// - Returns: what was found; `recovery.faults` is what could not be exported.
    package static func export(
        _ log: Log, directory: String, from first: UInt64 = 0, files: any FileSystem = LocalFileSystem(),
        sink: (LogEntry) throws -> Void
    ) throws -> LogReport {
        var current: UInt64?
        var file: (any OpenFile)?
        let recovery = try walk(directory, log, files) { header, segment in
            guard header.sequence >= first, let location = segment.location(of: header.sequence) else { return }
            if current != segment.first {
                current = segment.first
                file = try files.open("\(directory)/\(segment.name)", .read)
            }
            guard let opened = file, let entry = try opened.entry(header.sequence, at: location) else { return }
            try sink(entry)
        }
        return LogReport(log: log, directory: directory, recovery: recovery.report)
    }

    private static func walk(
        _ directory: String, _ log: Log, _ files: any FileSystem, visit: (EntryHeader, LogSegment) throws -> Void
    ) throws -> SegmentRecovery {
        var recovery = SegmentRecovery(directory: directory, mends: false, files: files)
        let extensions = log == .intake ? [CompletionFile.suffix] : []
        try recovery.run(highWater: try recovery.highWater(), extensions: extensions, visit: visit)
        return recovery
    }
}

extension LogEntry {
    /// The entry as one line of JSON without its end: sequence, time, kind, key, and the payload in Base64.
    package var jsonLine: String {
        let payload = String(decoding: payload.base64, as: UTF8.self)
        return #"{"sequence":\#(sequence),"time":\#(time),"kind":\#(kind),"key":"\#(key)","payload":"\#(payload)"}"#
    }
}

extension [UInt8] {
    /// RFC 4648, section 4.
    var base64: [UInt8] {
        let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        var text: [UInt8] = []
        text.reserveCapacity((count + 2) / 3 * 4)
        for start in stride(from: 0, to: count, by: 3) {
            let group = self[start..<Swift.min(start + 3, count)]
            let bits = group.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - group.count))
            for place in 0..<4 {
                text.append(place <= group.count ? digits[bits >> (18 - 6 * place) & 63] : UInt8(ascii: "="))
            }
        }
        return text
    }
}
