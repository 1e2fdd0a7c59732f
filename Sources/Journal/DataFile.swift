internal import Glibc

/// An open file, closed with its owner. Calls block; signals do not interrupt them.
final class DataFile {
    enum Mode {
        case read
        case update
        /// Fails if the file exists.
        case create
        case createOrUpdate
    }

    let path: String
    let descriptor: Int32
    private let intercept: FileInterception?

    /// - Throws: `JournalError`; `.io(ENOENT)` when it is missing.
    init(_ path: String, _ mode: Mode, intercept: FileInterception? = nil) throws(JournalError) {
        self.path = path
        self.intercept = intercept
        let flags: Int32 =
            switch mode {
            case .read: O_RDONLY
            case .update: O_RDWR
            case .create: O_RDWR | O_CREAT | O_EXCL
            case .createOrUpdate: O_RDWR | O_CREAT
            }
        if mode == .create, case .error(let error)? = intercept?(.create(path: path)) {
            throw .system(error, path: path, "create")
        }
        descriptor = open(path, flags | O_CLOEXEC, 0o640)
        guard descriptor >= 0 else { throw .system(errno, path: path, "open") }
    }

    deinit { close(descriptor) }

    /// Length in bytes.
    func size() throws(JournalError) -> Int {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .system(errno, path: path, "look up the length") }
        return Int(status.st_size)
    }

    /// Reads until the buffer is full or the file ends.
    /// - Returns: the number of bytes read.
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

    func read(at offset: Int, count: Int) throws(JournalError) -> [UInt8] {
        var failure: JournalError?
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            do throws(JournalError) {
                filled = try read(at: offset, into: UnsafeMutableRawBufferPointer(buffer))
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
        return bytes
    }

    /// Writes all bytes, or throws after some of them.
    func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws(JournalError) {
        var limit = bytes.count
        var failure: Int32?
        switch intercept?(.write(path: path, bytes: bytes.count)) {
        case .error(let error)?: (limit, failure) = (0, error)
        case .shortWrite(let count, let error)?: (limit, failure) = (min(count, bytes.count), error)
        case nil: break
        }
        var done = 0
        while done < limit, let base = bytes.baseAddress {
            let count = pwrite(descriptor, base + done, limit - done, off_t(offset + done))
            if count > 0 {
                done += count
            } else if count == 0 {
                throw .system(ENOSPC, path: path, "write \(bytes.count) bytes at \(offset)")
            } else if errno != EINTR {
                throw .system(errno, path: path, "write \(bytes.count) bytes at \(offset)")
            }
        }
        if let failure { throw .system(failure, path: path, "write \(bytes.count) bytes at \(offset)") }
    }

    func truncate(to length: Int) throws(JournalError) {
        // A disk that can only be read refuses this too, and where nothing was written there is nothing to cut.
        if let size = try? size(), size == length { return }
        if case .error(let error)? = intercept?(.truncate(path: path)) {
            throw .system(error, path: path, "cut to \(length) bytes")
        }
        while ftruncate(descriptor, off_t(length)) != 0 {
            guard errno == EINTR else { throw .system(errno, path: path, "cut to \(length) bytes") }
        }
    }

    /// Writes the same bytes again.
    ///
    /// When a sync fails, Linux counts what it could not write as written: it stays in memory, is read as if all were well, and
    /// the next sync succeeds without it. Written again it is on disk after that sync, or the sync fails anew.
    func writeAgain(from start: Int, to end: Int) throws(JournalError) {
        var position = start
        while position < end {
            let bytes = try read(at: position, count: min(1 << 20, end - position))
            guard !bytes.isEmpty else { return }
            try bytes.withBytes { (bytes) throws(JournalError) in try write(bytes, at: position) }
            position += bytes.count
        }
    }

    /// Waits until contents and length are on disk.
    /// - Throws: `.syncFailed`, after which nothing is known about what was written.
    func sync() throws(JournalError) {
        if case .error(let error)? = intercept?(.sync(path: path)) {
            throw JournalError(.syncFailed, path: path, detail: "sync: \(String(cString: strerror(error)))")
        }
        while fdatasync(descriptor) != 0 {
            guard errno == EINTR else {
                throw JournalError(.syncFailed, path: path, detail: "sync: \(String(cString: strerror(errno)))")
            }
        }
    }
}

/// What is done with directories and names.
enum FileSystem {
    /// Creates a directory and those above it.
    static func createDirectory(_ path: String) throws(JournalError) {
        if mkdir(path, 0o750) == 0 { return }
        if errno == EEXIST { return }
        guard errno == ENOENT, let slash = path.lastIndex(of: "/"), slash != path.startIndex else {
            throw .system(errno, path: path, "create the directory")
        }
        try createDirectory(String(path[..<slash]))
        guard mkdir(path, 0o750) == 0 || errno == EEXIST else {
            throw .system(errno, path: path, "create the directory")
        }
    }

    /// Names in a directory, sorted, without `.` and `..`.
    static func list(_ path: String) throws(JournalError) -> [String] {
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

    /// Makes names that were created or removed in a directory last.
    static func syncDirectory(_ path: String, intercept: FileInterception? = nil) throws(JournalError) {
        if case .error(let error)? = intercept?(.sync(path: path)) {
            throw JournalError(.syncFailed, path: path, detail: "sync: \(String(cString: strerror(error)))")
        }
        let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .system(errno, path: path, "open the directory") }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else {
            throw JournalError(.syncFailed, path: path, detail: "sync: \(String(cString: strerror(errno)))")
        }
    }

    /// Writes a file without a name, which goes at once: to know whether a disk takes anything.
    static func tryRoom(in directory: String, bytes: Int, intercept: FileInterception? = nil) throws(JournalError) {
        let action = "try whether there is room"
        if case .error(let error)? = intercept?(.write(path: directory, bytes: bytes)) {
            throw .system(error, path: directory, action)
        }
        // O_TMPFILE, a macro that Swift does not see.
        let descriptor = open(directory, O_RDWR | O_CLOEXEC | O_DIRECTORY | 0o20000000, 0o600)
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

    static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    static func isRegularFile(_ path: String) -> Bool {
        var status = stat()
        return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
    }

    /// Removes a file; a missing one is no fault.
    static func remove(_ path: String) throws(JournalError) {
        guard unlink(path) == 0 || errno == ENOENT else { throw .system(errno, path: path, "remove") }
    }

    static func rename(_ path: String, to target: String) throws(JournalError) {
        guard Glibc.rename(path, target) == 0 else { throw .system(errno, path: path, "rename to \(target)") }
    }
}
