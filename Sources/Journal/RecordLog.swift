/// The output log: what it holds was analysed, and is published from it. One owner; calls block. Readers on other threads use
/// `SegmentLogReader`.
package final class RecordLog {
    package enum Kind: UInt8, Sendable, Hashable {
        case record = 1
        /// The article was retracted.
        case tombstone = 2
    }

    private let log: SegmentLog
    private var keys: KeyIndex
    private var articles: KeyIndex

    /// Opens the log and mends what a crash or damage left; `recovery` tells.
    package init(directory: String, options: SegmentLogOptions = SegmentLogOptions()) throws {
        var keys = KeyIndex()
        var articles = KeyIndex()
        log = try SegmentLog(directory: directory, options: options, extensions: []) { header, _ in
            keys.load(header.key, header.sequence)
            if header.group != .none { articles.load(header.group, header.sequence) }
        }
        self.keys = keys
        self.articles = articles
    }

    package var directory: String { log.directory }
    package var recovery: RecoveryReport { log.recovery }
    package var nextSequence: UInt64 { log.nextSequence }
    /// The oldest number that may still be read; `nextSequence` when there is none.
    package var firstSequence: UInt64 { log.firstSequence }
    /// The highest number ever committed, nil before the first.
    package var lastSequence: UInt64? { log.lastCommitted }
    /// Length of the segment files.
    package var bytes: Int { log.bytes }
    package var knownKeys: Int { keys.count }

    /// The number of the latest entry with this key.
    package func contains(_ key: EntryKey) -> UInt64? { keys[key] }

    /// The number of the latest entry, record or tombstone, of an article in any version.
    package func latest(forArticle article: EntryKey) -> UInt64? { articles[article] }

    /// Appends a record, not durable before `commit()`.
    /// - Parameters:
    ///   - key: of this version of the article.
    ///   - article: of the article in any version, for `latest(forArticle:)`.
    /// - Throws: as `SegmentLog.append`.
    @discardableResult
    package func append(
        key: EntryKey, article: EntryKey = .none, kind: Kind = .record, time: Int64, payload: UnsafeRawBufferPointer
    ) throws(JournalError) -> UInt64 {
        let sequence = try log.append(key: key, group: article, kind: kind.rawValue, time: time, payload: payload)
        keys.append(key, sequence)
        if article != .none { articles.append(article, sequence) }
        return sequence
    }

    @discardableResult
    package func append(
        key: EntryKey, article: EntryKey = .none, kind: Kind = .record, time: Int64, payload: [UInt8]
    ) throws(JournalError) -> UInt64 {
        try payload.withBytes { (bytes) throws(JournalError) in
            try append(key: key, article: article, kind: kind, time: time, payload: bytes)
        }
    }

    /// Makes what was appended durable.
    /// - Throws: `.noSpace`: nothing that was appended since the last commit was kept; its numbers will be given
    ///   again. `.syncFailed`: the log must be opened again.
    package func commit() throws(JournalError) {
        do throws(JournalError) {
            try log.commit()
        } catch {
            if error.code != .syncFailed { forget() }
            throw error
        }
        keys.commit()
        articles.commit()
    }

    /// Drops what was appended since the last commit.
    package func rollBack() throws(JournalError) {
        try log.rollBack()
        forget()
    }

    private func forget() {
        keys.rollBack()
        articles.rollBack()
    }

    /// A committed entry, nil when it is not there.
    /// - Throws: `.corrupt` when it was damaged since the log was opened.
    package func read(_ sequence: UInt64) throws(JournalError) -> LogEntry? { try log.read(sequence) }

    /// As `SegmentLog.read(from:limit:bytes:)`.
    package func read(from sequence: UInt64, limit: Int, bytes: Int) throws(JournalError) -> [LogEntry] {
        try log.read(from: sequence, limit: limit, bytes: bytes)
    }

    /// Removes segments past their time, or beyond the bytes to keep.
    /// - Parameters:
    ///   - now: milliseconds since 1970.
    ///   - retention: in milliseconds.
    ///   - maximumBytes: length of all segments.
    /// - Returns: the number of segments removed.
    @discardableResult
    package func removeOld(now: Int64, retention: Int64, maximumBytes: Int) throws(JournalError) -> Int {
        let removed = try log.removeSegments(
            SegmentLog.Removal(olderThan: now - max(0, retention), beyondBytes: maximumBytes))
        keys.remove(removed)
        articles.remove(removed)
        return removed.count
    }
}
