package import ZeroMQ

internal import DequeModule

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
    /// By position, ascending.
    private var entries: Deque<Entry> = []
    /// Where the latest record of an article is.
    private var places: [String: UInt64] = [:]
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
        position += 1
        sequence = max(sequence, header.sequence)
        if let old = places.updateValue(position, forKey: header.article), let index = index(of: old) {
            bytes -= entries.remove(at: index).record.count
        }
        entries.append(Entry(position: position, header: header, record: record))
        bytes += record.count
        while entries.count > maximumRecords || (bytes > maximumBytes && entries.count > 1) { removeOldest() }
    }

    /// Forgets all records: they are those of another record log.
    package mutating func removeAll() {
        entries.removeAll()
        places.removeAll()
        bytes = 0
        sequence = 0
    }

    private mutating func removeOldest() {
        guard let oldest = entries.popFirst() else { return }
        bytes -= oldest.record.count
        places[oldest.header.article] = nil
    }

    /// The index of the first entry behind `position`, by bisection.
    private func firstIndex(after position: UInt64) -> Int {
        var (low, high) = (0, entries.count)
        while low < high {
            let middle = (low + high) / 2
            if entries[middle].position > position { high = middle } else { low = middle + 1 }
        }
        return low
    }

    private func index(of position: UInt64) -> Int? {
        let index = firstIndex(after: position) - 1
        return index >= 0 && entries[index].position == position ? index : nil
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
        let new = entries[firstIndex(after: position)...]
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
        places[id].flatMap { index(of: $0) }.map { entries[$0].record }
    }

    /// The summary of an entry, made at the first call; nil when it cannot be made, or the record is gone.
    package mutating func summary(at position: UInt64) -> [UInt8]? {
        guard let index = index(of: position) else { return nil }
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
