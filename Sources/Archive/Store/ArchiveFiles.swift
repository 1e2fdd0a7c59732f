internal import Glibc

/// The archive's directory. A rebuild makes a file with a higher number and moves it here in one step; the highest number
/// is the archive, and who has an older one open changes over when it looks next.
package struct ArchiveFiles: Sendable {
    package let directory: String

    package init(directory: String) { self.directory = directory }

    /// Where a rebuild works.
    package var rebuildDirectory: String { directory + "/rebuild" }

    package func path(_ number: Int) -> String { "\(directory)/archive-\(number).sqlite" }

    /// The archive's number, nil when there is none.
    package func current() -> Int? { numbers().max() }

    private func numbers() -> [Int] { names().compactMap(Self.number) }

    private func names() -> [String] {
        guard let listing = opendir(directory) else { return [] }
        defer { closedir(listing) }
        var names: [String] = []
        while let entry = readdir(listing) {
            names.append(
                withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) })
        }
        return names
    }

    private static func number(_ name: String) -> Int? {
        guard name.hasPrefix("archive-"), name.hasSuffix(".sqlite") else { return nil }
        return Int(name.dropFirst(8).dropLast(7))
    }

    /// Moves a finished file here as the new archive, on disk when this returns.
    /// - Throws: `ArchiveError.cannotMove`.
    package func adopt(_ file: String) throws(ArchiveError) -> Int {
        let number = (current() ?? 0) + 1
        try Self.sync(file)
        guard rename(file, path(number)) == 0 else {
            throw .cannotMove(path: file, reason: String(cString: strerror(errno)))
        }
        try Self.sync(directory)
        return number
    }

    private static func sync(_ path: String) throws(ArchiveError) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .cannotMove(path: path, reason: String(cString: strerror(errno))) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw .cannotMove(path: path, reason: String(cString: strerror(errno))) }
    }

    /// Removes archives with lower numbers. Who reads one goes on reading it.
    package func removeOlder(than number: Int) {
        for old in numbers() where old < number { Self.remove(path(old)) }
    }

    /// Puts an archive aside, under a name that ends in `.aside`; its place is free afterwards.
    package func setAside(_ number: Int) {
        _ = rename(path(number), path(number) + ".aside")
        for suffix in ["-wal", "-shm"] { unlink(path(number) + suffix) }
    }

    static func remove(_ path: String) {
        for suffix in ["", "-wal", "-shm", "-journal"] { unlink(path + suffix) }
    }
}
