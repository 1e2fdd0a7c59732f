import Glibc
import Journal
import Testing

@Suite struct StateDirectoryLockTests {
    @Test func aSecondHolderIsRefusedAndToldWhoHoldsIt() throws {
        let directory = TestDirectory()
        let path = "\(directory.path)/a/state"
        var lock: StateDirectoryLock? = try StateDirectoryLock(directory: path)
        let error = #expect(throws: JournalError.self) { try StateDirectoryLock(directory: path) }
        #expect(error?.code == .locked)
        #expect(error?.description.contains("process \(getpid())") == true)
        _ = lock
        lock = nil
        _ = try StateDirectoryLock(directory: path)
    }
}
