/// A file that holds one state whole, beside the log whose entries made it: complete from the moment it has its name.
///
/// Magic (8 bytes), format version (4), length of the payload (8), CRC-32C of the payload (4), the payload; little-endian.
package enum SnapshotFile {
    private static let magic: UInt64 = 0x504E_5344_4554_4F51  // "QOTEDSNP"
    private static let version: UInt32 = 1
    private static let headerBytes = 24
    static let suffix = ".snapshot"

    /// Writes the state after an entry, durably.
    package static func write(_ payload: [UInt8], after sequence: UInt64, directory: String) throws(JournalError) {
        var header = [UInt8](repeating: 0, count: headerBytes)
        let checksum = payload.withBytes { SegmentFormat.checksum($0) }
        header.withUnsafeMutableBytes { raw in
            raw.store(magic, at: 0)
            raw.store(version, at: 8)
            raw.store(UInt64(payload.count), at: 12)
            raw.store(checksum, at: 20)
        }
        let bytes = header + payload
        try DamagedFolder(of: directory).replace(name(of: sequence)) { file throws(JournalError) in
            try bytes.withBytes { (bytes) throws(JournalError) in try file.write(bytes, at: 0) }
        }
        try FileSystem.syncDirectory(directory)
    }

    /// The numbers of the entries after which there are snapshots, ascending.
    package static func list(directory: String) throws(JournalError) -> [UInt64] {
        guard FileSystem.exists(directory) else { return [] }
        return try FileSystem.list(directory).compactMap { SegmentFormat.firstSequence(ofName: $0, suffix: suffix) }.sorted()
    }

    /// - Throws: `.corrupt`, `.newerFormat`, or the system refused to read.
    package static func read(after sequence: UInt64, directory: String) throws(JournalError) -> [UInt8] {
        let path = "\(directory)/\(name(of: sequence))"
        let file = try DataFile(path, .read)
        let size = try file.size()
        let header = try file.read(at: 0, count: min(headerBytes, size))
        let damage = JournalError(.corrupt, path: path, detail: "the snapshot is damaged")
        guard header.count == headerBytes else { throw damage }
        let (magic, version, length, checksum) = header.withUnsafeBytes { raw in
            (raw.load(UInt64.self, at: 0), raw.load(UInt32.self, at: 8), raw.load(UInt64.self, at: 12), raw.load(UInt32.self, at: 20))
        }
        guard magic == Self.magic else { throw damage }
        guard version == Self.version else {
            throw JournalError(.newerFormat, path: path, detail: "snapshot format \(version) of a newer version of this program")
        }
        guard length == UInt64(size - headerBytes) else { throw damage }
        let payload = try file.read(at: headerBytes, count: size - headerBytes)
        guard payload.withBytes({ SegmentFormat.checksum($0) }) == checksum else { throw damage }
        return payload
    }

    package static func remove(after sequence: UInt64, directory: String) throws(JournalError) {
        try FileSystem.remove("\(directory)/\(name(of: sequence))")
    }

    private static func name(of sequence: UInt64) -> String { SegmentFormat.name(of: sequence, suffix: suffix) }
}
