package import ZeroMQ

/// The latest records, bounded in number and bytes. A newer version of an article, or its retraction, takes the older one's
/// place: what was taken back is shown to nobody.
package struct RecordWindow: Sendable {
    /// A record at its place in the order of arrival.
    package struct Entry: Sendable {
        /// Counts from 1, without gaps, whatever the sequence numbers do.
        package let position: UInt64
        package let header: RecordHeader
        package let record: Frame
        fileprivate(set) var summary: [UInt8]?
    }

    /// What one reader is to be shown.
    package struct Batch: Sendable {
        package var entries: [Entry] = []
        /// Records that came since the reader's last batch, also those that are not in this one.
        package var seen = 0
        /// Where the next batch begins.
        package var position: UInt64 = 0
    }

    private let maximumRecords: Int
    private let maximumBytes: Int
    private var entries: [Entry] = []
    private var bytes = 0
    /// Position of the latest record.
    package private(set) var position: UInt64 = 0
    /// Highest sequence number taken in.
    package private(set) var sequence: UInt64 = 0

    package init(maximumRecords: Int, maximumBytes: Int) {
        self.maximumRecords = max(1, maximumRecords)
        self.maximumBytes = maximumBytes
    }

    package var count: Int { entries.count }

    /// Takes a record in; older ones go when there is no room.
    package mutating func append(_ record: Frame, header: RecordHeader) {
        if let old = entries.firstIndex(where: { $0.header.article == header.article }) { remove(at: old) }
        position += 1
        sequence = max(sequence, header.sequence)
        entries.append(Entry(position: position, header: header, record: record))
        bytes += record.count
        while entries.count > maximumRecords || (bytes > maximumBytes && entries.count > 1) { remove(at: 0) }
    }

    /// Forgets all records: they are those of another record log.
    package mutating func removeAll() {
        entries.removeAll()
        bytes = 0
        sequence = 0
    }

    private mutating func remove(at index: Int) {
        bytes -= entries.remove(at: index).record.count
    }

    /// The position behind which a reader goes on that has seen `sequence`; 0 when it has to begin anew.
    package func position(afterSequence sequence: UInt64) -> UInt64 {
        guard sequence <= self.sequence else { return 0 }
        return entries.first { $0.header.sequence > sequence }.map { $0.position - 1 } ?? position
    }

    /// What came behind `position`: all of it when it is no more than `limit`, else as many at even distances, the latest among
    /// them. Retractions are never left out.
    package func batch(after position: UInt64, limit: Int) -> Batch {
        guard position < self.position else { return Batch(position: self.position) }
        let first = entries.firstIndex { $0.position > position } ?? entries.endIndex
        let new = entries[first...]
        let seen = Int(clamping: self.position - position)
        var batch = Batch(seen: seen, position: self.position)
        guard new.count > limit else {
            batch.entries = Array(new)
            return batch
        }
        for (number, entry) in new.enumerated() {
            let isChosen = limit > 0 && (number + 1) * limit / new.count > number * limit / new.count
            if isChosen || entry.header.isRetraction { batch.entries.append(entry) }
        }
        return batch
    }

    /// The latest record of an article.
    package func record(ofArticle id: String) -> Frame? {
        entries.last { $0.header.article == id }?.record
    }

    /// The summary of an entry, made at the first call; nil when it cannot be made, or the record is gone.
    package mutating func summary(at position: UInt64) -> [UInt8]? {
        guard let index = entries.firstIndex(where: { $0.position == position }) else { return nil }
        if let summary = entries[index].summary { return summary }
        let summary = RecordSummary.json(ofRecord: entries[index].record.bytes)
        entries[index].summary = summary
        return summary
    }
}

/// How many records a reader may be shown now: `rate` a second, saved up for a second at most.
package struct PacedReader: Sendable {
    private let rate: Double
    private var allowance: Double
    private var last: ContinuousClock.Instant

    package init(rate: Int, now: ContinuousClock.Instant) {
        self.rate = Double(rate)
        allowance = Double(rate)
        last = now
    }

    package mutating func allowed(at now: ContinuousClock.Instant) -> Int {
        let elapsed = last.duration(to: now) / .seconds(1)
        allowance = min(rate, allowance + max(0, elapsed) * rate)
        last = now
        return Int(allowance)
    }

    package mutating func spend(_ count: Int) { allowance = max(0, allowance - Double(count)) }
}
