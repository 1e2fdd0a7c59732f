/// The folder `damaged/` of a log: copies of bytes that cannot be read, and files that do not belong to the log.
struct DamagedFolder {
    static let name = "damaged"

    /// The log's directory.
    let directory: String
    let files: any FileSystem
    private var path: String { "\(directory)/\(Self.name)" }

    init(of directory: String, files: any FileSystem) {
        self.directory = directory
        self.files = files
    }

    /// Makes sure that the folder is there, durably.
    private func prepare() throws(JournalError) {
        if let kind = files.kind(path), kind == .file {
            // Somebody's file of that name makes way.
            var number = 1
            while files.exists("\(path).\(number)") { number += 1 }
            try files.rename(path, to: "\(path).\(number)")
        }
        try files.createDirectory(path)
        do throws(JournalError) { _ = try files.list(path) } catch where error.isDenied { try files.grantAccess(path) }
    }

    // MARK: Copies

    /// The copy that was made of these bytes before, nil when there is none.
    /// - Returns: its name within the log's directory.
    func existingCopy(_ bytes: Range<Int>, of file: any OpenFile) throws(JournalError) -> String? {
        let name = try copyName(bytes, of: file)
        return files.exists("\(directory)/\(name)") ? name : nil
    }

    /// Copies bytes here, once: the name says where they stood and what they were.
    /// - Returns: the copy's name within the log's directory, nil when there is no room for it.
    func copy(_ bytes: Range<Int>, of file: any OpenFile) throws(JournalError) -> String? {
        do throws(JournalError) {
            let name = try copyName(bytes, of: file)
            if !files.exists("\(directory)/\(name)") { try write(bytes, of: file, to: name) }
            return name
        } catch where error.code == .noSpace {
            return nil
        }
    }

    private func write(_ bytes: Range<Int>, of file: any OpenFile, to name: String) throws(JournalError) {
        try replace(name) { target throws(JournalError) in
            try read(bytes, of: file) { (chunk, position) throws(JournalError) in
                try chunk.withBytes { (bytes) throws(JournalError) in try target.write(bytes, at: position) }
            }
        }
        try files.syncDirectory(path)
    }

    private func copyName(_ bytes: Range<Int>, of file: any OpenFile) throws(JournalError) -> String {
        var crc: UInt32 = 0
        try read(bytes, of: file) { chunk, _ in crc = chunk.withBytes { SegmentFormat.checksum($0, after: crc) } }
        let base = Self.lastComponent(of: file.path)
        let origin = base.hasSuffix(".log") ? base.dropLast(4) : base
        return "\(Self.name)/\(origin)-\(bytes.lowerBound)-\(bytes.count)-\(String(crc, radix: 16)).bin"
    }

    private static func lastComponent(of path: String) -> Substring {
        path.lastIndex(of: "/").map { path[path.index(after: $0)...] } ?? path[...]
    }

    private func read(
        _ bytes: Range<Int>, of file: any OpenFile, _ body: ([UInt8], _ position: Int) throws(JournalError) -> Void
    ) throws(JournalError) {
        var position = 0
        while position < bytes.count {
            let chunk = try file.read(at: bytes.lowerBound + position, count: min(1 << 20, bytes.count - position))
            guard !chunk.isEmpty else { return }
            try body(chunk, position)
            position += chunk.count
        }
    }

    // MARK: Files

    /// Writes a file that is complete from the moment it has its name: until then it lies in this folder.
    /// - Parameter name: within the log's directory; a file of that name is replaced.
    func replace(_ name: String, write: (any OpenFile) throws(JournalError) -> Void) throws(JournalError) {
        let partial = "\(path)/\(Self.lastComponent(of: name)).partial"
        try prepare()
        try files.remove(partial)
        let target = try files.open(partial, .create)
        do throws(JournalError) {
            try write(target)
            try target.sync()
            try files.rename(partial, to: "\(directory)/\(name)")
        } catch {
            try? files.remove(partial)
            throw error
        }
    }

    /// Moves a file of the log's directory here, beside those of the same name.
    /// - Returns: where it is now, within the log's directory.
    func moveHere(_ name: String) throws(JournalError) -> String {
        try prepare()
        var target = "\(Self.name)/\(name)"
        var number = 1
        while files.exists("\(directory)/\(target)") {
            target = "\(Self.name)/\(name).\(number)"
            number += 1
        }
        try files.rename("\(directory)/\(name)", to: "\(directory)/\(target)")
        // The new name first: between the two syncs the file has a name in any case.
        try files.syncDirectory(path)
        try files.syncDirectory(directory)
        return target
    }
}
