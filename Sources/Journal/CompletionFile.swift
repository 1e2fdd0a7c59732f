internal import Glibc

/// The marks of finished entries, in a file beside their segment. Records of 16 bytes: sequence (8), outcome (1), zeros (3),
/// CRC-32C of the 12 bytes before (4). Written without a sync: a mark that is lost only means that its entry runs again.
enum CompletionFile {
    static let suffix = ".done"
    static let recordBytes = 16

    static func append(_ sequence: UInt64, _ outcome: UInt8, to buffer: inout [UInt8]) {
        withUnsafeTemporaryAllocation(byteCount: recordBytes, alignment: 8) { raw in
            raw.initializeMemory(as: UInt8.self, repeating: 0)
            raw.store(sequence, at: 0)
            raw[8] = outcome
            raw.store(SegmentFormat.checksum(UnsafeRawBufferPointer(rebasing: raw[0..<12])), at: 12)
            buffer.append(contentsOf: raw)
        }
    }

    /// Visits the readable marks.
    /// - Returns: the number of records that are not readable, an unfinished one at the end included.
    @discardableResult
    static func read(
        directory: String, first: UInt64, visit: (_ sequence: UInt64, _ outcome: UInt8) -> Void
    ) throws(JournalError) -> Int {
        let path = "\(directory)/\(SegmentFormat.name(of: first, suffix: suffix))"
        guard FileSystem.exists(path) else { return 0 }
        let file = try DataFile(path, .read)
        var position = 0
        var unreadable = 0
        while true {
            let bytes = try file.read(at: position, count: 65_536)
            guard !bytes.isEmpty else { return unreadable }
            bytes.withUnsafeBytes { raw in
                for start in stride(from: 0, to: raw.count, by: recordBytes) {
                    guard start + recordBytes <= raw.count else {
                        unreadable += 1
                        break
                    }
                    let record = UnsafeRawBufferPointer(rebasing: raw[start..<(start + recordBytes)])
                    let check = SegmentFormat.checksum(UnsafeRawBufferPointer(rebasing: record[0..<12]))
                    if record.load(UInt32.self, at: 12) == check {
                        visit(record.load(UInt64.self, at: 0), record[8])
                    } else {
                        unreadable += 1
                    }
                }
            }
            position += bytes.count
        }
    }

    /// Writes a file again without its unreadable records, once a copy of it is in `damaged/`. Without room for that it stays as
    /// it is.
    static func mend(directory: String, first: UInt64, intercept: FileInterception?) throws(JournalError) {
        let name = SegmentFormat.name(of: first, suffix: suffix)
        let file = try DataFile("\(directory)/\(name)", .read)
        let damaged = DamagedFolder(of: directory, intercept: intercept)
        guard try damaged.copy(0..<file.size(), of: file) != nil else { return }
        var records: [UInt8] = []
        try read(directory: directory, first: first) { append($0, $1, to: &records) }
        do throws(JournalError) {
            try damaged.replace(name) { target throws(JournalError) in
                try records.withBytes { (bytes) throws(JournalError) in try target.write(bytes, at: 0) }
            }
        } catch where error.code == .noSpace {
            return
        }
        try FileSystem.syncDirectory(directory, intercept: intercept)
    }

    /// Writes records behind those that are there; an unfinished one at the end is overwritten.
    static func append(_ records: [UInt8], directory: String, first: UInt64, intercept: FileInterception?) throws(JournalError) {
        let path = "\(directory)/\(SegmentFormat.name(of: first, suffix: suffix))"
        let file = try DataFile(path, .createOrUpdate, intercept: intercept)
        let end = try file.size() / recordBytes * recordBytes
        do throws(JournalError) {
            try records.withBytes { (bytes) throws(JournalError) in try file.write(bytes, at: end) }
        } catch {
            try file.truncate(to: end)
            throw error
        }
    }
}
