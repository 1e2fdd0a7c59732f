/// What was found when a log was opened or checked.
package struct RecoveryReport: Sendable, Hashable {
    package struct Segment: Sendable, Hashable {
        /// The file's name.
        package var file: String
        /// Length of the file as found.
        package var bytes: Int
        /// Readable entries.
        package var entries: Int
        /// Of the readable entries; nil when there are none.
        package var firstSequence: UInt64?
        package var lastSequence: UInt64?
    }

    package var segments: [Segment] = []
    package var faults: [SegmentFault] = []
    /// Numbers between or after the segments that no file holds, though they were given: segments removed as planned, or lost.
    package var absent: [ClosedRange<UInt64>] = []
    /// Entries that were committed, as the high-water file tells, and are gone from the end of the log.
    package var lostAtEnd: ClosedRange<UInt64>?
    /// Names in the directory that are none of the log's.
    package var foreignFiles: [String] = []
    /// The high-water file was missing or unreadable.
    package var highWaterMissing = false
    /// What was done about the faults, one sentence each; empty after a mere check.
    package var actions: [String] = []

    /// Readable entries.
    package var entries: Int { segments.reduce(0) { $0 + $1.entries } }
    /// Whether nothing is wrong, other than what was set aside before.
    package var isClean: Bool { faults.allSatisfy(\.isSetAside) && lostAtEnd == nil && !highWaterMissing }
}

extension RecoveryReport: CustomStringConvertible {
    /// One line for each thing worth telling; empty when nothing ever was wrong.
    package var description: String {
        var lines = faults.map(\.description)
        if let lostAtEnd {
            lines.append("entries \(lostAtEnd.lowerBound) to \(lostAtEnd.upperBound) were committed and are gone")
        }
        lines += absent.map { "entries \($0.lowerBound) to \($0.upperBound) are in no segment: removed as planned, or lost" }
        if highWaterMissing {
            lines.append("the file high-water is missing or unreadable: entries lost from the very end cannot be told")
        }
        if !foreignFiles.isEmpty {
            lines.append("not of this log and left alone: \(foreignFiles.joined(separator: ", "))")
        }
        lines += actions
        return lines.joined(separator: "\n")
    }
}
