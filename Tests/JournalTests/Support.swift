import Glibc
import Journal

/// A directory of its own, removed with its owner. In memory where the machine has such a file system, unless the disk
/// itself is wanted.
final class TestDirectory: Sendable {
    let path: String

    init(onDisk: Bool = false) {
        let root = !onDisk && access("/dev/shm", W_OK) == 0 ? "/dev/shm" : getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        path = "\(root)/journal-tests-\(getpid())-\(UInt64.random(in: .min ... .max))"
        mkdir(path, 0o700)
    }

    deinit { Self.remove(path) }

    static func names(_ path: String) -> [String] {
        guard let directory = opendir(path) else { return [] }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    static func remove(_ path: String) {
        for name in names(path) where unlink("\(path)/\(name)") != 0 { remove("\(path)/\(name)") }
        rmdir(path)
    }

    /// Names of the segments in a folder below, ascending.
    static func segments(_ path: String) -> [String] { names(path).filter { $0.hasSuffix(".log") } }
}

enum Bytes {
    static func read(_ path: String) -> [UInt8] {
        let file = open(path, O_RDONLY)
        guard file >= 0 else { return [] }
        defer { close(file) }
        var bytes = [UInt8](repeating: 0, count: Int(lseek(file, 0, SEEK_END)))
        let count = pread(file, &bytes, bytes.count, 0)
        return Array(bytes.prefix(max(0, count)))
    }

    static func write(_ bytes: [UInt8], _ path: String) {
        let file = open(path, O_RDWR | O_CREAT | O_TRUNC, 0o600)
        guard file >= 0 else { return }
        defer { close(file) }
        _ = pwrite(file, bytes, bytes.count, 0)
    }

    static func change(_ path: String, _ body: (inout [UInt8]) -> Void) {
        var bytes = read(path)
        body(&bytes)
        write(bytes, path)
    }
}

func key(_ number: Int) -> EntryKey { EntryKey(high: UInt64(number), low: UInt64(number) &* 0x9E37_79B9) }

func milliseconds(_ duration: Duration) -> Double {
    Double(duration.components.seconds) * 1e3 + Double(duration.components.attoseconds) / 1e15
}

/// Bit by bit, to compare with.
func crc32c(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
    var crc: UInt32 = 0xFFFF_FFFF
    for byte in bytes {
        crc ^= UInt32(byte)
        for _ in 0..<8 { crc = crc & 1 == 1 ? (crc >> 1) ^ 0x82F6_3B78 : crc >> 1 }
    }
    return ~crc
}
