internal import Glibc

/// The machine's own files.
package struct LocalFileSystem: FileSystem {
    package init() {}

    package func open(_ path: String, _ mode: FileMode) throws(JournalError) -> any OpenFile {
        try LocalFile(path, mode)
    }

    package func makeDirectory(_ path: String) throws(JournalError) -> Bool {
        if mkdir(path, 0o750) == 0 {
            Self.giveToOwnerOfFolder(path)
            return true
        }
        guard errno == EEXIST else { throw .system(errno, path: path, "create the directory") }
        return false
    }

    package func list(_ path: String) throws(JournalError) -> [String] {
        guard let directory = opendir(path) else { throw .system(errno, path: path, "list the directory") }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { raw in
                String(decoding: raw.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    package func syncDirectory(_ path: String) throws(JournalError) {
        let descriptor = Glibc.open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .system(errno, path: path, "open the directory") }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else {
            throw JournalError(.syncFailed, path: path, detail: "sync: \(String(cString: strerror(errno)))")
        }
    }

    package func kind(_ path: String) -> FileKind? {
        var status = stat()
        guard lstat(path, &status) == 0 else { return nil }
        return switch status.st_mode & S_IFMT {
        case S_IFREG: .file
        case S_IFDIR: .directory
        default: .other
        }
    }

    package func remove(_ path: String) throws(JournalError) {
        guard unlink(path) == 0 || errno == ENOENT else { throw .system(errno, path: path, "remove") }
    }

    package func rename(_ path: String, to target: String) throws(JournalError) {
        guard Glibc.rename(path, target) == 0 else { throw .system(errno, path: path, "rename to \(target)") }
    }

    package func tryRoom(in directory: String, bytes: Int) throws(JournalError) {
        let action = "try whether there is room"
        // O_TMPFILE, a macro that Swift does not see.
        let descriptor = Glibc.open(directory, O_RDWR | O_CLOEXEC | O_DIRECTORY | 0o20000000, 0o600)
        guard descriptor >= 0 else {
            // Not every file system has such files: then only the next article tells.
            if errno == EOPNOTSUPP || errno == EISDIR { return }
            throw .system(errno, path: directory, action)
        }
        defer { close(descriptor) }
        let content = [UInt8](repeating: 0, count: bytes)
        let count = pwrite(descriptor, content, bytes, 0)
        guard count == bytes else { throw .system(count < 0 ? errno : ENOSPC, path: directory, action) }
    }

    package func grantAccess(_ path: String) throws(JournalError) {
        guard chmod(path, kind(path) == .directory ? 0o750 : 0o640) == 0 else {
            throw .system(errno, path: path, "give this account access")
        }
    }

    /// What root makes here (`sudo quoted journal repair`) must be the service's own, or the service cannot use it.
    static func giveToOwnerOfFolder(_ path: String) {
        guard geteuid() == 0, let slash = path.lastIndex(of: "/") else { return }
        var folder = stat()
        guard stat(String(path[..<slash]), &folder) == 0, folder.st_uid != 0 else { return }
        _ = lchown(path, folder.st_uid, folder.st_gid)
    }
}

/// A file of the machine. Signals do not interrupt its calls.
private final class LocalFile: OpenFile {
    let path: String
    let descriptor: Int32

    init(_ path: String, _ mode: FileMode) throws(JournalError) {
        self.path = path
        let flags: Int32 =
            switch mode {
            case .read: O_RDONLY
            case .update: O_RDWR
            case .create: O_RDWR | O_CREAT | O_EXCL
            case .createOrUpdate: O_RDWR | O_CREAT
            }
        descriptor = open(path, flags | O_CLOEXEC, 0o640)
        guard descriptor >= 0 else { throw .system(errno, path: path, "open") }
        if mode == .create || mode == .createOrUpdate { LocalFileSystem.giveToOwnerOfFolder(path) }
    }

    deinit { close(descriptor) }

    func size() throws(JournalError) -> Int {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .system(errno, path: path, "look up the length") }
        return Int(status.st_size)
    }

    func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws(JournalError) -> Int {
        var done = 0
        while done < buffer.count {
            let count = pread(descriptor, buffer.baseAddress! + done, buffer.count - done, off_t(offset + done))
            if count > 0 {
                done += count
            } else if count == 0 {
                break
            } else if errno != EINTR {
                throw .system(errno, path: path, "read \(buffer.count) bytes at \(offset)")
            }
        }
        return done
    }

    func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws(JournalError) {
        var done = 0
        while done < bytes.count, let base = bytes.baseAddress {
            let count = pwrite(descriptor, base + done, bytes.count - done, off_t(offset + done))
            if count > 0 {
                done += count
            } else if count == 0 {
                throw .system(ENOSPC, path: path, "write \(bytes.count) bytes at \(offset)")
            } else if errno != EINTR {
                throw .system(errno, path: path, "write \(bytes.count) bytes at \(offset)")
            }
        }
    }

    func truncate(to length: Int) throws(JournalError) {
        while ftruncate(descriptor, off_t(length)) != 0 {
            guard errno == EINTR else { throw .system(errno, path: path, "cut to \(length) bytes") }
        }
    }

    func sync() throws(JournalError) {
        while fdatasync(descriptor) != 0 {
            guard errno == EINTR else {
                throw JournalError(.syncFailed, path: path, detail: "sync: \(String(cString: strerror(errno)))")
            }
        }
    }
}
