internal import CChecksum

/// The first 64 bytes of a model file.
struct ModelHeader {
    static let size = 64
    static let version: UInt32 = 1
    private static let magic = Array("QUOTEDM1".utf8)

    let manifest: Range<Int>

    /// Checks everything that can be checked without understanding the content, cheapest first.
    init(of file: MappedFile) throws(ModelFileError) {
        let bytes = file.bytes, path = file.path
        guard bytes.prefix(8).elementsEqual(Self.magic) else { throw .foreign(path: path) }
        let version = UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt32.self))
        guard version == Self.version else { throw .version(path: path, found: version) }
        let length = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: 16, as: UInt64.self))
        guard bytes.count >= length else { throw .cutOff(path: path, bytes: bytes.count, expected: length) }
        guard bytes.count == length else { throw .tooLong(path: path, bytes: bytes.count, expected: length) }

        let stored = UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: 12, as: UInt32.self))
        let body = UnsafeRawBufferPointer(rebasing: bytes[Self.size...])
        let computed = cchecksum_crc32c(0, body.baseAddress, body.count)
        guard computed == stored else { throw .checksum(path: path, stored: stored, computed: computed) }

        let offset = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: 24, as: UInt64.self))
        let count = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: 32, as: UInt64.self))
        guard let start = Int(exactly: offset), let length = Int(exactly: count),
            let range = range(offset: start, length: length, within: bytes.count), start >= Self.size
        else { throw .manifest(path: path, .outside(offset: offset, length: count)) }
        manifest = range
    }
}

/// The bytes at an offset, or nil if they do not all lie in the file.
func range(offset: Int, length: Int, within size: Int) -> Range<Int>? {
    guard offset >= 0, length >= 0, offset <= size, length <= size - offset else { return nil }
    return offset..<offset + length
}
