/// What the logs ask of the system that keeps their files. `LocalFileSystem` is the machine's own; tests bring a disk whose
/// power can be cut. Calls block.
package protocol FileSystem: Sendable {
    /// - Throws: `JournalError`; `.io(ENOENT)` when it is missing.
    func open(_ path: String, _ mode: FileMode) throws(JournalError) -> any OpenFile
    /// Creates one directory; its name is not durable yet.
    /// - Returns: false when there is one of that name.
    func makeDirectory(_ path: String) throws(JournalError) -> Bool
    /// Names in a directory, sorted, without `.` and `..`.
    func list(_ path: String) throws(JournalError) -> [String]
    /// Makes names that were created or removed in a directory last.
    /// - Throws: `.syncFailed`, or it could not be opened.
    func syncDirectory(_ path: String) throws(JournalError)
    /// Nil when there is nothing of that name.
    func kind(_ path: String) -> FileKind?
    /// Removes a file; a missing one is no fault.
    func remove(_ path: String) throws(JournalError)
    /// Renames a file or directory; a file that has the new name is replaced.
    func rename(_ path: String, to target: String) throws(JournalError)
    /// Writes a file without a name, which goes at once: to know whether a disk takes anything.
    func tryRoom(in directory: String, bytes: Int) throws(JournalError)
    /// Lets this process's account read and write a file or directory that it owns.
    func grantAccess(_ path: String) throws(JournalError)
}

package enum FileKind: Sendable, Hashable {
    case file
    case directory
    /// A link, a socket, a device.
    case other
}

package enum FileMode: Sendable, Hashable {
    case read
    case update
    /// Fails if the file exists.
    case create
    case createOrUpdate
}

/// An open file, closed with its owner. Calls block.
package protocol OpenFile: AnyObject {
    var path: String { get }
    /// Length in bytes.
    func size() throws(JournalError) -> Int
    /// Reads until the buffer is full or the file ends.
    /// - Returns: the number of bytes read.
    func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws(JournalError) -> Int
    /// Writes all bytes, or throws after some of them.
    func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws(JournalError)
    func truncate(to length: Int) throws(JournalError)
    /// Waits until contents and length are on disk.
    /// - Throws: `.syncFailed`, after which nothing is known about what was written.
    func sync() throws(JournalError)
}

extension OpenFile {
    /// Cuts what is beyond a length. A disk that can only be read refuses that; where nothing was written nothing is asked.
    func cut(to length: Int) throws(JournalError) {
        if try size() != length { try truncate(to: length) }
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

    /// The entry at a place, nil when it is damaged or another.
    func entry(_ sequence: UInt64, at location: LogSegment.Location) throws(JournalError) -> LogEntry? {
        let count = SegmentFormat.entryHeaderBytes + Int(location.length)
        let bytes = try read(at: Int(location.offset), count: count)
        guard bytes.count == count else { return nil }
        return bytes.withUnsafeBytes { raw -> LogEntry? in
            guard let header = EntryHeader(raw), header.sequence == sequence, header.fits(raw) else { return nil }
            return header.entry(raw)
        }
    }
}

extension FileSystem {
    func exists(_ path: String) -> Bool { kind(path) != nil }

    /// Opens a file; one that this account owns and may not use is made usable.
    func openOwned(_ path: String, _ mode: FileMode) throws(JournalError) -> any OpenFile {
        do throws(JournalError) {
            return try open(path, mode)
        } catch where error.isDenied {
            do throws(JournalError) { try grantAccess(path) } catch _ { throw error }
            return try open(path, mode)
        }
    }

    /// Creates a directory and those above it, durably: a log whose folder is lost with the power is lost whole.
    func createDirectory(_ path: String) throws(JournalError) {
        guard !exists(path) else { return }
        let parent = path.lastIndex(of: "/").map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        if parent != path { try createDirectory(parent) }
        guard try makeDirectory(path) else { return }
        do throws(JournalError) {
            try syncDirectory(parent)
        } catch where error.code != .syncFailed {
            // A directory that may be entered but not read, or a file system without such syncs.
        }
    }
}
