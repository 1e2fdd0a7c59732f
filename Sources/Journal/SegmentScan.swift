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
        /// A segment of this log under another name.
        case misnamed
        /// The account that runs this may not read it.
        case unreadable
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
        guard let copy else { return text }
        return switch kind {
        case _ where isSetAside: "\(text), set aside before as \(copy)"
        case .misnamed: "\(text), renamed to \(copy)"
        case .foreign, .overlap: "\(text), moved to \(copy)"
        default: "\(text), copied to \(copy)"
        }
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
        case .misnamed: "a segment under a wrong name"
        case .unreadable: "not readable by this account"
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

    let file: any OpenFile
    let name: String
    /// Whether payloads are read and checked too.
    let verifies: Bool
    /// Up to here numbers are known to have been given in this file, by the name of the next one or the high-water mark; nil when
    /// nothing is known.
    let given: UInt64?
    /// Whether none above was given in this file. One may stand there all the same: the rest of a write that was cut short, for
    /// which another file was begun.
    let isComplete: Bool
    private let buffer: ScanBuffer
    private static let guessesPerByte = 8

    init(_ file: any OpenFile, name: String, verifies: Bool, given: UInt64?, isComplete: Bool) {
        self.file = file
        self.name = name
        self.verifies = verifies
        self.given = given
        self.isComplete = isComplete
        buffer = ScanBuffer(file: file, chunk: verifies ? 1 << 20 : 4_096)
    }

    /// Where the first entry of a file is looked for: behind the file's header, or anywhere when that was damaged together with
    /// what should follow it, since bytes may be missing.
    static func start(in file: any OpenFile, header state: SegmentFormat.HeaderState) throws(JournalError) -> Int {
        guard state == .damaged else { return SegmentFormat.headerBytes }
        let bytes = try file.read(at: SegmentFormat.headerBytes, count: SegmentFormat.entryHeaderBytes)
        return bytes.withUnsafeBytes { EntryHeader($0) } == nil ? 0 : SegmentFormat.headerBytes
    }

    /// Visits the readable entries from `start` on, which is an entry's beginning, in ascending order.
    ///
    /// After damage it goes on at the next place where header and checksum fit and the number can be true: above the last one,
    /// and not further above than entries fit into the damaged bytes. Bytes may be missing as well; so it looks again between
    /// the two, and behind the last one, and believes every number that can have been given there.
    /// - Parameters:
    ///   - size: where to stop, the file's length at most.
    ///   - expected: the number that the entry at `start` should have.
    func run(
        from start: Int, to size: Int, expected first: UInt64, visit: (Found) throws -> Bool
    ) throws -> Result {
        // Within damage, what looks like a header is checked with its payload. An article's text may be full of such headers,
        // each of which reaches to the end: together they may cost a few times the file, and then only short ones are tried.
        buffer.guesses = Self.guessesPerByte * max(0, size - start)
        var result = Result(end: start, next: first)
        while let found = try next(to: size, after: result, upTo: nil) {
            if found.offset > result.end, found.header.sequence > result.next {
                let last = found.header.sequence - 1
                guard try salvage(to: found.offset, upTo: last, into: &result, visit: visit) else { return result }
            }
            guard try take(found, into: &result, visit: visit) else { return result }
        }
        let last = given ?? Self.sum(result.next, Self.mostMissing)
        if result.end < size, result.next <= last { _ = try salvage(to: size, upTo: last, into: &result, visit: visit) }
        return result
    }

    /// A number may be anything up to the highest.
    private static func sum(_ number: UInt64, _ more: UInt64) -> UInt64 {
        let (sum, isTooHigh) = number.addingReportingOverflow(more)
        return isTooHigh ? .max : sum
    }

    /// Where nothing tells which numbers were given, so many may be missing at once.
    private static let mostMissing: UInt64 = 1 << 18

    /// Visits entries whose number alone spoke against them.
    /// - Returns: false when the visitor wants no more.
    private func salvage(
        to size: Int, upTo last: UInt64, into result: inout Result, visit: (Found) throws -> Bool
    ) throws -> Bool {
        while let found = try next(to: size, after: result, upTo: last) {
            guard try take(found, into: &result, visit: visit) else { return false }
        }
        return true
    }

    private func take(_ found: Found, into result: inout Result, visit: (Found) throws -> Bool) throws -> Bool {
        // The file's own header is another fault.
        let start = found.offset < SegmentFormat.headerBytes ? result.end : max(result.end, SegmentFormat.headerBytes)
        if found.offset > start || found.header.sequence > result.next {
            var fault = SegmentFault(.damage, file: name, offset: start, bytes: found.offset - start)
            if found.header.sequence > result.next { fault.lost = result.next...(found.header.sequence - 1) }
            result.faults.append(fault)
        }
        result.next = found.header.sequence + 1
        result.end = found.offset + found.header.bytes
        return try visit(found)
    }

    /// The next readable entry behind the last one.
    /// - Parameter last: every number up to here is believed; nil: only one that the bytes between leave room for.
    private func next(to size: Int, after result: Result, upTo last: UInt64?) throws -> Found? {
        var position = result.end
        // Whether an entry must begin here, since the one before has a sound header: its length can be trusted. Where numbers are
        // missing it cannot: bytes may be, by chance as many as make it end where another entry ends.
        var isAligned = last == nil
        while position + SegmentFormat.entryHeaderBytes <= size {
            let room = UInt64((position - result.end) / SegmentFormat.entryHeaderBytes)
            guard let header = try header(at: position, from: result.next, upTo: last ?? Self.sum(result.next, room)) else {
                isAligned = false
                guard let marker = try nextMarker(after: position, to: size) else { return nil }
                position = marker
                continue
            }
            let end = position + header.bytes
            if end > size {
                // The end of a write that was cut short, unless more was written behind it.
                if isAligned, last == nil, header.sequence >= given ?? .max { return nil }
                isAligned = false
                position += 1
            } else if !isAligned, verifies, header.bytes > buffer.guesses {
                position += 1
            } else if try isSound(header, at: position, end: end, size: size, isAligned: isAligned) {
                return Found(header: header, offset: position)
            } else {
                if !isAligned { buffer.guesses -= header.bytes }
                isAligned = try isAligned && isBoundary(end, size: size)
                position = isAligned ? end : position + 1
            }
        }
        return nil
    }

    /// A payload that nobody asked to check is believed where an entry had to begin and another one, or the end, follows it.
    private func isSound(
        _ header: EntryHeader, at position: Int, end: Int, size: Int, isAligned: Bool
    ) throws -> Bool {
        if !verifies, isAligned, try isBoundary(end, size: size) { return true }
        return try buffer.holds(header, at: position)
    }

    /// Whether an entry begins here, or the file ends.
    private func isBoundary(_ position: Int, size: Int) throws -> Bool {
        if position == size { return true }
        return try buffer.bytes(at: position, count: SegmentFormat.entryHeaderBytes).flatMap(EntryHeader.init) != nil
    }

    private func header(at position: Int, from first: UInt64, upTo last: UInt64) throws -> EntryHeader? {
        guard let bytes = try buffer.bytes(at: position, count: SegmentFormat.entryHeaderBytes),
            let header = EntryHeader(bytes), header.sequence >= first, header.sequence <= last, header.sequence < .max
        else { return nil }
        if isComplete, let given, header.sequence > given { return nil }
        return header
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
    private let file: any OpenFile
    private let chunk: Int
    private var storage: UnsafeMutableRawBufferPointer
    private var start = 0
    private var filled = 0
    /// Bytes that may still be read to check what only looks like an entry.
    var guesses = 0

    init(file: any OpenFile, chunk: Int) {
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
