/// The marks of finished entries, in a file beside their segment. Records of 16 bytes: sequence (8), outcome (1), format
/// version, 0 (1), zeros (2), CRC-32C of the 12 bytes before (4). Written without a sync: a mark that is lost only means that
/// its entry runs again.
struct CompletionFile {
    static let suffix = ".done"
    static let recordBytes = 16
    static let version: UInt8 = 0

    let directory: String
    /// The number that its segment begins with.
    let first: UInt64
    let files: any FileSystem
    /// Whether a file that this account owns and may not use is made usable.
    var grants = false

    var name: String { SegmentFormat.name(of: first, suffix: Self.suffix) }
    private var path: String { "\(directory)/\(name)" }

    static func append(_ sequence: UInt64, _ outcome: UInt8, to buffer: inout [UInt8]) {
        withUnsafeTemporaryAllocation(byteCount: recordBytes, alignment: 8) { raw in
            raw.initializeMemory(as: UInt8.self, repeating: 0)
            raw.store(sequence, at: 0)
            raw[8] = outcome
            raw[9] = version
            raw.store(SegmentFormat.checksum(UnsafeRawBufferPointer(rebasing: raw[0..<12])), at: 12)
            buffer.append(contentsOf: raw)
        }
    }

    /// Visits the readable marks.
    /// - Returns: the number of records that are not readable, an unfinished one at the end included.
    /// - Throws: `.newerFormat`, or the system refused to read.
    @discardableResult
    func read(visit: (_ sequence: UInt64, _ outcome: UInt8) -> Void) throws(JournalError) -> Int {
        guard files.exists(path) else { return 0 }
        let file = try grants ? files.openOwned(path, .update) : files.open(path, .read)
        var position = 0
        var unreadable = 0
        var newer: UInt8?
        while true {
            let bytes = try file.read(at: position, count: 65_536)
            guard !bytes.isEmpty else { break }
            bytes.withUnsafeBytes { raw in
                for start in stride(from: 0, to: raw.count, by: Self.recordBytes) {
                    guard start + Self.recordBytes <= raw.count else {
                        unreadable += 1
                        break
                    }
                    let record = UnsafeRawBufferPointer(rebasing: raw[start..<(start + Self.recordBytes)])
                    let check = SegmentFormat.checksum(UnsafeRawBufferPointer(rebasing: record[0..<12]))
                    if record.load(UInt32.self, at: 12) != check {
                        unreadable += 1
                    } else if record[9] > Self.version {
                        newer = record[9]
                    } else {
                        visit(record.load(UInt64.self, at: 0), record[8])
                    }
                }
            }
            position += bytes.count
        }
        if let newer { throw .newer("marks of finished articles", format: UInt32(newer), known: UInt32(Self.version), path: path) }
        return unreadable
    }

    /// Writes the file again without its unreadable records, once a copy of it is in `damaged/`. Without room for that it stays
    /// as it is.
    func mend() throws(JournalError) {
        let damaged = DamagedFolder(of: directory, files: files)
        let file = try files.open(path, .read)
        guard try damaged.copy(0..<file.size(), of: file) != nil else { return }
        var records: [UInt8] = []
        try read { Self.append($0, $1, to: &records) }
        do throws(JournalError) {
            try damaged.replace(name) { target throws(JournalError) in
                try records.withBytes { (bytes) throws(JournalError) in try target.write(bytes, at: 0) }
            }
        } catch where error.code == .noSpace {
            return
        }
        try files.syncDirectory(directory)
    }

    /// Writes records behind those that are there; an unfinished one at the end is overwritten.
    func append(_ records: [UInt8]) throws(JournalError) {
        let file = try files.open(path, .createOrUpdate)
        let end = try file.size() / Self.recordBytes * Self.recordBytes
        do throws(JournalError) {
            try records.withBytes { (bytes) throws(JournalError) in try file.write(bytes, at: end) }
        } catch {
            try file.truncate(to: end)
            throw error
        }
    }
}
