internal import Glibc
package import Journal

/// A change that a log is about to make to its files; tests answer with a fault.
package enum FileOperation: Sendable, Hashable {
    case create(path: String)
    case write(path: String, bytes: Int)
    case sync(path: String)
    case truncate(path: String)
}

/// What the system is to answer instead of doing what was asked.
package enum FileFault: Sendable, Hashable {
    /// Fail with this `errno`.
    case error(Int32)
    /// Write only so many bytes, then fail with this `errno`.
    case shortWrite(bytes: Int, error: Int32)
}

/// Asked before each change; nil lets it happen.
package typealias FileInterception = @Sendable (FileOperation) -> FileFault?

/// The machine's files, with faults where a test wants them; the high-water mark is left alone.
package struct InterceptedFileSystem: FileSystem {
    private let base = LocalFileSystem()
    private let intercept: FileInterception

    package init(intercept: @escaping FileInterception) { self.intercept = intercept }

    fileprivate static func error(_ number: Int32, _ path: String) -> JournalError {
        JournalError([ENOSPC, EDQUOT, EFBIG].contains(number) ? .noSpace : .io(number), path: path, detail: "as the test wants it")
    }

    package func open(_ path: String, _ mode: FileMode) throws(JournalError) -> any OpenFile {
        if mode == .create, case .error(let number)? = intercept(.create(path: path)) { throw Self.error(number, path) }
        let file = try base.open(path, mode)
        return path.hasSuffix("/high-water") ? file : InterceptedFile(file, intercept)
    }

    package func syncDirectory(_ path: String) throws(JournalError) {
        if case .error? = intercept(.sync(path: path)) { throw JournalError(.syncFailed, path: path, detail: "as the test wants it") }
        try base.syncDirectory(path)
    }

    package func makeDirectory(_ path: String) throws(JournalError) -> Bool { try base.makeDirectory(path) }
    package func list(_ path: String) throws(JournalError) -> [String] { try base.list(path) }
    package func kind(_ path: String) -> FileKind? { base.kind(path) }
    package func remove(_ path: String) throws(JournalError) { try base.remove(path) }
    package func rename(_ path: String, to target: String) throws(JournalError) { try base.rename(path, to: target) }
    package func tryRoom(in directory: String, bytes: Int) throws(JournalError) {
        if case .error(let number)? = intercept(.write(path: directory, bytes: bytes)) { throw Self.error(number, directory) }
        try base.tryRoom(in: directory, bytes: bytes)
    }

    package func grantAccess(_ path: String) throws(JournalError) { try base.grantAccess(path) }
}

private final class InterceptedFile: OpenFile {
    private let base: any OpenFile
    private let intercept: FileInterception
    var path: String { base.path }

    init(_ base: any OpenFile, _ intercept: @escaping FileInterception) {
        self.base = base
        self.intercept = intercept
    }

    func size() throws(JournalError) -> Int { try base.size() }

    func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws(JournalError) -> Int {
        try base.read(at: offset, into: buffer)
    }

    func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws(JournalError) {
        switch intercept(.write(path: path, bytes: bytes.count)) {
        case .error(let number)?: throw InterceptedFileSystem.error(number, path)
        case .shortWrite(let count, let number)?:
            try base.write(UnsafeRawBufferPointer(rebasing: bytes.prefix(count)), at: offset)
            throw InterceptedFileSystem.error(number, path)
        case nil: try base.write(bytes, at: offset)
        }
    }

    func truncate(to length: Int) throws(JournalError) {
        if case .error(let number)? = intercept(.truncate(path: path)) { throw InterceptedFileSystem.error(number, path) }
        try base.truncate(to: length)
    }

    func sync() throws(JournalError) {
        if case .error? = intercept(.sync(path: path)) { throw JournalError(.syncFailed, path: path, detail: "as the test wants it") }
        try base.sync()
    }
}

extension SegmentLogOptions {
    package init(segmentBytes: Int = 64 << 20, bufferBytes: Int = 4 << 20, intercept: @escaping FileInterception) {
        self.init(segmentBytes: segmentBytes, bufferBytes: bufferBytes, files: InterceptedFileSystem(intercept: intercept))
    }
}
