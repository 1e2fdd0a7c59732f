internal import Journal
package import Logging
package import Stages

internal import Glibc
internal import NewsFormats
internal import SQLite

/// Keeps the archive behind the record log: reads what was recorded since, writes it down, a batch a transaction. It lives on
/// a thread of its own and reads the log as any other process could, so that nothing waits for it.
package actor ArchiveFollower {
    package struct Options: Sendable {
        /// How often the log is looked at.
        package var interval: Duration
        /// Most records of one transaction.
        package var batchRecords: Int
        /// Their size at most, but at least one.
        package var batchBytes: Int
        /// How long articles are kept; zero: as long as their records.
        package var retention: Duration

        package init(
            interval: Duration = .milliseconds(200), batchRecords: Int = 256, batchBytes: Int = 8 << 20,
            retention: Duration = .zero
        ) {
            self.interval = interval
            self.batchRecords = batchRecords
            self.batchBytes = batchBytes
            self.retention = retention
        }
    }

    /// Figures since the start.
    package struct Figures: Sendable {
        /// The last record in the archive.
        package var sequence: UInt64 = 0
        /// Records in the log and not yet in the archive.
        package var lag: UInt64 = 0
        package var articles = 0
        package var quotations = 0
        /// Records that could not be read.
        package var unreadable = 0
        /// Set while the archive cannot be written.
        package var trouble: String?
    }

    private struct Opened {
        let number: Int
        let writer: ArchiveWriter
    }

    private let files: ArchiveFiles
    private let recordsDirectory: String
    private var options: Options
    private let clock: StageClock
    private let logger: Logger
    private let thread = DedicatedThread(name: "archive")
    private var isNice = false
    private var reader: SegmentLogReader?
    private var opened: Opened?
    private var lastCleaning: Int64?
    package private(set) var figures = Figures()

    nonisolated package var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    /// - Parameters:
    ///   - directory: the archive's; the caller holds its lock.
    ///   - records: the record log's.
    package init(
        directory: String, records: String, options: Options, clock: StageClock = .system, logger: Logger
    ) {
        files = ArchiveFiles(directory: directory)
        recordsDirectory = records
        self.options = options
        self.clock = clock
        self.logger = logger
    }

    package func setRetention(_ retention: Duration) { options.retention = retention }

    /// Ends the thread. Nothing may be asked afterwards.
    package func close() {
        opened = nil
        reader = nil
        thread.stop()
    }

    /// Follows until cancelled. What the disk refuses is tried again: the records are safe in their log.
    package func run() async throws {
        while true {
            try Task.checkCancellation()
            let isBehind = stepWithPatience()
            if isBehind {
                await Task.yield()
            } else {
                try await Task.sleep(for: figures.trouble == nil ? options.interval : .seconds(1))
            }
        }
    }

    /// Archives what is in the log now, for a good end; gives up after a while.
    package func catchUp(within limit: Duration) async {
        let end = ContinuousClock.now + limit
        while ContinuousClock.now < end, stepWithPatience() { await Task.yield() }
    }

    /// - Returns: whether there is more to do at once.
    private func stepWithPatience() -> Bool {
        do {
            let isBehind = try step()
            if figures.trouble != nil { logger.notice("the archive is written again") }
            figures.trouble = nil
            return isBehind
        } catch {
            if figures.trouble == nil { logger.error("the archive cannot be written", metadata: ["error": "\(error)"]) }
            figures.trouble = "\(error)"
            recover(from: error)
            return false
        }
    }

    private func step() throws -> Bool {
        if !isNice {
            // Where the processors are busy the analysis goes first: on Linux this is about the thread alone. Where a sandbox
            // forbids it, nothing is lost.
            _ = setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, 10)
            isNice = true
        }
        let reader = try openedReader()
        let last = try reader.lastCommitted() ?? 0
        let opened = try currentArchive(last: last)
        figures.sequence = opened.writer.position.sequence
        try clean(opened.writer, reader)
        let batch = try reader.read(
            from: opened.writer.position.sequence + 1, through: last, limit: options.batchRecords, bytes: options.batchBytes)
        guard batch.next > opened.writer.position.sequence + 1 else {
            figures.lag = last - min(last, figures.sequence)
            return false
        }
        var entries: [ArchiveEntry] = []
        for entry in batch.entries {
            do {
                entries.append(try ArchiveEntry(entry))
            } catch {
                figures.unreadable += 1
                logger.warning(
                    "a record is not archived", metadata: ["sequence": "\(entry.sequence)", "error": "\(error)"])
            }
        }
        let end = ArchiveWriter.Position(sequence: batch.next - 1, key: batch.entries.last?.key ?? .none)
        let counts = try opened.writer.apply(entries, upTo: end)
        figures.articles += counts.articles
        figures.quotations += counts.quotations
        figures.sequence = end.sequence
        figures.lag = last - min(last, end.sequence)
        return figures.lag > 0
    }

    private func openedReader() throws -> SegmentLogReader {
        if let reader { return reader }
        let reader = try SegmentLogReader(directory: recordsDirectory)
        self.reader = reader
        return reader
    }

    // MARK: The file

    /// The archive's file: another one after a rebuild, a new one where there is none or where it is no archive of this log.
    private func currentArchive(last: UInt64) throws -> Opened {
        let number = files.current()
        if let opened, opened.number == number { return opened }
        if opened != nil { logger.notice("the archive was rebuilt; going on with the new one") }
        opened = nil
        var next = try open(number ?? 1)
        if !(try belongs(next.writer, last: last)) {
            logger.warning("the archive is of another record log: put aside, and made anew")
            try next.writer.checkpoint()
            let replaced = next.number
            next = try open(replaced + 1)
            files.setAside(replaced)
        }
        files.removeOlder(than: next.number)
        opened = next
        return next
    }

    private func open(_ number: Int) throws -> Opened {
        do {
            return Opened(number: number, writer: try ArchiveWriter(files.path(number), mode: .live))
        } catch ArchiveError.otherFormat(let path) {
            logger.notice("the archive is of another version; making it anew", metadata: ["path": "\(path)"])
            return Opened(number: number + 1, writer: try ArchiveWriter(files.path(number + 1), mode: .live))
        }
    }

    /// Whether the archive's last record is where the log has it.
    private func belongs(_ writer: ArchiveWriter, last: UInt64) throws -> Bool {
        let position = writer.position
        guard position.sequence > 0 else { return true }
        guard position.sequence <= last else { return false }
        guard position.key != .none, let reader else { return true }
        let there = try reader.read(from: position.sequence, through: position.sequence, limit: 1, bytes: 1).entries.first
        // A record past its retention tells nothing.
        return there.map { $0.key == position.key } ?? true
    }

    private func recover(from error: any Error) {
        reader = nil
        let number = opened?.number ?? files.current()
        if (error as? SQLiteError)?.kind == .damaged, let number {
            files.setAside(number)
            logger.error("the archive is damaged: put aside, and made anew from the record log")
        }
        opened = nil
    }

    // MARK: Retention

    /// Once a minute, a bounded number of articles past their time.
    private func clean(_ writer: ArchiveWriter, _ reader: SegmentLogReader) throws {
        let now = clock.calendar()
        if let lastCleaning, now - lastCleaning < 60_000, now >= lastCleaning { return }
        let first = try reader.firstSequence() ?? 0
        let before = options.retention > .zero ? now - options.retention.milliseconds : nil
        let limit = 1_000
        let removed = try writer.removeOld(before: first, recordedBefore: before, limit: limit)
        // When there are more, they are next.
        if removed < limit { lastCleaning = now }
        if removed > 0 { logger.info("articles past their time left the archive", metadata: ["count": "\(removed)"]) }
    }
}

extension Duration {
    /// Whole milliseconds.
    var milliseconds: Int64 { components.seconds * 1_000 + components.attoseconds / 1_000_000_000_000_000 }
}
