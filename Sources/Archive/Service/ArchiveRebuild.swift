internal import Journal
internal import Stages

internal import NewsFormats
internal import SQLite

/// Makes the archive anew from the record log, beside the one in use, and puts it in its place in one step. The service may
/// run meanwhile: it changes over by itself and goes on where the new archive ends.
package enum ArchiveRebuild {
    package struct Report: Sendable, Hashable {
        package var records = 0
        package var articles = 0
        package var quotations = 0
        package var unreadable = 0
        /// The last record that it holds.
        package var sequence: UInt64 = 0
        /// Of the log as it was at the start, 0 … 1; nil when it does not tell its end.
        package var share: Double?
    }

    /// - Parameters:
    ///   - records: the record log's directory.
    ///   - progress: told after every batch.
    /// - Throws: `JournalError`: `.locked` when another rebuild runs; `SQLiteError`; `ArchiveError`.
    package static func run(
        records: String, archive files: ArchiveFiles, batchRecords: Int = 4_096,
        progress: @escaping @Sendable (Report) -> Void = { _ in }
    ) async throws -> Report {
        let lock = try StateDirectoryLock(directory: files.rebuildDirectory)
        defer { withExtendedLifetime(lock) {} }
        let path = files.rebuildDirectory + "/archive.sqlite"
        ArchiveFiles.remove(path)
        let source = RecordSource(directory: records, batchRecords: batchRecords)
        let builder = ArchiveBuilder(path: path)
        do {
            let report = try await build(source, builder, progress)
            await source.close()
            await builder.close()
            let number = try files.adopt(path)
            // While the service runs it removes the old file itself, when it has changed over.
            if let unused = try? StateDirectoryLock(directory: files.directory) {
                files.removeOlder(than: number)
                withExtendedLifetime(unused) {}
            }
            return report
        } catch {
            await source.close()
            await builder.close()
            ArchiveFiles.remove(path)
            throw error
        }
    }

    /// Reads a batch while the one before is written.
    private static func build(
        _ source: RecordSource, _ builder: ArchiveBuilder, _ progress: @Sendable (Report) -> Void
    ) async throws -> Report {
        var report = Report()
        let extent = try await source.extent()
        var batch = try await source.next()
        while let written = batch {
            async let following = source.next()
            let counts = try await builder.apply(written.entries, upTo: written.end)
            report.records += written.entries.count
            report.articles += counts.articles
            report.quotations += counts.quotations
            report.unreadable += written.unreadable
            report.sequence = written.end.sequence
            report.share = extent.map { Double(written.end.sequence - min($0.lowerBound, written.end.sequence)) / Double($0.count) }
            progress(report)
            batch = try await following
        }
        try await builder.finish()
        return report
    }
}

/// Reads records and makes them ready, on a thread of its own.
private actor RecordSource {
    struct Batch: Sendable {
        var entries: [ArchiveEntry]
        var end: ArchiveWriter.Position
        var unreadable: Int
    }

    private let directory: String
    private let batchRecords: Int
    private let thread = DedicatedThread(name: "archive-read")
    private var reader: SegmentLogReader?
    private var position: UInt64 = 1

    nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    init(directory: String, batchRecords: Int) {
        self.directory = directory
        self.batchRecords = batchRecords
    }

    func close() {
        reader = nil
        thread.stop()
    }

    /// The records that the log has now; nil when it does not tell.
    func extent() throws -> ClosedRange<UInt64>? {
        let reader = try self.reader ?? SegmentLogReader(directory: directory)
        self.reader = reader
        guard let first = try reader.firstSequence(), let last = try reader.lastCommitted(), first <= last else { return nil }
        return first...last
    }

    /// Nil at the end of the log.
    func next() throws -> Batch? {
        let reader = try self.reader ?? SegmentLogReader(directory: directory)
        self.reader = reader
        let read = try reader.read(from: position, limit: batchRecords, bytes: 64 << 20)
        guard read.next > position else { return nil }
        position = read.next
        var batch = Batch(
            entries: [], end: ArchiveWriter.Position(sequence: read.next - 1, key: read.entries.last?.key ?? .none),
            unreadable: 0)
        batch.entries.reserveCapacity(read.entries.count)
        for entry in read.entries {
            if let ready = try? ArchiveEntry(entry) { batch.entries.append(ready) } else { batch.unreadable += 1 }
        }
        return batch
    }
}

/// Writes the new file, on a thread of its own.
private actor ArchiveBuilder {
    private let path: String
    private let thread = DedicatedThread(name: "archive-build")
    private var writer: ArchiveWriter?

    nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    init(path: String) { self.path = path }

    func close() {
        writer = nil
        thread.stop()
    }

    private func opened() throws -> ArchiveWriter {
        if let writer { return writer }
        let writer = try ArchiveWriter(path, mode: .bulk)
        self.writer = writer
        return writer
    }

    func apply(_ entries: [ArchiveEntry], upTo end: ArchiveWriter.Position) throws -> ArchiveWriter.Counts {
        try opened().apply(entries, upTo: end)
    }

    func finish() throws {
        try opened().finish()
        writer = nil
    }
}
