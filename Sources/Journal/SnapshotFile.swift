/// A file that holds one state whole, beside the log whose entries made it: complete from the moment it has its name.
///
/// Magic (8 bytes), format version (4), length of the payload (8), CRC-32C of these 20 bytes and the payload (4), the payload;
/// little-endian. Every version keeps the first 24 bytes as they are; the checksum of version 1 left them out.
package enum SnapshotFile {
    private static let magic: UInt64 = 0x504E_5344_4554_4F51  // "QOTEDSNP"
    private static let version: UInt32 = 2
    private static let headerBytes = 24
    static let suffix = ".snapshot"

    /// Writes the state after an entry, durably.
    package static func write(
        _ payload: [UInt8], after sequence: UInt64, directory: String, files: any FileSystem = LocalFileSystem()
    ) throws(JournalError) {
        var header = [UInt8](repeating: 0, count: headerBytes)
        header.withUnsafeMutableBytes { raw in
            raw.store(magic, at: 0)
            raw.store(version, at: 8)
            raw.store(UInt64(payload.count), at: 12)
        }
        let checksum = self.checksum(of: payload, header: header)
        header.withUnsafeMutableBytes { $0.store(checksum, at: 20) }
        let bytes = header + payload
        try DamagedFolder(of: directory, files: files).replace(name(of: sequence)) { file throws(JournalError) in
            try bytes.withBytes { (bytes) throws(JournalError) in try file.write(bytes, at: 0) }
        }
        try files.syncDirectory(directory)
    }

    /// The numbers of the entries after which there are snapshots, ascending.
    package static func list(
        directory: String, files: any FileSystem = LocalFileSystem()
    ) throws(JournalError) -> [UInt64] {
        guard files.exists(directory) else { return [] }
        return try files.list(directory).compactMap { SegmentFormat.firstSequence(ofName: $0, suffix: suffix) }.sorted()
    }

    /// - Throws: `.corrupt`, `.newerFormat`, or the system refused to read.
    package static func read(
        after sequence: UInt64, directory: String, files: any FileSystem = LocalFileSystem()
    ) throws(JournalError) -> [UInt8] {
        let path = "\(directory)/\(name(of: sequence))"
        let file = try files.open(path, .read)
        let size = try file.size()
        let header = try file.read(at: 0, count: min(headerBytes, size))
        let damage = JournalError(.corrupt, path: path, detail: "the snapshot is damaged")
        guard header.count == headerBytes else { throw damage }
        let (magic, version, length, checksum) = header.withUnsafeBytes { raw in
            (raw.load(UInt64.self, at: 0), raw.load(UInt32.self, at: 8), raw.load(UInt64.self, at: 12), raw.load(UInt32.self, at: 20))
        }
        guard magic == Self.magic, length == UInt64(size - headerBytes) else { throw damage }
        let payload = try file.read(at: headerBytes, count: size - headerBytes)
        let expected = version == 1 ? payload.withBytes { SegmentFormat.checksum($0) } : self.checksum(of: payload, header: header)
        guard checksum == expected else { throw damage }
        guard version <= Self.version else { throw .newer("snapshot", format: version, known: Self.version, path: path) }
        return payload
    }

    package static func remove(
        after sequence: UInt64, directory: String, files: any FileSystem = LocalFileSystem()
    ) throws(JournalError) {
        try files.remove("\(directory)/\(name(of: sequence))")
    }

    private static func checksum(of payload: [UInt8], header: [UInt8]) -> UInt32 {
        let crc = header.withBytes { SegmentFormat.checksum(UnsafeRawBufferPointer(rebasing: $0.prefix(20))) }
        return payload.withBytes { SegmentFormat.checksum($0, after: crc) }
    }

    private static func name(of sequence: UInt64) -> String { SegmentFormat.name(of: sequence, suffix: suffix) }
}
