internal import Journal
package import LearntNames
package import Logging

internal import NewsFormats
internal import NewsModel

/// The learnt names with their own thread: reads what the record log holds, learns from it, and answers operators.
///
/// What was learnt and from which record lies in one entry of the names' log, so that after a crash no record counts twice
/// and none is left out: learning goes on behind the last record that the log tells of.
package actor NameKeeper {
    /// Operations in order, the first of which makes version `from + 1`.
    package struct Changes: Sendable {
        package var from: UInt64
        package var operations: [NameOperation]
    }

    private let thread: DedicatedThread
    private let log: NameLog
    private let recordDirectory: String
    private let learns: Bool
    /// The version that workers are given whatever is learnt; nil: the newest.
    private let pinned: NameTable?
    private let clock: StageClock
    private let logger: Logger
    private var reader: SegmentLogReader?
    private var nextRecord: UInt64
    private var outbox = Changes(from: 0, operations: [])
    /// Why nothing can be learnt at present.
    private var trouble: String?
    private var lag: UInt64 = 0

    /// Records that are read at once.
    private static let batch = 256

    nonisolated package var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    /// The log must not be used by anybody else from now on.
    /// - Parameter records: the record log's directory.
    package init(
        log: sending NameLog, records: String, learns: Bool, pinned: NameTable? = nil, clock: StageClock = .system,
        logger: Logger
    ) {
        thread = DedicatedThread(name: "names")
        self.log = log
        recordDirectory = records
        self.learns = learns
        self.pinned = pinned
        self.clock = clock
        self.logger = logger
        nextRecord = log.table.lastRecord + 1
        outbox.from = log.table.version
    }

    package func close() { thread.stop() }

    /// How things stand.
    package struct Figures: Sendable {
        /// Version and number of the names that workers are given.
        package var version: UInt64
        package var count: Int
        package var isOn: Bool
        /// Records in the log that nothing was learnt from yet.
        package var lag: UInt64
        package var trouble: String?
    }

    package var figures: Figures {
        Figures(version: served.version, count: served.count, isOn: served.isOn, lag: lag, trouble: trouble)
    }

    /// The table that workers are given.
    package var served: NameTable { pinned ?? log.table }

    /// The newest table.
    package var newest: NameTable { log.table }

    /// Learns from the records that came since.
    /// - Returns: what changed since the last call, and whether more records wait.
    /// - Throws: `JournalError` after which the log must be opened again.
    package func follow() throws -> (changes: Changes, isBehind: Bool) {
        var isBehind = false
        if learns {
            do {
                isBehind = try learn()
                trouble = nil
            } catch let error as JournalError where error.code != .syncFailed {
                // A full disk is waited for: nothing is lost, the records stay where they are.
                if trouble == nil { logger.error("names cannot be learnt", metadata: ["error": "\(error)"]) }
                trouble = "\(error)"
            }
        }
        let changes = outbox
        outbox = Changes(from: log.table.version, operations: [])
        return (changes, isBehind)
    }

    private func learn() throws -> Bool {
        let reader = try reader ?? openedRecords()
        self.reader = reader
        let batch = try reader.read(from: nextRecord, limit: Self.batch, bytes: 16 << 20)
        let last = try reader.lastCommitted() ?? 0
        defer { lag = last + 1 - min(last + 1, nextRecord) }
        guard batch.next > nextRecord else { return false }
        var operations: [NameOperation] = []
        for entry in batch.entries where entry.kind == RecordLog.Kind.record.rawValue {
            guard let record = try? RecordDecoder.decode(entry.payload) else { continue }
            if let operation = NameObserver.operation(for: record, time: entry.time) { operations.append(operation) }
        }
        try apply(operations)
        nextRecord = batch.next
        return !batch.isAtEnd
    }

    private func openedRecords() throws -> SegmentLogReader {
        let reader = try SegmentLogReader(directory: recordDirectory)
        let last = try reader.lastCommitted() ?? 0
        if last + 1 < nextRecord {
            logger.warning(
                "the record log is younger than the learnt names: nothing is learnt until it is as long again",
                metadata: ["records": "\(last)", "learnt-from": "\(nextRecord - 1)"])
        }
        return reader
    }

    private func apply(_ operations: [NameOperation]) throws {
        guard !operations.isEmpty else { return }
        try log.append(operations, time: clock.calendar())
        outbox.operations += operations
        if let trouble = log.snapshotTrouble {
            logger.warning("no snapshot of the names could be written", metadata: ["error": "\(trouble)"])
        }
    }

    /// Answers an operator's request, durably where it changes something.
    /// - Throws: `NameLogFault`, `JournalError`.
    package func answer(_ request: NameRequest) throws -> NameAnswer {
        try apply(try NameDesk.operations(for: request, in: log.table))
        var answer = NameDesk.answer(request, from: log.table, oldest: log.oldestVersion)
        if request.command == "names.check" { answer.faults = try NameLog.check(directory: log.directory) }
        return answer
    }
}
