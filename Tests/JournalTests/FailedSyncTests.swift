import Glibc
import Synchronization
import Testing

import Journal
import TestSupport

/// Remembers what a log asked of the system, in order.
private final class Witness: Sendable {
    private let seen = Mutex<[FileOperation]>([])

    var operations: [FileOperation] { seen.withLock { $0 } }

    func note(_ operation: FileOperation) -> FileFault? {
        seen.withLock { $0.append(operation) }
        return nil
    }
}

/// After a sync that failed, Linux takes the pages for written: they are read as if all were well, and the next sync succeeds
/// without them.
struct FailedSyncTests {
    let directory = TestDirectory()

    /// Two entries are committed, the sync of `dropped` more fails.
    private func logAfterFailedSync(dropped: Int) throws {
        let faults = FaultPlan()
        let log = try SegmentLog(directory: directory.path, options: SegmentLogOptions(intercept: { faults.answer($0) }))
        for number in 1...2 { try log.append(key: key(number), kind: 1, time: 1, payload: [UInt8](repeating: 7, count: 100)) }
        try log.commit()
        for number in 3..<(3 + dropped) {
            try log.append(key: key(number), kind: 1, time: 1, payload: [UInt8](repeating: 8, count: 1_000))
        }
        faults.next = (.error(EIO), .sync)
        let error = #expect(throws: JournalError.self) { try log.commit() }
        #expect(error?.code == .syncFailed)
        #expect(error?.isPassing == false)
    }

    @Test func whatAFailedSyncMayHaveDroppedIsWrittenAgainBeforeItCounts() throws {
        try logAfterFailedSync(dropped: 3)
        let witness = Witness()
        let log = try SegmentLog(directory: directory.path, options: SegmentLogOptions(intercept: { witness.note($0) }))
        #expect(log.lastCommitted == 5)
        let segment = "\(directory.path)/\(TestDirectory.segments(directory.path)[0])"
        let length = Bytes.read(segment).count
        let written = witness.operations.firstIndex {
            if case .write(segment, let bytes) = $0 { bytes > 3_000 && bytes < length } else { false }
        }
        let synced = witness.operations.lastIndex(of: .sync(path: segment))
        #expect(try #require(written) < #require(synced))
        for number in 1...5 { #expect(try log.read(UInt64(number)) != nil) }
    }

    @Test func aSyncThatFailsAtTheNextStartFailsTheStart() throws {
        try logAfterFailedSync(dropped: 1)
        let faults = FaultPlan()
        faults.always = [.sync: .error(EIO)]
        let options = SegmentLogOptions(intercept: { faults.answer($0) })
        let error = #expect(throws: JournalError.self) { _ = try SegmentLog(directory: directory.path, options: options) }
        #expect(error?.code == .syncFailed)
        #expect(try SegmentLog(directory: directory.path).lastCommitted == 3)
    }

    /// Else a power cut would leave numbers that count as given, and no entries that have them.
    @Test func numbersAreNotedOnlyOnceTheirEntriesAreOnDisk() throws {
        try logAfterFailedSync(dropped: 1)
        let mark = Bytes.read("\(directory.path)/high-water")
        let options = SegmentLogOptions(intercept: { if case .sync = $0 { .error(EIO) } else { nil } })
        #expect(throws: JournalError.self) { _ = try SegmentLog(directory: directory.path, options: options) }
        #expect(Bytes.read("\(directory.path)/high-water") == mark)
    }

    @Test func whatWasSyncedIsNotWrittenAgain() throws {
        do {
            let log = try SegmentLog(directory: directory.path)
            try log.append(key: key(1), kind: 1, time: 1, payload: [1])
            try log.commit()
        }
        let witness = Witness()
        let log = try SegmentLog(directory: directory.path, options: SegmentLogOptions(intercept: { witness.note($0) }))
        #expect(log.lastCommitted == 1)
        let writes = witness.operations.filter { if case .write = $0 { true } else { false } }
        #expect(writes == [])
    }

    @Test(arguments: [ENOSPC, EDQUOT, EROFS, EMFILE, ENFILE, ENOMEM])
    func aRefusalThatPassesLeavesTheLogAsItWas(number: Int32) throws {
        let faults = FaultPlan()
        let log = try IntakeLog(directory: directory.path, options: SegmentLogOptions(intercept: { faults.answer($0) }))
        try log.append(key: key(1), time: 1, payload: [1])
        try log.commit()
        // A disk that cannot be written cannot be cut either.
        faults.always = [.write: .error(number), .create: .error(number)]
        try log.append(key: key(2), time: 1, payload: [2])
        let error = #expect(throws: JournalError.self) { try log.commit() }
        #expect(error?.isPassing == true)
        #expect(throws: JournalError.self) { try log.tryRoom() }
        #expect(try log.complete(1, .published))
        try log.flushCompletions()
        faults.always = [:]
        try log.tryRoom()
        try log.append(key: key(2), time: 1, payload: [2])
        try log.commit()
        try log.flushCompletions()
        let again = try IntakeLog(directory: directory.path)
        #expect(again.openSequences(from: 1, limit: 9) == [2])
    }
}
