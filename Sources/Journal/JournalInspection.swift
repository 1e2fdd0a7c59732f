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
    package static func check(stateDirectory: String) throws -> [LogReport] {
        try Log.allCases.compactMap { log in
            let directory = "\(stateDirectory)/\(log.rawValue)"
            return FileSystem.exists(directory) ? try check(log, directory: directory) : nil
        }
    }

    /// Looks at one log and changes nothing.
    package static func check(_ log: Log, directory: String) throws -> LogReport {
        var open: Set<UInt64> = []
        let recovery = try walk(directory, log) { header, _ in
            switch log {
            case .intake: open.insert(header.sequence)
            case .records: break
            case .deadLetters:
                if DeadLetterLog.isLetter(header) { open.insert(header.sequence) } else { open.remove(header.key.low) }
            }
        }
        var report = LogReport(log: log, directory: directory, recovery: recovery.report)
        if log == .intake {
            for segment in recovery.segments {
                report.unreadableMarks += try CompletionFile.read(directory: directory, first: segment.first) {
                    sequence, _ in open.remove(sequence)
                }
            }
        }
        report.open = open.count
        return report
    }

    /// Does what opening a log does: cuts an unfinished end, moves foreign files away, copies damaged bytes to `damaged/`, and
    /// takes unreadable marks out. A check afterwards is clean, unless there was no room for the copies.
    /// Nothing is deleted without a copy. The reports tell what was found, and what was done.
    package static func repair(stateDirectory: String) throws -> [LogReport] {
        try Log.allCases.compactMap { log in
            let directory = "\(stateDirectory)/\(log.rawValue)"
            return FileSystem.exists(directory) ? try repair(log, directory: directory) : nil
        }
    }

    package static func repair(_ log: Log, directory: String) throws -> LogReport {
        switch log {
        case .intake:
            let opened = try IntakeLog(directory: directory)
            return LogReport(
                log: log, directory: directory, recovery: opened.recovery, open: opened.openCount,
                unreadableMarks: opened.unreadableMarks)
        case .records:
            return LogReport(log: log, directory: directory, recovery: try RecordLog(directory: directory).recovery)
        case .deadLetters:
            let opened = try DeadLetterLog(directory: directory)
            return LogReport(log: log, directory: directory, recovery: opened.recovery, open: opened.openCount)
        }
    }

    /// Hands out every readable entry in ascending order, past any damage, and changes nothing.
    /// - Parameter sink: an error that it throws ends the export.
    /// - Returns: what was found; `recovery.faults` is what could not be exported.
    package static func export(
        _ log: Log, directory: String, from first: UInt64 = 0, sink: (LogEntry) throws -> Void
    ) throws -> LogReport {
        var current: (first: UInt64, file: DataFile)?
        let recovery = try walk(directory, log) { header, segment in
            guard header.sequence >= first, let location = segment.location(of: header.sequence) else { return }
            if current?.first != segment.first {
                current = (segment.first, try DataFile("\(directory)/\(segment.name)", .read))
            }
            if let entry = try current?.file.entry(header.sequence, at: location) { try sink(entry) }
        }
        return LogReport(log: log, directory: directory, recovery: recovery.report)
    }

    private static func walk(
        _ directory: String, _ log: Log, visit: (EntryHeader, LogSegment) throws -> Void
    ) throws -> SegmentRecovery {
        var recovery = SegmentRecovery(directory: directory, mends: false)
        let hasMark = FileSystem.exists("\(directory)/\(HighWaterMark.name)")
        let highWater = hasMark ? try HighWaterMark(directory: directory, writable: false).read() : nil
        let extensions = log == .intake ? [CompletionFile.suffix] : []
        try recovery.run(highWater: highWater, extensions: extensions, visit: visit)
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
