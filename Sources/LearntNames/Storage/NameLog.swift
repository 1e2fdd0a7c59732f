package import Journal

internal import Pipeline

/// The learnt names on disk: a log of operations, and snapshots of the table at the beginning of each of its segments.
/// The number of an operation in the log is the version of the table after it, so that any version whose operations are
/// still kept can be made again.
///
/// The project's own segment log and no database: a version is a place in a sequence of changes, which a database would have
/// to keep beside its tables anyway; the table itself fits in memory, and what a crash leaves is mended by code that is there.
/// One owner; calls block.
package final class NameLog {
    package struct Options: Sendable {
        /// Size at which the log begins a new segment, and writes a snapshot.
        package var segmentBytes: Int
        /// Operations that are kept for making earlier versions again.
        package var historyBytes: Int

        package init(segmentBytes: Int = 8 << 20, historyBytes: Int = 1 << 30) {
            self.segmentBytes = segmentBytes
            self.historyBytes = historyBytes
        }
    }

    private static let operationKind: UInt8 = 1

    package let directory: String
    private let options: Options
    private let log: SegmentLog
    package private(set) var table: NameTable
    /// A snapshot that could not be written; the log alone still holds everything.
    package private(set) var snapshotTrouble: JournalError?

    /// Opens the log and mends what a crash or damage left; `recovery` tells.
    /// - Throws: `JournalError`, `NameLogFault`.
    package init(directory: String, options: Options = Options()) throws {
        self.directory = directory
        self.options = options
        log = try SegmentLog(
            directory: Self.logDirectory(directory),
            options: SegmentLogOptions(segmentBytes: options.segmentBytes))
        let last = log.lastCommitted ?? 0
        table = try Self.base(directory, upTo: last, first: log.firstSequence)
        while table.version < last {
            let entries = try log.read(from: table.version + 1, limit: 4_096, bytes: 16 << 20)
            guard !entries.isEmpty else { break }
            for entry in entries { try Self.apply(entry, to: &table, directory: directory) }
        }
    }

    package var recovery: RecoveryReport { log.recovery }

    /// The oldest version that can still be made.
    package var oldestVersion: UInt64 {
        let snapshots = (try? SnapshotFile.list(directory: Self.snapshotDirectory(directory))) ?? []
        if log.firstSequence <= 1 { return 0 }
        return snapshots.first { $0 + 1 >= log.firstSequence } ?? table.version
    }

    /// Appends operations with one sync, then applies them.
    /// - Parameter time: ms since 1970.
    /// - Throws: `JournalError`; nothing was kept or applied.
    package func append(_ operations: [NameOperation], time: Int64) throws {
        guard !operations.isEmpty else { return }
        let before = table
        let segments = log.segmentCount
        do {
            for operation in operations {
                try log.append(key: .none, kind: Self.operationKind, time: time, payload: NameCodec.encode(operation))
            }
        } catch {
            try log.rollBack()
            throw error
        }
        let first = log.nextSequence - UInt64(operations.count)
        try log.commit()
        for (offset, operation) in operations.enumerated() { table.apply(operation, version: first + UInt64(offset)) }
        if log.segmentCount > segments, before.version > 0 { keepSnapshot(of: before) }
    }

    /// A full disk costs the snapshot, not the operation: the log can be read from an earlier one.
    private func keepSnapshot(of table: NameTable) {
        do throws(JournalError) {
            let directory = Self.snapshotDirectory(directory)
            try SnapshotFile.write(NameCodec.encode(table), after: table.version, directory: directory)
            snapshotTrouble = nil
            let removed = try log.removeSegments(SegmentLog.Removal(beyondBytes: options.historyBytes))
            guard !removed.isEmpty else { return }
            for version in try SnapshotFile.list(directory: directory) where version + 1 < log.firstSequence {
                try SnapshotFile.remove(after: version, directory: directory)
            }
        } catch {
            snapshotTrouble = error
        }
    }

    // MARK: Versions

    /// A version of the table, while another process may be writing.
    /// - Parameter version: nil: the newest.
    /// - Throws: `NameLogFault` when it is not kept any more or not there yet; `JournalError`.
    package static func table(directory: String, version: UInt64? = nil) throws -> NameTable {
        let reader: SegmentLogReader
        do {
            reader = try SegmentLogReader(directory: logDirectory(directory))
        } catch {
            throw NameLogFault("\(directory): no learnt names there (\(error))")
        }
        let last = try reader.lastCommitted() ?? 0
        if let version, version > last {
            throw NameLogFault("\(directory): version \(version) is not there yet; the newest is \(last)")
        }
        let wanted = version ?? last
        guard wanted > 0 else { return NameTable() }
        var table = try base(directory, upTo: wanted, first: try reader.firstSequence() ?? 1)
        while table.version < wanted {
            let batch = try reader.read(from: table.version + 1, through: wanted, limit: 4_096, bytes: 16 << 20)
            if version != nil, let gap = batch.missing.first {
                throw NameLogFault(
                    "\(directory): version \(wanted) cannot be made again, since operations \(gap.lowerBound) to "
                        + "\(gap.upperBound) are gone; choose a later version")
            }
            guard !batch.entries.isEmpty else { break }
            for entry in batch.entries { try apply(entry, to: &table, directory: directory) }
        }
        return table
    }

    /// What every snapshot and the log say of each other.
    /// - Returns: a line for each that does not fit.
    package static func check(directory: String) throws -> [String] {
        var faults: [String] = []
        for version in try SnapshotFile.list(directory: snapshotDirectory(directory)) where version > 0 {
            do {
                let bytes = try SnapshotFile.read(after: version, directory: snapshotDirectory(directory))
                let first = try SegmentLogReader(directory: logDirectory(directory)).firstSequence() ?? 1
                guard first == 1 else { continue }
                var made = NameTable()
                let reader = try SegmentLogReader(directory: logDirectory(directory))
                while made.version < version {
                    let batch = try reader.read(from: made.version + 1, through: version, limit: 4_096, bytes: 16 << 20)
                    guard !batch.entries.isEmpty else { break }
                    for entry in batch.entries { try apply(entry, to: &made, directory: directory) }
                }
                if NameCodec.encode(made) != bytes { faults.append("snapshot \(version) differs from its operations") }
            } catch {
                faults.append("snapshot \(version): \(error)")
            }
        }
        return faults
    }

    // MARK: Parts

    private static func logDirectory(_ directory: String) -> String { directory + "/log" }
    private static func snapshotDirectory(_ directory: String) -> String { directory + "/snapshots" }

    /// The table of the newest readable snapshot up to a version, or the empty one where the log begins.
    private static func base(_ directory: String, upTo version: UInt64, first: UInt64) throws -> NameTable {
        let snapshots = try SnapshotFile.list(directory: snapshotDirectory(directory))
        for candidate in snapshots.reversed() where candidate <= version && candidate + 1 >= first {
            do {
                let bytes = try SnapshotFile.read(after: candidate, directory: snapshotDirectory(directory))
                let table = try bytes.withUnsafeBytes(NameCodec.decodeTable)
                if table.version == candidate { return table }
            } catch {
                // A damaged one is passed over; one of a newer version of this program is not damage.
                if let newer = newerFormat(error, "snapshot \(candidate)", directory: directory) { throw newer }
            }
        }
        if let newest = snapshots.last, version == 0, newest > 0 {
            throw NameLogFault(
                "\(directory): there are snapshots up to version \(newest), but no log; put the log back or move the folder away")
        }
        guard first <= 1 || version == 0 else {
            throw NameLogFault(
                "\(directory): operations before \(first) are gone and no snapshot replaces them; choose a later version, or "
                    + "move the folder away and import an export")
        }
        return NameTable()
    }

    private static func apply(_ entry: LogEntry, to table: inout NameTable, directory: String) throws(JournalError) {
        guard entry.kind == operationKind else { return table.skip(to: entry.sequence) }
        do throws(WireError) {
            table.apply(try entry.payload.withBytes(NameCodec.decode), version: entry.sequence)
        } catch {
            if let newer = newerFormat(error, "operation \(entry.sequence)", directory: directory) { throw newer }
            // What cannot be read changes nothing here nor anywhere else.
            table.skip(to: entry.sequence)
        }
    }

    /// The error that tells of a newer version of this program, nil for any other.
    private static func newerFormat(_ error: any Error, _ what: String, directory: String) -> JournalError? {
        switch error {
        case let error as JournalError where error.code == .newerFormat: error
        case WireError.unsupportedVersion(let found, let supported) where found > supported:
            .newer(what, format: UInt32(found), known: UInt32(supported), path: directory)
        default: nil
        }
    }
}

/// Why learnt names cannot be had.
package struct NameLogFault: Error, Sendable, Hashable, CustomStringConvertible {
    package let description: String

    package init(_ description: String) { self.description = description }
}
