internal import Glibc
internal import Journal
internal import ServiceConfiguration

/// Whether the service can keep its files in a directory, which need not exist yet.
struct DirectoryCheck {
    let key: String
    let path: String
    private let existing: String

    /// Room that a log needs to begin at all.
    private static let leastRoom = 16 << 20

    init(key: String, path: String) {
        self.key = key
        self.path = path
        // The nearest existing directory must let this user create what is missing.
        var existing = path
        while !existing.isEmpty, access(existing, F_OK) != 0 {
            guard let slash = existing.lastIndex(of: "/") else { break }
            existing = String(existing[..<slash])
        }
        self.existing = existing.isEmpty ? "/" : existing
    }

    var faults: [ServiceConfiguration.Conflict] {
        var status = stat()
        guard stat(existing, &status) == 0 else { return [fault("\(existing) cannot be looked at; check the path")] }
        guard status.st_mode & S_IFMT == S_IFDIR else { return [fault("\(existing) is not a directory; choose another")] }
        guard isWritable else {
            let flag = key == "state" ? " with --state" : ""
            return [fault("\(existing) cannot be written by this user; choose another\(flag) or change its owner")]
        }
        var faults: [ServiceConfiguration.Conflict] = []
        // Where all may write, such as /tmp, a directory of our own in it is well.
        if existing == path, status.st_mode & S_IWOTH != 0 {
            faults.append(fault("\(path) can be written by anybody on this machine; chmod o-w \(path), or choose another"))
        }
        if let disk = DiskSpace(of: existing), disk.freeBytes < Self.leastRoom {
            faults.append(
                fault("the disk of \(existing) has \(ByteText.text(disk.freeBytes)) left; make room, or choose another disk"))
        }
        return faults
    }

    /// Some places take no new directory although the mode would let this user: only trying tells.
    private var isWritable: Bool {
        guard access(existing, W_OK | X_OK) == 0 else { return false }
        var trial = Array((existing + "/.quoted-check-XXXXXX").utf8CString)
        // In a directory of its own the service makes files, which needs no more than this.
        guard mkdtemp(&trial) != nil else { return errno == ENOSPC || errno == EDQUOT }
        rmdir(trial)
        return true
    }

    private func fault(_ message: String) -> ServiceConfiguration.Conflict {
        ServiceConfiguration.Conflict(keys: [key], message: message)
    }
}
