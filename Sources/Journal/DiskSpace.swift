internal import Glibc

/// Room on the disk that holds a directory.
package struct DiskSpace: Sendable, Hashable {
    /// What this user may still write, in bytes.
    package var freeBytes: Int
    package var sizeBytes: Int
    /// Files that may still be made; nil where the file system has no bound.
    package var freeFiles: Int?

    package init(freeBytes: Int, sizeBytes: Int, freeFiles: Int?) {
        self.freeBytes = freeBytes
        self.sizeBytes = sizeBytes
        self.freeFiles = freeFiles
    }

    /// Asks the system; nil when the directory is not there. May wait for the disk.
    package init?(of directory: String) {
        var status = statvfs()
        guard statvfs(directory, &status) == 0 else { return nil }
        func product(_ blocks: UInt) -> Int {
            Int(clamping: blocks.multipliedReportingOverflow(by: UInt(status.f_frsize)).partialValue)
        }
        self.init(
            freeBytes: product(UInt(status.f_bavail)), sizeBytes: product(UInt(status.f_blocks)),
            freeFiles: status.f_files > 0 ? Int(clamping: status.f_favail) : nil)
    }

    /// Below a twentieth of the disk or 256 MiB, whichever is less, it is time to make room; the last file names count, too.
    package var isLow: Bool {
        freeBytes < min(sizeBytes / 20, 256 << 20) || (freeFiles ?? .max) < 64
    }
}
