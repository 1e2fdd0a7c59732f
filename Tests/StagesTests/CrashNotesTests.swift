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
}
