/// The log of accepted articles: what it holds and is not completed will run again after any crash. One owner; calls block.
///
/// A key stays known as long as its entry is kept. An article that is tried again (a dead letter) is appended as a new entry
/// with the same key: the key then leads to the new entry, and the old one stays completed.
package final class IntakeLog {
    /// How an article ended.
    package enum Outcome: UInt8, Sendable, Hashable {
        case published = 1
        case dead = 2
    }

    /// Which entries of a segment are completed: one bit for each.
    private struct Progress {
        var bits: [UInt64] = []
        /// Entries that are not completed, uncommitted ones included.
        var open = 0
        /// Marks that are not written yet.
        var unwritten: [UInt8] = []

        func isDone(_ index: Int) -> Bool {
            index / 64 < bits.count && bits[index / 64] & (1 << UInt64(index % 64)) != 0
        }

        mutating func setDone(_ index: Int) {
            while bits.count <= index / 64 { bits.append(0) }
            bits[index / 64] |= 1 << UInt64(index % 64)
        }
    }

    private let log: SegmentLog
    private var keys: KeyIndex
    private var progress: [UInt64: Progress] = [:]
    /// Segments with marks that are not written yet.
    private var unwritten: Set<UInt64> = []
    /// Articles accepted and not completed, those included that wait for their commit.
    package private(set) var openCount = 0
    /// Bytes of their payloads.
    package private(set) var openBytes = 0
    private var pendingBytes = 0
    /// Marks that could not be read when the log was opened, and were taken out; their articles run again.
    package let unreadableMarks: Int

    /// Opens the log and mends what a crash or damage left; `recovery` tells.
    package init(directory: String, options: SegmentLogOptions = SegmentLogOptions()) throws {
        var keys = KeyIndex()
        log = try SegmentLog(directory: directory, options: options, extensions: [CompletionFile.suffix]) { header, _ in
            keys.load(header.key, header.sequence)
        }
        self.keys = keys
        var unreadable = 0
        var progress: [UInt64: Progress] = [:]
        for segment in log.segments {
            var state = Progress()
            let marks = CompletionFile(directory: directory, first: segment.first, files: options.files, grants: true)
            let damaged = try marks.read { sequence, _ in
                if segment.location(of: sequence) != nil { state.setDone(Int(sequence - segment.first)) }
            }
            if damaged > 0 { try marks.mend() }
            unreadable += damaged
            for (index, location) in segment.locations.enumerated()
            where location.offset != 0 && !state.isDone(index) {
                state.open += 1
                openBytes += Int(location.length)
            }
            openCount += state.open
            progress[segment.first] = state
        }
        self.progress = progress
        unreadableMarks = unreadable
    }

    package var directory: String { log.directory }
    package var recovery: RecoveryReport { log.recovery }
    package var nextSequence: UInt64 { log.nextSequence }
    package var firstSequence: UInt64 { log.firstSequence }
    /// The highest number ever committed, nil before the first.
    package var lastSequence: UInt64? { log.lastCommitted }
    /// Length of the segment files.
    package var bytes: Int { log.bytes }
    /// Keys that are known.
    package var knownKeys: Int { keys.count }

    /// The number of the latest entry with this key, whether it is completed or not, or waits for its commit.
    package func contains(_ key: EntryKey) -> UInt64? { keys[key] }

    // MARK: Accepting

    /// Appends an article, not durable before `commit()`. The caller has asked `contains`.
    /// - Throws: as `SegmentLog.append`.
    @discardableResult
    package func append(key: EntryKey, time: Int64, payload: UnsafeRawBufferPointer) throws(JournalError) -> UInt64 {
        let sequence = try log.append(key: key, kind: 1, time: time, payload: payload)
        keys.append(key, sequence)
        if let segment = log.segments.last { progress[segment.first, default: Progress()].open += 1 }
        openCount += 1
        openBytes += payload.count
        pendingBytes += payload.count
        return sequence
    }

    @discardableResult
    package func append(key: EntryKey, time: Int64, payload: [UInt8]) throws(JournalError) -> UInt64 {
        try payload.withBytes { (bytes) throws(JournalError) in try append(key: key, time: time, payload: bytes) }
    }

    /// Makes what was appended durable.
    /// - Throws: `.noSpace`: nothing that was appended since the last commit was kept, and its keys are unknown again;
    ///   `.syncFailed`: the log must be opened again.
    package func commit() throws(JournalError) {
        let pending = log.pendingEntries
        do throws(JournalError) {
            try log.commit()
        } catch {
            if error.code != .syncFailed { forget(pending) }
            throw error
        }
        keys.commit()
        pendingBytes = 0
    }

    /// Drops what was appended since the last commit.
    package func rollBack() throws(JournalError) {
        let pending = log.pendingEntries
        try log.rollBack()
        forget(pending)
    }

    private func forget(_ pending: Int) {
        guard pending > 0 else { return }
        keys.rollBack()
        if let segment = log.segments.last { progress[segment.first]?.open -= pending }
        openCount -= pending
        openBytes -= pendingBytes
        pendingBytes = 0
    }

    // MARK: Completing

    /// Marks an article as finished. The mark is written by `flushCompletions()`; one that is lost means that the article runs
    /// again.
    /// - Returns: false when there is no such committed entry or it was finished before.
    @discardableResult
    package func complete(_ sequence: UInt64, _ outcome: Outcome) throws(JournalError) -> Bool {
        try log.check()
        guard sequence <= log.lastCommitted ?? 0, let segment = log.segment(of: sequence),
            let location = segment.location(of: sequence)
        else { return false }
        let index = Int(sequence - segment.first)
        guard progress[segment.first]?.isDone(index) == false else { return false }
        progress[segment.first]?.setDone(index)
        progress[segment.first]?.open -= 1
        CompletionFile.append(sequence, outcome.rawValue, to: &progress[segment.first, default: Progress()].unwritten)
        unwritten.insert(segment.first)
        openCount -= 1
        openBytes -= Int(location.length)
        return true
    }

    /// Whether the entry is there and finished.
    package func isCompleted(_ sequence: UInt64) -> Bool {
        guard let segment = log.segment(of: sequence), segment.location(of: sequence) != nil else { return false }
        return progress[segment.first]?.isDone(Int(sequence - segment.first)) ?? false
    }

    /// Writes the marks. Where there is no room, or nothing can be written, they wait for the next call: sixteen bytes for each.
    package func flushCompletions() throws(JournalError) {
        try log.check()
        for first in unwritten {
            guard let records = progress[first]?.unwritten, !records.isEmpty else { continue }
            do throws(JournalError) {
                try CompletionFile(directory: log.directory, first: first, files: log.options.files).append(records)
            } catch where error.isPassing {
                return
            }
            progress[first]?.unwritten = []
            unwritten.remove(first)
        }
    }

    // MARK: Open articles

    /// Committed articles that are not finished, ascending.
    package func openSequences(from sequence: UInt64, limit: Int) -> [UInt64] {
        var open: [UInt64] = []
        let last = log.lastCommitted ?? 0
        let segments = log.segments
        for segment in segments[segments.partitionPoint { $0.next > sequence }...] {
            guard let state = progress[segment.first], state.open > 0 else { continue }
            var index = Int(max(sequence, segment.first) - segment.first)
            while index < segment.locations.count, segment.first + UInt64(index) <= last {
                if index % 64 == 0, index / 64 < state.bits.count, state.bits[index / 64] == .max {
                    index += 64
                    continue
                }
                if segment.locations[index].offset != 0, !state.isDone(index) {
                    guard open.count < limit else { return open }
                    open.append(segment.first + UInt64(index))
                }
                index += 1
            }
        }
        return open
    }

    /// Asks the disk for a little room and gives it back.
    /// - Throws: as `append` would.
    package func tryRoom() throws(JournalError) {
        try log.check()
        try log.options.files.tryRoom(in: log.directory, bytes: 65_536)
    }

    /// A committed entry, nil when it is not there.
    /// - Throws: `.corrupt` when it was damaged since the log was opened.
    package func payload(of sequence: UInt64) throws(JournalError) -> LogEntry? { try log.read(sequence) }

    // MARK: Housekeeping

    /// Removes segments whose articles are all finished and which are past their time, or beyond the bytes to keep.
    /// - Parameters:
    ///   - now: milliseconds since 1970.
    ///   - retention: milliseconds after which a finished article's key need not be known any more.
    ///   - maximumBytes: length of all segments; may be exceeded by articles that are not finished.
    /// - Returns: the number of segments removed.
    @discardableResult
    package func removeFinished(now: Int64, retention: Int64, maximumBytes: Int) throws(JournalError) -> Int {
        let removal = SegmentLog.Removal(olderThan: now - max(0, retention), beyondBytes: maximumBytes)
        let removed = try log.removeSegments(removal) { progress[$0.first]?.open == 0 }
        keys.remove(removed)
        for range in removed {
            progress[range.lowerBound] = nil
            unwritten.remove(range.lowerBound)
        }
        return removed.count
    }
}
