internal import Glibc

/// A part of a segment file that holds no readable entry.
package struct SegmentFault: Sendable, Hashable {
    package enum Kind: String, Sendable, Hashable {
        /// The file's own header; its entries are readable without it.
        case header
        /// Damage with readable entries behind it, or at the end of a segment that was complete.
        case damage
        /// The end of the last segment, as a crash in the middle of a write leaves it.
        case tornTail
        /// No segment at all, though it is named like one.
        case foreign
        /// Its sequence numbers belong to another segment.
        case overlap
    }

    package var kind: Kind
    /// The file's name.
    package var file: String
    /// Where it begins, in bytes.
    package var offset: Int
    package var bytes: Int
    /// Entries that stood there, as far as the numbers around it tell.
    package var lost: ClosedRange<UInt64>?
    /// The file in `damaged/` with a copy of these bytes, if there is one.
    package var copy: String?
    /// Whether the copy was there before, and nothing is left to mend: the fault is history.
    package var isSetAside = false

    init(_ kind: Kind, file: String, offset: Int, bytes: Int, lost: ClosedRange<UInt64>? = nil) {
        self.kind = kind
        self.file = file
        self.offset = offset
        self.bytes = bytes
        self.lost = lost
    }

    /// Where it stands in the file.
    package var range: Range<Int> { offset..<(offset + bytes) }
}

extension SegmentFault: CustomStringConvertible {
    package var description: String {
        var text = "\(file): \(kind.label) at byte \(offset), \(bytes) bytes"
        if let lost {
            text += lost.count == 1 ? ", entry \(lost.lowerBound)" : ", entries \(lost.lowerBound) to \(lost.upperBound)"
        }
        if let copy { text += isSetAside ? ", set aside before as \(copy)" : ", copied to \(copy)" }
        return text
    }
}

extension SegmentFault.Kind {
    fileprivate var label: String {
        switch self {
        case .header: "damaged header"
        case .damage: "damage"
        case .tornTail: "unfinished end"
        case .foreign: "not a segment"
        case .overlap: "sequence numbers of another segment"
        }
    }
}

/// Walks over a segment's entries, with damage between them.
struct SegmentScan {
    /// An entry and where it stands.
    struct Found {
        let header: EntryHeader
        let offset: Int
    }

    struct Result {
        /// Where the last readable entry ends.
        var end: Int
        /// The number after that of the last readable entry.
        var next: UInt64
        /// Unreadable stretches before `end`; those after it are the caller's to judge.
        var faults: [SegmentFault] = []
    }

    let file: DataFile
    let name: String
    /// Whether payloads are read and checked too.
    let verifies: Bool
    private let buffer: ScanBuffer
    private static let guessesPerByte = 8

    init(_ file: DataFile, name: String, verifies: Bool) {
        self.file = file
        self.name = name
        self.verifies = verifies
        buffer = ScanBuffer(file: file, chunk: verifies ? 1 << 20 : 4_096)
    }

    /// Visits the readable entries from `start` on, which is an entry's beginning, in ascending order.
    ///
    /// After damage it goes on at the next place where header and checksum fit and the number can be true: above the last one,
    /// and not further above than entries fit into the damaged bytes.
    /// - Parameters:
    ///   - size: where to stop, the file's length at most.
    ///   - expected: the number that the entry at `start` should have.
    func run(
        from start: Int, to size: Int, expected first: UInt64, visit: (Found) throws -> Bool
    ) throws -> Result {
        var result = Result(end: start, next: first)
        var position = start
        var damage: Int?
        // Whether an entry must begin here, since the one before has a sound header: its length can be trusted.
        var isAligned = true
        // Within damage, what looks like a header is checked with its payload. An article's text may be full of such headers,
        // each of which reaches to the end: together they may cost a few times the file, and then only short ones are tried.
        var guesses = Self.guessesPerByte * max(0, size - start)
        while position + SegmentFormat.entryHeaderBytes <= size {
            guard let header = try header(at: position, expected: result.next, damage: damage) else {
                damage = damage ?? position
                isAligned = false
                guard let next = try nextMarker(after: position, to: size) else { break }
                position = next
                continue
            }
            let end = position + header.bytes
            if end > size {
                if isAligned { break }
                position += 1
            } else if !isAligned, verifies, header.bytes > guesses {
                position += 1
            } else if try verifies && !buffer.holds(header, at: position) {
                if !isAligned { guesses -= header.bytes }
                damage = damage ?? position
                position = isAligned ? end : position + 1
            } else {
                if let start = damage {
                    var fault = SegmentFault(.damage, file: name, offset: start, bytes: position - start)
                    if header.sequence > result.next { fault.lost = result.next...(header.sequence - 1) }
                    result.faults.append(fault)
                    damage = nil
                }
                isAligned = true
                result.next = header.sequence + 1
                result.end = end
                guard try visit(Found(header: header, offset: position)) else { return result }
                position = end
            }
        }
        return result
    }

    private func header(at position: Int, expected: UInt64, damage: Int?) throws -> EntryHeader? {
        guard let bytes = try buffer.bytes(at: position, count: SegmentFormat.entryHeaderBytes),
            let header = EntryHeader(bytes), header.sequence >= expected, header.sequence < .max
        else { return nil }
        let room = damage.map { (position - $0) / SegmentFormat.entryHeaderBytes } ?? 0
        return header.sequence - expected <= UInt64(room) ? header : nil
    }

    /// The next position whose bytes may be an entry's header.
    private func nextMarker(after position: Int, to size: Int) throws -> Int? {
        var search = position + 1
        while search + SegmentFormat.entryHeaderBytes <= size {
            let count = min(64 << 10, size - search - 14)
            guard count >= 2, let bytes = try buffer.bytes(at: search + 14, count: count), let base = bytes.baseAddress
            else { return nil }
            let low = Int32(SegmentFormat.marker & 0xFF)
            let high = UInt8(SegmentFormat.marker >> 8)
            var index = 0
            while index + 1 < count, let hit = memchr(base + index, low, count - 1 - index) {
                index = base.distance(to: UnsafeRawPointer(hit))
                if bytes[index + 1] == high {
                    let found = search + index
                    return found + SegmentFormat.entryHeaderBytes <= size ? found : nil
                }
                index += 1
            }
            search += count - 1
        }
        return nil
    }
}

/// A window onto a file.
private final class ScanBuffer {
    private let file: DataFile
    private let chunk: Int
    private var storage: UnsafeMutableRawBufferPointer
    private var start = 0
    private var filled = 0

    init(file: DataFile, chunk: Int) {
        self.file = file
        self.chunk = chunk
        storage = .allocate(byteCount: chunk, alignment: 16)
    }

    deinit { storage.deallocate() }

    /// The file's bytes, nil when it ends before. Valid until the next call.
    func bytes(at offset: Int, count: Int) throws(JournalError) -> UnsafeRawBufferPointer? {
        if offset < start || offset + count > start + filled {
            if count > storage.count || (storage.count > chunk && count <= chunk) {
                storage.deallocate()
                storage = .allocate(byteCount: max(count, chunk), alignment: 16)
            }
            filled = 0
            filled = try file.read(at: offset, into: storage)
            start = offset
            guard count <= filled else { return nil }
        }
        return UnsafeRawBufferPointer(rebasing: storage[(offset - start)..<(offset - start + count)])
    }

    /// Whether the entry's checksum fits, payload and all.
    func holds(_ header: EntryHeader, at offset: Int) throws(JournalError) -> Bool {
        guard let bytes = try bytes(at: offset, count: header.bytes) else { return false }
        return header.fits(bytes)
    }
}
