internal import Foundation
internal import Glibc

/// A folder in memory for decoders that read files. One thread uses it.
enum ScratchFolder {
    /// `QUOTED_FUZZ_SCRATCH`, which who starts many processes sets and removes, or a folder of this process.
    static let path: String = {
        let given = ProcessInfo.processInfo.environment["QUOTED_FUZZ_SCRATCH"]
        let base = given ?? (access("/dev/shm", W_OK) == 0 ? "/dev/shm" : NSTemporaryDirectory())
        let path = "\(base)/quoted-fuzz-\(getpid())"
        mkdir(path, 0o700)
        return path
    }()

    static func write(_ bytes: [UInt8], to name: String) {
        let descriptor = open("\(path)/\(name)", O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        var done = 0
        while done < bytes.count {
            let count = bytes[done...].withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 else { return }
            done += count
        }
    }

    /// Removes what is in a folder of it.
    static func clear(_ name: String) { clear(folder: "\(path)/\(name)") }

    private static func clear(folder: String) {
        guard let directory = opendir(folder) else { return }
        defer { closedir(directory) }
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            guard name != ".", name != ".." else { continue }
            let path = "\(folder)/\(name)"
            if unlink(path) != 0 {
                clear(folder: path)
                rmdir(path)
            }
        }
    }

    static func remove() {
        clear(folder: path)
        rmdir(path)
    }
}
