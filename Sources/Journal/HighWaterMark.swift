/// The file that remembers the last committed sequence number, so that none is given twice even when the segments are
/// damaged or gone. Written at every commit without a sync of its own. It also tells readers how far they may read.
///
/// 32 bytes: magic (8), the number (8), the last number that was removed on purpose (8), format version, 0 (4), CRC-32C of the
/// 28 bytes before (4).
final class HighWaterMark {
    struct Value: Hashable {
        /// The last committed number, 0 before the first.
        var committed: UInt64
        /// Up to here entries may be missing because they were removed as planned.
        var removed: UInt64
    }

    static let name = "high-water"
    private static let magic: UInt64 = 0x4B52_414D_4854_4948  // "HITHMARK"
    private static let version: UInt32 = 0
    private static let bytes = 32
    private let file: any OpenFile

    /// Opens the file; creates it when it is to be written.
    init(directory: String, files: any FileSystem, writable: Bool) throws(JournalError) {
        let path = "\(directory)/\(Self.name)"
        file = try writable ? files.openOwned(path, .createOrUpdate) : files.open(path, .read)
    }

    /// Nil when the file is new, damaged, or being written at this moment.
    /// - Throws: `.newerFormat`, or the system refused to read.
    func read() throws(JournalError) -> Value? {
        let content = try file.read(at: 0, count: Self.bytes)
        guard content.count == Self.bytes else { return nil }
        let (magic, value, version, check) = content.withUnsafeBytes { raw in
            (
                raw.load(UInt64.self, at: 0), Value(committed: raw.load(UInt64.self, at: 8), removed: raw.load(UInt64.self, at: 16)),
                raw.load(UInt32.self, at: 24),
                raw.load(UInt32.self, at: 28) == SegmentFormat.checksum(UnsafeRawBufferPointer(rebasing: raw[0..<28]))
            )
        }
        guard magic == Self.magic, check else { return nil }
        guard version <= Self.version else {
            throw .newer("high-water mark", format: version, known: Self.version, path: file.path)
        }
        return value
    }

    func write(_ value: Value) throws(JournalError) {
        var failure: JournalError?
        withUnsafeTemporaryAllocation(byteCount: Self.bytes, alignment: 8) { raw in
            raw.initializeMemory(as: UInt8.self, repeating: 0)
            raw.store(Self.magic, at: 0)
            raw.store(value.committed, at: 8)
            raw.store(value.removed, at: 16)
            raw.store(Self.version, at: 24)
            raw.store(SegmentFormat.checksum(UnsafeRawBufferPointer(rebasing: raw[0..<28])), at: 28)
            do throws(JournalError) { try file.write(UnsafeRawBufferPointer(raw), at: 0) } catch { failure = error }
        }
        if let failure { throw failure }
    }

    func sync() throws(JournalError) { try file.sync() }
}
