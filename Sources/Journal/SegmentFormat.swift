internal import CChecksum

/// The layout of a segment file, all numbers little-endian.
///
/// The format version stands for all that is in the file: it rises whenever an older program would misread the layout or what
/// the entries hold. A program refuses a version above its own before it changes anything; every version keeps the first 64
/// bytes as they are.
///
/// A segment is named after its first sequence number in twenty digits, `00000000000000000001.log`. It begins with a header
/// of 64 bytes: magic (8), format version (4), header length (4), first sequence (8), zeros, CRC-32C of the 60 bytes before
/// it (4). Entries follow without padding, each a header of 64 bytes and its payload:
///
///     0  length of the payload            4
///     4  CRC-32C of bytes 8 to the end    4
///     8  CRC-32C of 0..<4 and 12..<64     4   the header alone can be trusted, so damage in a payload costs one entry
///    12  kind, 0                          2
///    14  marker                           2   where a search for the next entry looks
///    16  sequence                         8
///    24  time, ms since 1970              8
///    32  key                             16
///    48  group                           16
enum SegmentFormat {
    static let magic: UInt64 = 0x474F_4C44_4554_4F51  // "QOTEDLOG"
    static let version: UInt32 = 1
    static let headerBytes = 64
    static let entryHeaderBytes = 64
    static let marker: UInt16 = 0xE55E
    /// Offsets within a segment are kept in 32 bits.
    static let maximumSegmentBytes = Int(UInt32.max)

    static func name(of first: UInt64, suffix: String = ".log") -> String {
        let digits = String(first)
        return String(repeating: "0", count: 20 - digits.utf8.count) + digits + suffix
    }

    /// The first sequence number in a segment's name, nil for other files.
    static func firstSequence(ofName name: String, suffix: String = ".log") -> UInt64? {
        guard name.utf8.count == 20 + suffix.utf8.count, name.hasSuffix(suffix) else { return nil }
        guard name.utf8.prefix(20).allSatisfy({ $0 >= 48 && $0 <= 57 }) else { return nil }
        return UInt64(name.prefix(20))
    }

    static func checksum(_ bytes: UnsafeRawBufferPointer, after crc: UInt32 = 0) -> UInt32 {
        cchecksum_crc32c(crc, bytes.baseAddress, bytes.count)
    }

    // MARK: Segment header

    enum HeaderState: Hashable {
        case valid
        case damaged
        /// Sound, but of the segment that begins with this number.
        case of(UInt64)
        case newer(UInt32)
    }

    static func header(first: UInt64) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: headerBytes)
        bytes.withUnsafeMutableBytes { raw in
            raw.store(magic, at: 0)
            raw.store(version, at: 8)
            raw.store(UInt32(headerBytes), at: 12)
            raw.store(first, at: 16)
            raw.store(checksum(UnsafeRawBufferPointer(rebasing: raw[0..<60])), at: 60)
        }
        return bytes
    }

    /// - Parameter bytes: the first 64 of the file, or as many as it has.
    static func headerState(_ bytes: UnsafeRawBufferPointer, first: UInt64) -> HeaderState {
        guard bytes.count >= headerBytes, bytes.load(UInt64.self, at: 0) == magic else { return .damaged }
        guard bytes.load(UInt32.self, at: 60) == checksum(UnsafeRawBufferPointer(rebasing: bytes.prefix(60))) else {
            return .damaged
        }
        let version = bytes.load(UInt32.self, at: 8)
        guard version <= self.version else { return .newer(version) }
        let own = bytes.load(UInt64.self, at: 16)
        return own == first ? .valid : .of(own)
    }

    // MARK: Entries

    static func append(
        _ payload: UnsafeRawBufferPointer, sequence: UInt64, time: Int64, key: EntryKey, group: EntryKey, kind: UInt8,
        to buffer: inout [UInt8]
    ) {
        let start = buffer.count
        withUnsafeTemporaryAllocation(byteCount: entryHeaderBytes, alignment: 8) { header in
            header.store(UInt32(payload.count), at: 0)
            header[12] = kind
            header[13] = 0
            header.store(marker, at: 14)
            header.store(sequence, at: 16)
            header.store(time, at: 24)
            header.store(key.high.byteSwapped, at: 32)
            header.store(key.low.byteSwapped, at: 40)
            header.store(group.high.byteSwapped, at: 48)
            header.store(group.low.byteSwapped, at: 56)
            header.store(headerCheck(UnsafeRawBufferPointer(header)), at: 8)
            let crc = checksum(UnsafeRawBufferPointer(rebasing: header[8...]))
            header.store(checksum(payload, after: crc), at: 4)
            buffer.append(contentsOf: header)
        }
        buffer.append(contentsOf: payload)
        assert(buffer.count == start + entryHeaderBytes + payload.count)
    }

    static func headerCheck(_ header: UnsafeRawBufferPointer) -> UInt32 {
        let crc = checksum(UnsafeRawBufferPointer(rebasing: header[0..<4]))
        return checksum(UnsafeRawBufferPointer(rebasing: header[12..<entryHeaderBytes]), after: crc)
    }
}

/// An entry's header, read from a file.
struct EntryHeader: Sendable, Hashable {
    var length: Int
    var checksum: UInt32
    var kind: UInt8
    var sequence: UInt64
    var time: Int64
    var key: EntryKey
    var group: EntryKey

    /// Length of the entry in the file.
    var bytes: Int { SegmentFormat.entryHeaderBytes + length }

    /// Nil when the bytes are no entry's header or its check does not fit.
    init?(_ bytes: UnsafeRawBufferPointer) {
        guard bytes.count >= SegmentFormat.entryHeaderBytes,
            bytes.load(UInt16.self, at: 14) == SegmentFormat.marker,
            bytes.load(UInt32.self, at: 8) == SegmentFormat.headerCheck(bytes)
        else { return nil }
        length = Int(bytes.load(UInt32.self, at: 0))
        checksum = bytes.load(UInt32.self, at: 4)
        kind = bytes[12]
        sequence = bytes.load(UInt64.self, at: 16)
        time = Int64(bitPattern: bytes.load(UInt64.self, at: 24))
        key = EntryKey(
            high: bytes.load(UInt64.self, at: 32).byteSwapped, low: bytes.load(UInt64.self, at: 40).byteSwapped)
        group = EntryKey(
            high: bytes.load(UInt64.self, at: 48).byteSwapped, low: bytes.load(UInt64.self, at: 56).byteSwapped)
    }

    /// Whether the whole entry's checksum fits.
    /// - Parameter entry: header and payload.
    func fits(_ entry: UnsafeRawBufferPointer) -> Bool {
        entry.count == bytes && SegmentFormat.checksum(UnsafeRawBufferPointer(rebasing: entry[8...])) == checksum
    }

    /// - Parameter entry: header and payload.
    func entry(_ bytes: UnsafeRawBufferPointer) -> LogEntry {
        LogEntry(
            sequence: sequence, time: time, key: key, group: group, kind: kind,
            payload: [UInt8](bytes[SegmentFormat.entryHeaderBytes...]))
    }
}

extension UnsafeMutableRawBufferPointer {
    func store<T: FixedWidthInteger>(_ value: T, at offset: Int) {
        storeBytes(of: value.littleEndian, toByteOffset: offset, as: T.self)
    }
}

extension UnsafeRawBufferPointer {
    func load<T: FixedWidthInteger & BitwiseCopyable>(_: T.Type, at offset: Int) -> T {
        T(littleEndian: loadUnaligned(fromByteOffset: offset, as: T.self))
    }
}

extension [UInt8] {
    /// `withUnsafeBytes`, which loses the error's type.
    package func withBytes<Result, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try withUnsafeBufferPointer { (buffer) throws(Failure) -> Result in try body(UnsafeRawBufferPointer(buffer)) }
    }
}
