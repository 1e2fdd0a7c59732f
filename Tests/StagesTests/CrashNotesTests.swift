import Foundation
import Pipeline
import Stages
import Testing

struct CrashNotesTests {
    @Test func notesAreCountedByArticle() throws {
        let path = NSTemporaryDirectory() + "crashes-\(UInt32.random(in: 0 ... .max))"
        defer { try? FileManager.default.removeItem(atPath: path) }
        let notes = CrashNotes(path: path)
        #expect(notes.read().isEmpty)
        var bytes = Data()
        for job: UInt64 in [7, 300, 7] { withUnsafeBytes(of: job.littleEndian) { bytes.append(contentsOf: $0) } }
        // A note that was cut off is none.
        bytes.append(contentsOf: [1, 2, 3])
        try bytes.write(to: URL(fileURLWithPath: path))
        #expect(notes.read() == [JobID(7): 2, JobID(300): 1])
        notes.clear()
        #expect(notes.read().isEmpty)
    }

    /// A fault whose signal the thread has blocked would end the process without a note.
    @Test func aCrashOnADedicatedThreadIsNoted() async throws {
        let path = NSTemporaryDirectory() + "crashes-\(UInt32.random(in: 0 ... .max))"
        defer { try? FileManager.default.removeItem(atPath: path) }
        await #expect(processExitsWith: .failure) { [path = path as String] in
            guard CrashNotes(path: path).install() else { return }
            let thread = DedicatedThread(name: "crash")
            await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
                thread.perform {
                    CrashNotes.during(JobID(7)) {
                        UnsafeMutablePointer<Int>(bitPattern: 8)?.pointee = 1
                    }
                    continuation.resume()
                }
            }
        }
        #expect(CrashNotes(path: path).read() == [JobID(7): 1])
    }
}
