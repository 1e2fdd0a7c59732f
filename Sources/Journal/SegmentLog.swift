internal import Glibc

/// An append-only log in segment files. Appending is cheap, committing syncs all that was appended since: group commit.
///
/// It has one owner and its calls block: run it on a thread of its own. Other threads read with `SegmentLogReader`.
/// A sequence number belongs to an entry once it is committed: after a commit that failed for want of room, the next
/// entries get the same numbers.
package final class SegmentLog {
    package let directory: String
    package let options: SegmentLogOptions
    /// What was found and mended when the log was opened.
    package let recovery: RecoveryReport

    private(set) var segments: [LogSegment]
    /// The last segment's file, when more entries go into it.
    private var active: (any OpenFile)?
    private let highWater: HighWaterMark
    /// Files of segments that were read from last.
    private var readFiles: [(first: UInt64, file: any OpenFile)] = []

    /// The number that the next appended entry gets.
    package private(set) var nextSequence: UInt64
    /// Entries that are not committed; they are the last of the last segment.
    package private(set) var pendingEntries = 0
    private var pendingBytes: [UInt8] = []
    /// Length of the active file including what is not committed.
    private var writtenEnd = 0
    private var committedLastTime: Int64?
    /// The last number that was removed on purpose.
    private var removed: UInt64
    private var failure: JournalError?

    package convenience init(directory: String, options: SegmentLogOptions = SegmentLogOptions()) throws {
        try self.init(directory: directory, options: options, extensions: []) { _, _ in }
    }

    /// Creates the directory if need be, reads all segments and mends what a crash or damage left.
    /// - Parameters:
    ///   - extensions: endings of files beside each segment that go with it, for instance `.done`.
    ///   - visit: gets every readable entry, ascending.
    init(
        directory: String, options: SegmentLogOptions, extensions: [String],
        visit: (EntryHeader, LogSegment) throws -> Void
    ) throws {
        self.directory = directory
        self.options = options
        self.extensions = extensions
        let files = options.files
        self.files = files
        try files.createDirectory(directory)
        var recovery = SegmentRecovery(directory: directory, mends: true, files: files)
        let known = try recovery.highWater()
        try recovery.run(highWater: known, extensions: extensions, visit: visit)
        self.recovery = recovery.report
        segments = recovery.segments
        nextSequence = recovery.next
        removed = known?.removed ?? 0
        // A process that was killed may have left entries in the system's memory alone. They count as committed from now on.
        let last = try segments.last.map { (last) throws(JournalError) in
            (segment: last, file: try files.openOwned("\(directory)/\(last.name)", .update))
        }
        if let last { try Self.secure(last.segment, in: last.file, after: known?.committed ?? 0) }
        highWater = try HighWaterMark(directory: directory, files: files, writable: true)
        let value = HighWaterMark.Value(committed: nextSequence - 1, removed: removed)
        if known != value {
            try highWater.write(value)
            try highWater.sync()
        }
        try files.syncDirectory(directory)
        if let last, last.segment.next == nextSequence, recovery.isLastWritable {
            active = last.file
            writtenEnd = last.segment.bytes
            committedLastTime = last.segment.lastTime
        } else if nextSequence - 1 > max(segments.last.map { $0.next - 1 } ?? 0, removed) {
            // Lower numbers were given that no file holds any more: lost, or in a file that was moved away. The new file's name
            // proves it, should the high-water file be lost as well.
            try beginSegmentIfRoom()
        }
    }

    private let files: any FileSystem
    private let extensions: [String]

    /// Makes what was read of the last segment durable. What no sync is known to have reached is written again: after a sync that
    /// failed the system may go on to show bytes that it has given up, and the next sync says nothing of them
    /// (wiki.postgresql.org/wiki/Fsync_Errors).
    private static func secure(
        _ segment: LogSegment, in file: any OpenFile, after committed: UInt64
    ) throws(JournalError) {
        let known = segment.location(of: committed)
        var position = known.map { Int($0.offset) + SegmentFormat.entryHeaderBytes + Int($0.length) } ?? 0
        while position < segment.bytes {
            let bytes = try file.read(at: position, count: min(1 << 20, segment.bytes - position))
            guard !bytes.isEmpty else { break }
            try bytes.withBytes { (bytes) throws(JournalError) in try file.write(bytes, at: position) }
            position += bytes.count
        }
        try file.sync()
    }

    /// The oldest number that may still be read; `nextSequence` when there is none.
    package var firstSequence: UInt64 { segments.first { !$0.isEmpty }?.first ?? nextSequence }

    /// The highest number that was ever committed, nil before the first.
    package var lastCommitted: UInt64? {
        let last = nextSequence - 1 - UInt64(pendingEntries)
        return last == 0 ? nil : last
    }

    /// Length of all segment files.
    package var bytes: Int { segments.reduce(0) { $0 + $1.bytes } }

    package var segmentCount: Int { segments.count }

    // MARK: Writing

    /// Appends an entry, not durable before `commit()`.
    /// - Returns: its sequence number.
    /// - Throws: `.tooLarge`; `.noSpace`, with what was appended before still waiting for its commit; `.syncFailed`.
    @discardableResult
    package func append(
        key: EntryKey, group: EntryKey = .none, kind: UInt8, time: Int64, payload: UnsafeRawBufferPointer
    ) throws(JournalError) -> UInt64 {
        try check()
        guard payload.count <= options.maximumEntryBytes else {
            throw JournalError(
                .tooLarge, path: directory,
                detail: "an entry of \(payload.count) bytes; at most \(options.maximumEntryBytes) are allowed")
        }
        let segment = try writableSegment()
        let length = SegmentFormat.entryHeaderBytes + payload.count
        if !pendingBytes.isEmpty, pendingBytes.count + length > options.bufferBytes { try writeOut() }
        let offset = writtenEnd + pendingBytes.count
        guard offset + length <= SegmentFormat.maximumSegmentBytes else {
            throw JournalError(.tooLarge, path: directory, detail: "more than 4 GiB appended without a commit")
        }
        let sequence = nextSequence
        SegmentFormat.append(
            payload, sequence: sequence, time: time, key: key, group: group, kind: kind, to: &pendingBytes)
        segment.add(sequence: sequence, offset: offset, length: payload.count, time: time)
        pendingEntries += 1
        nextSequence += 1
        return sequence
    }

    @discardableResult
    package func append(
        key: EntryKey, group: EntryKey = .none, kind: UInt8, time: Int64, payload: [UInt8]
    ) throws(JournalError) -> UInt64 {
        try payload.withBytes { (bytes) throws(JournalError) in
            try append(key: key, group: group, kind: kind, time: time, payload: bytes)
        }
    }

    /// Makes everything that was appended durable, with one sync.
    /// - Throws: an error that passes when nothing of it was kept, and the log goes on; `.syncFailed`, also when a write failed for
    ///   good, after which what is on disk is unknown and the log refuses everything until it is opened again.
    package func commit() throws(JournalError) {
        try check()
        guard pendingEntries > 0, let active, let segment = segments.last else { return }
        do throws(JournalError) {
            try writeOut()
        } catch {
            if error.isPassing { try rollBack() }
            throw error
        }
        do throws(JournalError) {
            try active.sync()
        } catch {
            throw poison(error)
        }
        pendingEntries = 0
        segment.bytes = writtenEnd
        committedLastTime = segment.lastTime
        // These entries are safe without their mark; where it stays behind, readers wait for the next one.
        do throws(JournalError) { try writeHighWater() } catch where !error.isPassing { _ = poison(error) } catch {}
        if pendingBytes.capacity > 2 * options.bufferBytes { pendingBytes = [] }
    }

    /// Drops what was appended since the last commit.
    package func rollBack() throws(JournalError) {
        try check()
        guard pendingEntries > 0, let active, let segment = segments.last else { return }
        do throws(JournalError) {
            try active.cut(to: segment.bytes)
        } catch {
            throw poison(error)
        }
        writtenEnd = segment.bytes
        segment.removeLast(pendingEntries)
        segment.lastTime = committedLastTime
        nextSequence -= UInt64(pendingEntries)
        pendingEntries = 0
        pendingBytes = []
    }

    private func writeHighWater() throws(JournalError) {
        try highWater.write(HighWaterMark.Value(committed: lastCommitted ?? 0, removed: removed))
    }

    /// Hands what waits in memory to the system. Where there is no room it still waits, and the file has no part of it.
    private func writeOut() throws(JournalError) {
        guard let active, !pendingBytes.isEmpty else { return }
        do throws(JournalError) {
            try pendingBytes.withBytes { (bytes) throws(JournalError) in try active.write(bytes, at: writtenEnd) }
        } catch {
            guard error.isPassing else { throw poison(error) }
            do throws(JournalError) { try active.cut(to: writtenEnd) } catch let second { throw poison(second) }
            throw error
        }
        writtenEnd += pendingBytes.count
        pendingBytes.removeAll(keepingCapacity: true)
    }

    private func writableSegment() throws(JournalError) -> LogSegment {
        if active != nil, let last = segments.last, pendingEntries > 0 || last.bytes < options.segmentBytes {
            return last
        }
        return try beginSegment()
    }

    /// The new file and its name are on disk before anything is written to it.
    private func beginSegmentIfRoom() throws(JournalError) {
        do throws(JournalError) {
            _ = try beginSegment()
        } catch {
            guard error.isPassing else { throw error }
        }
    }

    private func beginSegment() throws(JournalError) -> LogSegment {
        seal()
        if let last = segments.last, last.isEmpty, last.first == nextSequence {
            // A file of that name without readable entries is left from an opening that had no room to mend it.
            _ = try DamagedFolder(of: directory, files: files).moveHere(last.name)
            segments.removeLast()
        }
        let segment = LogSegment(first: nextSequence)
        let path = "\(directory)/\(segment.name)"
        let file = try files.open(path, .create)
        do throws(JournalError) {
            try SegmentFormat.header(first: segment.first).withBytes { (bytes) throws(JournalError) in
                try file.write(bytes, at: 0)
            }
            try file.sync()
            try files.syncDirectory(directory)
        } catch {
            guard error.isPassing else { throw poison(error) }
            try files.remove(path)
            throw error
        }
        segments.append(segment)
        active = file
        writtenEnd = segment.bytes
        committedLastTime = nil
        return segment
    }

    /// Ends the active segment: the next entry begins a new one. Nothing may wait for a commit.
    func seal() {
        guard pendingEntries == 0, active != nil else { return }
        segments.last?.seal()
        active = nil
    }

    /// - Throws: `.syncFailed` once a sync has failed.
    func check() throws(JournalError) {
        if let failure { throw failure }
    }

    private func poison(_ error: JournalError) -> JournalError {
        let failure = JournalError(.syncFailed, path: error.path, detail: error.detail)
        self.failure = failure
        return failure
    }

    // MARK: Reading

    /// A committed entry, nil when there is none with this number.
    /// - Throws: `.corrupt` when it was damaged since the log was opened.
    package func read(_ sequence: UInt64) throws(JournalError) -> LogEntry? {
        try check()
        guard sequence <= lastCommitted ?? 0, let segment = segment(of: sequence),
            let location = segment.location(of: sequence)
        else { return nil }
        let file = try file(of: segment)
        guard let entry = try file.entry(sequence, at: location) else {
            throw JournalError(
                .corrupt, path: file.path, detail: "entry \(sequence) at byte \(location.offset) is damaged")
        }
        return entry
    }

    /// Committed entries from a number on, ascending; missing and damaged ones are left out.
    /// - Parameters:
    ///   - limit: most entries.
    ///   - bytes: most bytes of payload, but at least one entry.
    package func read(from sequence: UInt64, limit: Int, bytes: Int) throws(JournalError) -> [LogEntry] {
        try check()
        var entries: [LogEntry] = []
        var size = 0
        let last = lastCommitted ?? 0
        var index = segments.partitionPoint { $0.next > sequence }
        while index < segments.count {
            let segment = segments[index]
            var current = max(sequence, segment.first)
            while current < segment.next, current <= last {
                if let location = segment.location(of: current) {
                    size += Int(location.length)
                    guard entries.count < limit, entries.isEmpty || size <= bytes else { return entries }
                    if let entry = try file(of: segment).entry(current, at: location) { entries.append(entry) }
                }
                current += 1
            }
            index += 1
        }
        return entries
    }

    func segment(of sequence: UInt64) -> LogSegment? {
        let index = segments.partitionPoint { $0.next > sequence }
        guard index < segments.count, segments[index].first <= sequence else { return nil }
        return segments[index]
    }

    private func file(of segment: LogSegment) throws(JournalError) -> any OpenFile {
        if let active, segment === segments.last { return active }
        if let index = readFiles.firstIndex(where: { $0.first == segment.first }) { return readFiles[index].file }
        let file = try files.open("\(directory)/\(segment.name)", .read)
        if readFiles.count >= 4 { readFiles.removeFirst() }
        readFiles.append((segment.first, file))
        return file
    }

    // MARK: Removing

    /// When a segment may go; the bounds are alternatives.
    package struct Removal: Sendable {
        /// All of its entries have lower numbers.
        package var before: UInt64?
        /// All of its entries are older, in ms since 1970.
        package var olderThan: Int64?
        /// All segments together are longer; the oldest go first.
        package var beyondBytes: Int?

        package init(before: UInt64? = nil, olderThan: Int64? = nil, beyondBytes: Int? = nil) {
            self.before = before
            self.olderThan = olderThan
            self.beyondBytes = beyondBytes
        }
    }

    /// Removes segments. The last one goes only by age or number, and only while nothing waits for a commit.
    /// - Returns: the numbers that went with each.
    @discardableResult
    package func removeSegments(_ removal: Removal) throws(JournalError) -> [Range<UInt64>] {
        try removeSegments(removal) { _ in true }
    }

    /// - Parameter isFree: whether a segment's entries are no longer needed.
    func removeSegments(
        _ removal: Removal, where isFree: (LogSegment) -> Bool
    ) throws(JournalError) -> [Range<UInt64>] {
        try check()
        var total = bytes
        var leaving: [LogSegment] = []
        for segment in segments {
            let isLast = segment === segments.last && active != nil
            if isLast, pendingEntries > 0 || segment.isEmpty { continue }
            let isOld = removal.olderThan.map { (segment.lastTime ?? .min) < $0 } ?? false
            let isBelow = removal.before.map { segment.next <= $0 } ?? false
            let isBeyond = !isLast && removal.beyondBytes.map { total > $0 } ?? false
            guard isOld || isBelow || isBeyond, isFree(segment) else { continue }
            leaving.append(segment)
            total -= segment.bytes
        }
        guard !leaving.isEmpty else { return [] }
        // With the segments goes the proof of which numbers were given, so that must be on disk first.
        removed = max(removed, leaving.last.map { $0.next - 1 } ?? 0)
        do throws(JournalError) {
            try writeHighWater()
            try highWater.sync()
        } catch {
            throw error.isPassing ? error : poison(error)
        }
        for segment in leaving {
            if segment === segments.last { seal() }
            // One after the other, and what goes with a segment after it: a crash must leave neither a later segment without an
            // earlier one, nor finished articles without their marks.
            try files.remove("\(directory)/\(segment.name)")
            segments.removeAll { $0 === segment }
            readFiles.removeAll { $0.first == segment.first }
            do throws(JournalError) {
                try files.syncDirectory(directory)
            } catch {
                throw error.code == .syncFailed ? poison(error) : error
            }
            for suffix in extensions {
                try files.remove("\(directory)/\(SegmentFormat.name(of: segment.first, suffix: suffix))")
            }
        }
        return leaving.map { $0.first..<$0.next }
    }
}
