internal import Glibc

/// Reads a log that another thread or process writes to. It sees committed entries only, follows new segments, and goes on
/// where segments were removed meanwhile. One owner; calls block.
package final class SegmentLogReader {
    package struct Batch: Sendable, Hashable {
        /// Ascending.
        package var entries: [LogEntry] = []
        /// Numbers between the first asked for and where the batch ends that no readable entry has: removed or damaged.
        package var missing: [ClosedRange<UInt64>] = []
        /// Whether nothing more is to be read now; false when a bound cut the batch short.
        package var isAtEnd = true
        /// Where to go on.
        package var next: UInt64
    }

    /// What is known of a segment's file.
    private final class Index {
        let segment: LogSegment
        let file: any OpenFile
        /// Where the next entry is looked for, and its number.
        var end: Int
        var next: UInt64

        init(first: UInt64, file: any OpenFile, start: Int) {
            segment = LogSegment(first: first)
            end = start
            self.file = file
            next = first
        }
    }

    package let directory: String
    private var firsts: [UInt64] = []
    /// Indexes of the segments used last, latest at the end.
    private var indexes: [Index] = []
    private static let keptIndexes = 4
    private var highWater: HighWaterMark?
    private var committed: UInt64?

    private let files: any FileSystem

    /// - Throws: `JournalError` when the directory cannot be read.
    package init(directory: String, files: any FileSystem = LocalFileSystem()) throws(JournalError) {
        self.directory = directory
        self.files = files
        try list()
    }

    /// The highest committed number as far as the log says; nil before the first commit, or when the file that tells it is
    /// missing.
    package func lastCommitted() throws(JournalError) -> UInt64? {
        if highWater == nil {
            guard files.exists("\(directory)/\(HighWaterMark.name)") else { return nil }
            highWater = try HighWaterMark(directory: directory, files: files, writable: false)
        }
        // A read may meet a write half way; a moment later it does not.
        for _ in 0..<3 {
            if let value = try highWater?.read() {
                committed = max(committed ?? 0, value.committed)
                break
            }
        }
        return committed
    }

    /// The oldest number that may be read, nil while there is no segment.
    package func firstSequence() throws(JournalError) -> UInt64? {
        try list()
        return firsts.first
    }

    /// Committed entries from a number on.
    /// - Parameters:
    ///   - last: do not go beyond; nil for all that is committed.
    ///   - limit: most entries.
    ///   - bytes: most bytes of payload, but at least one entry.
    package func read(
        from first: UInt64, through last: UInt64? = nil, limit: Int, bytes: Int
    ) throws(JournalError) -> Batch {
        var batch = Batch(next: first)
        let bound = min(last ?? .max, try lastCommitted() ?? .max)
        guard first <= bound, limit > 0 else { return batch }
        try list(reaching: bound)
        var size = 0
        var position = max(first, 1)
        var hasSearched = false
        while position <= bound {
            let point = firsts.partitionPoint { $0 > position }
            let start = point > 0 ? firsts[point - 1] : nil
            guard let start, let index = try index(of: start, through: bound) else {
                // Removed or before the first segment: go on at the next one.
                if start != nil, !hasSearched {
                    hasSearched = true
                    try list()
                    continue
                }
                guard point < firsts.count, firsts[point] <= bound else { break }
                position = firsts[point]
                continue
            }
            while position < index.segment.next, position <= bound {
                if let location = index.segment.location(of: position) {
                    let total = size.addingReportingOverflow(Int(location.length)).partialValue
                    guard batch.entries.count < limit, batch.entries.isEmpty || total <= bytes else {
                        batch.isAtEnd = false
                        batch.noteMissing(from: first, before: position)
                        return batch
                    }
                    if let entry = try index.file.entry(position, at: location) {
                        size = total
                        batch.entries.append(entry)
                    }
                }
                position += 1
            }
            let following = firsts.partitionPoint { $0 > start }
            guard following < firsts.count else { break }
            position = max(position, firsts[following])
        }
        let known = bound == .max ? position : bound + 1
        batch.noteMissing(from: first, before: max(known, first))
        return batch
    }

    /// The first committed entry that is not older than a time, taking times to ascend with the numbers. Where the clock was
    /// set back, entries shortly before may be as young.
    /// - Parameters:
    ///   - time: milliseconds since 1970.
    ///   - last: do not look beyond.
    package func firstSequence(notBefore time: Int64, through last: UInt64? = nil) throws(JournalError) -> UInt64? {
        let bound = min(last ?? .max, try lastCommitted() ?? .max)
        try list()
        var candidates = firsts.filter { $0 <= bound }[...]
        // The entry is in the last segment that begins before the time, or it is the first of the next.
        while candidates.count > 1 {
            let middle = candidates.index(candidates.startIndex, offsetBy: candidates.count / 2)
            guard let begin = try firstTime(of: candidates[middle], through: bound), begin < time else {
                candidates = candidates[..<middle]
                continue
            }
            candidates = candidates[middle...]
        }
        guard let start = candidates.first else { return nil }
        for first in firsts where first >= start && first <= bound {
            if let sequence = try search(first, through: bound, where: { $0.time >= time })?.sequence {
                return sequence
            }
        }
        return nil
    }

    private func firstTime(of first: UInt64, through bound: UInt64) throws(JournalError) -> Int64? {
        try search(first, through: bound) { _ in true }?.time
    }

    /// The first entry of a segment that fits.
    private func search(
        _ first: UInt64, through bound: UInt64, where fits: (EntryHeader) -> Bool
    ) throws(JournalError) -> EntryHeader? {
        guard let (file, start) = try open(first) else { return nil }
        var found: EntryHeader?
        _ = try scan(file, of: first, from: start, expected: first, through: bound) { header, _ in
            if fits(header) { found = header }
            return found == nil
        }
        return found
    }

    // MARK: Files

    private func list() throws(JournalError) {
        firsts = try files.list(directory).compactMap { SegmentFormat.firstSequence(ofName: $0) }.sorted()
        indexes.removeAll { index in firsts.partitionPoint { $0 >= index.segment.first } == firsts.endIndex }
    }

    /// Looks for new segments unless the ones known reach that far.
    private func list(reaching sequence: UInt64) throws(JournalError) {
        if let last = indexes.last(where: { $0.segment.first == firsts.last }), sequence < last.next { return }
        if let last = firsts.last, let index = indexes.first(where: { $0.segment.first == last }) {
            // Commonly the last segment has grown.
            try extend(index, through: sequence)
            if sequence < index.next { return }
        }
        try list()
    }

    /// A segment's file and where its entries begin; nil when it is gone.
    /// - Throws: `.newerFormat`, or the system refused to read.
    private func open(_ first: UInt64) throws(JournalError) -> (file: any OpenFile, start: Int)? {
        let file: any OpenFile
        do throws(JournalError) {
            file = try files.open("\(directory)/\(SegmentFormat.name(of: first))", .read)
        } catch where error.code == .io(ENOENT) {
            return nil
        }
        let header = try file.read(at: 0, count: SegmentFormat.headerBytes)
        let state = header.withUnsafeBytes { SegmentFormat.headerState($0, first: first) }
        if case .newer(let version) = state {
            throw .newer("segment", format: version, known: SegmentFormat.version, path: file.path)
        }
        return (file, try SegmentScan.start(in: file, header: state))
    }

    /// The index of a segment, as far as it is needed; nil when its file is gone.
    private func index(of first: UInt64, through bound: UInt64) throws(JournalError) -> Index? {
        if let position = indexes.firstIndex(where: { $0.segment.first == first }) {
            indexes.append(indexes.remove(at: position))
        } else {
            guard let (file, start) = try open(first) else { return nil }
            if indexes.count >= Self.keptIndexes { indexes.removeFirst() }
            indexes.append(Index(first: first, file: file, start: start))
        }
        guard let index = indexes.last else { return nil }
        try extend(index, through: bound)
        return index
    }

    /// Looks at entries that were committed since.
    private func extend(_ index: Index, through bound: UInt64) throws(JournalError) {
        guard index.next <= bound else { return }
        let result = try scan(
            index.file, of: index.segment.first, from: index.end, expected: index.next, through: bound
        ) { header, offset in
            index.segment.add(header, offset: offset)
            return true
        }
        index.end = result.end
        index.next = result.next
    }

    private func scan(
        _ file: any OpenFile, of first: UInt64, from start: Int, expected: UInt64, through bound: UInt64,
        visit: (EntryHeader, Int) -> Bool
    ) throws(JournalError) -> SegmentScan.Result {
        var end = start
        var next = expected
        do {
            let following = firsts.partitionPoint { $0 > first }
            let given = following < firsts.count ? firsts[following] - 1 : committed
            let scan = SegmentScan(file, name: file.path, verifies: false, given: given, isComplete: following < firsts.count)
            _ = try scan.run(from: start, to: try file.size(), expected: expected) { found in
                guard found.header.sequence <= bound else { return false }
                end = found.offset + found.header.bytes
                next = found.header.sequence + 1
                return visit(found.header, found.offset) && next <= bound
            }
        } catch let error as JournalError {
            throw error
        } catch {
            throw JournalError(.invalid, path: file.path, detail: "\(error)")
        }
        return SegmentScan.Result(end: end, next: next)
    }
}

extension SegmentLogReader.Batch {
    /// Lists the numbers of `first..<end` that no entry has, and notes where to go on.
    fileprivate mutating func noteMissing(from first: UInt64, before end: UInt64) {
        var expected = max(first, 1)
        for entry in entries {
            if entry.sequence > expected { missing.append(expected...(entry.sequence - 1)) }
            expected = entry.sequence + 1
        }
        if expected < end { missing.append(expected...(end - 1)) }
        next = max(end, first)
    }
}
