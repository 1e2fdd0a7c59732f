/// What a log knows of one of its segment files.
final class LogSegment {
    /// Where an entry stands; `offset` 0 means that it is lost.
    struct Location {
        var offset: UInt32
        var length: UInt32
    }

    let first: UInt64
    /// Its name in the log's directory.
    let name: String
    /// One for each sequence number from `first` on: eight bytes an entry.
    private(set) var locations: [Location] = []
    /// Latest time of an entry, nil when there is none.
    var lastTime: Int64?
    /// Length of the file that is committed.
    var bytes: Int

    /// - Parameter file: its name, where that is not what its number asks for.
    init(first: UInt64, file: String? = nil, bytes: Int = SegmentFormat.headerBytes) {
        self.first = first
        name = file ?? SegmentFormat.name(of: first)
        self.bytes = bytes
    }

    /// The number after that of the last entry.
    var next: UInt64 { first + UInt64(locations.count) }
    var isEmpty: Bool { locations.isEmpty }

    func add(_ header: EntryHeader, offset: Int) {
        add(sequence: header.sequence, offset: offset, length: header.length, time: header.time)
    }

    func add(sequence: UInt64, offset: Int, length: Int, time: Int64) {
        while next < sequence { locations.append(Location(offset: 0, length: 0)) }
        locations.append(Location(offset: UInt32(offset), length: UInt32(length)))
        lastTime = max(lastTime ?? time, time)
    }

    func removeLast(_ count: Int) { locations.removeLast(count) }

    /// Gives back room that was reserved for more entries.
    func seal() { locations = Array(locations) }

    func location(of sequence: UInt64) -> Location? {
        guard sequence >= first, sequence < next else { return nil }
        let location = locations[Int(sequence - first)]
        return location.offset == 0 ? nil : location
    }
}

extension RandomAccessCollection {
    /// The first index from which on `isBeyond` holds.
    func partitionPoint(_ isBeyond: (Element) -> Bool) -> Index {
        var low = startIndex
        var count = self.count
        while count > 0 {
            let half = count / 2
            let middle = index(low, offsetBy: half)
            if isBeyond(self[middle]) {
                count = half
            } else {
                low = index(after: middle)
                count -= half + 1
            }
        }
        return low
    }
}
