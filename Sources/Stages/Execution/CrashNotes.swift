internal import CThread
internal import Glibc
package import Pipeline

/// Remembers, over restarts, which articles crashed or blocked the process that analysed them, so that one bad article
/// cannot keep a service of one process from coming up. A process that is killed from outside leaves no note.
package struct CrashNotes: Sendable {
    private let path: String

    /// - Parameter path: a small file; it grows by 8 bytes a note.
    package init(path: String) { self.path = path }

    /// From now on a crash is noted.
    /// - Returns: false when the file cannot be opened; the service can go on without.
    package func install() -> Bool {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o640)
        return descriptor >= 0 && crash_note_install(descriptor) == 0
    }

    /// How many notes there are of each article.
    package func read() -> [JobID: Int] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return [:] }
        defer { close(descriptor) }
        var counts: [JobID: Int] = [:]
        var buffer = [UInt8](repeating: 0, count: 65_536)
        let size = buffer.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, $0.count) }
        guard size >= 8 else { return [:] }
        for start in stride(from: 0, through: size - 8, by: 8) {
            let job = buffer[start..<start + 8].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            counts[JobID(job), default: 0] += 1
        }
        return counts
    }

    /// Forgets all notes: their articles are settled.
    package func clear() {
        let descriptor = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC)
        if descriptor >= 0 { close(descriptor) }
    }

    /// Runs the work with its article noted for this thread.
    package static func during<Value>(_ job: JobID, _ body: () -> Value) -> Value {
        crash_note_set_job(job.rawValue)
        defer { crash_note_set_job(0) }
        return body()
    }

    /// Notes an article whose analysis does not end: the process may have to give itself up because of it.
    static func noteBlocked(_ job: JobID) { crash_note_write(job.rawValue) }

    /// Lets the calling thread note even a stack overflow.
    static func prepareThread() { _ = crash_note_prepare_thread() }
    static func releaseThread() { crash_note_release_thread() }
}
