import Glibc
import Journal
import TestSupport
import Synchronization
import Testing

@Suite struct SegmentLogTests {
    let directory = TestDirectory()

    @Test func entriesAreReadAsTheyWereWrittenAlsoAfterReopening() throws {
        let log = try SegmentLog(directory: directory.path)
        #expect(log.lastCommitted == nil)
        #expect(log.firstSequence == 1)
        let group = EntryKey(Array("group".utf8))
        #expect(try log.append(key: key(1), group: group, kind: 7, time: -5, payload: Array("one".utf8)) == 1)
        #expect(try log.append(key: key(2), kind: 8, time: 6, payload: []) == 2)
        #expect(try log.read(1) == nil, "not committed yet")
        try log.commit()
        let expected = [
            LogEntry(sequence: 1, time: -5, key: key(1), group: group, kind: 7, payload: Array("one".utf8)),
            LogEntry(sequence: 2, time: 6, key: key(2), kind: 8, payload: []),
        ]
        #expect(try log.read(from: 0, limit: 10, bytes: 1_000) == expected)
        let again = try SegmentLog(directory: directory.path)
        #expect(again.recovery.isClean)
        #expect(again.recovery.actions.isEmpty)
        #expect(again.recovery.entries == 2)
        #expect(try again.read(from: 1, limit: 10, bytes: 1_000) == expected)
        #expect(try again.read(2) == expected[1])
        #expect(try again.read(3) == nil)
        #expect(again.nextSequence == 3)
    }

    @Test func segmentsEndAtTheirLengthAndReadsCrossThem() throws {
        let log = try SegmentLog(directory: directory.path, options: SegmentLogOptions(segmentBytes: 1_000))
        for number in 1...100 {
            try log.append(key: key(number), kind: 1, time: Int64(number), payload: [UInt8](repeating: 1, count: 100))
            if number % 3 == 0 { try log.commit() }
        }
        try log.commit()
        #expect(TestDirectory.segments(directory.path).count > 10)
        #expect(log.segmentCount == TestDirectory.segments(directory.path).count)
        let entries = try log.read(from: 17, limit: 50, bytes: .max)
        #expect(entries.map(\.sequence) == Array(17...66))
        #expect(try log.read(from: 17, limit: 50, bytes: 350).map(\.sequence) == [17, 18, 19])
        #expect(try log.read(from: 17, limit: 50, bytes: 1).count == 1)
        #expect(try log.read(from: 101, limit: 5, bytes: .max).isEmpty)
    }

    @Test func whatIsNotCommittedIsTakenBackAndItsNumbersAreGivenAgain() throws {
        let log = try SegmentLog(directory: directory.path, options: SegmentLogOptions(bufferBytes: 100))
        try log.append(key: key(1), kind: 1, time: 1, payload: [1])
        try log.commit()
        for number in 2...9 { try log.append(key: key(number), kind: 1, time: 1, payload: [2]) }
        try log.rollBack()
        #expect(try log.append(key: key(10), kind: 1, time: 1, payload: [3]) == 2)
        try log.commit()
        #expect(try log.read(from: 1, limit: 9, bytes: 99).map(\.payload) == [[1], [3]])
        #expect(try SegmentLog(directory: directory.path).recovery.isClean)
    }

    @Test func anEntryThatIsTooLongIsRefusedAlone() throws {
        let log = try SegmentLog(directory: directory.path, options: SegmentLogOptions(maximumEntryBytes: 10))
        try log.append(key: key(1), kind: 1, time: 1, payload: [1])
        let error = #expect(throws: JournalError.self) {
            try log.append(key: key(2), kind: 1, time: 1, payload: [UInt8](repeating: 0, count: 11))
        }
        #expect(error?.code == .tooLarge)
        try log.commit()
        #expect(log.lastCommitted == 1)
    }

    @Test func aFullDiskLeavesTheLogAtItsLastCommitAndItGoesOnLater() throws {
        let faults = FaultPlan()
        let log = try SegmentLog(
            directory: directory.path, options: SegmentLogOptions(intercept: { faults.answer($0) }))
        try log.append(key: key(1), kind: 1, time: 1, payload: [1])
        try log.commit()
        for fault in [FileFault.error(ENOSPC), .shortWrite(bytes: 70, error: ENOSPC), .shortWrite(bytes: 3, error: EDQUOT)] {
            try log.append(key: key(2), kind: 1, time: 1, payload: [2])
            faults.next = (fault, .write)
            let error = #expect(throws: JournalError.self) { try log.commit() }
            #expect(error?.code == .noSpace)
            #expect(log.lastCommitted == 1)
        }
        #expect(try log.append(key: key(3), kind: 1, time: 1, payload: [3]) == 2)
        try log.commit()
        let again = try SegmentLog(directory: directory.path)
        #expect(again.recovery.isClean)
        #expect(try again.read(from: 1, limit: 9, bytes: 99).map(\.payload) == [[1], [3]])
    }

    @Test func aFullDiskWhenASegmentBeginsRefusesTheEntryOnly() throws {
        let faults = FaultPlan()
        let log = try SegmentLog(
            directory: directory.path, options: SegmentLogOptions(segmentBytes: 10, intercept: { faults.answer($0) }))
        for action in [FaultPlan.Action.create, .write] {
            faults.next = (.error(ENOSPC), action)
            let error = #expect(throws: JournalError.self) {
                try log.append(key: key(1), kind: 1, time: 1, payload: [1])
            }
            #expect(error?.code == .noSpace)
        }
        #expect(try log.append(key: key(1), kind: 1, time: 1, payload: [1]) == 1)
        try log.commit()
        faults.next = (.error(ENOSPC), .create)
        #expect(throws: JournalError.self) { try log.append(key: key(2), kind: 1, time: 1, payload: [2]) }
        #expect(try log.append(key: key(2), kind: 1, time: 1, payload: [2]) == 2)
        try log.commit()
        #expect(try SegmentLog(directory: directory.path).recovery.entries == 2)
    }

    @Test func aFullBufferThatFindsNoRoomKeepsWhatWaits() throws {
        let faults = FaultPlan()
        let log = try SegmentLog(
            directory: directory.path, options: SegmentLogOptions(bufferBytes: 200, intercept: { faults.answer($0) }))
        try log.append(key: key(1), kind: 1, time: 1, payload: [UInt8](repeating: 1, count: 100))
        faults.next = (.shortWrite(bytes: 50, error: ENOSPC), .write)
        #expect(throws: JournalError.self) {
            try log.append(key: key(2), kind: 1, time: 1, payload: [UInt8](repeating: 2, count: 100))
        }
        try log.commit()
        #expect(try SegmentLog(directory: directory.path).read(from: 1, limit: 9, bytes: 999).map(\.key) == [key(1)])
    }

    @Test func afterAFailedSyncEverythingIsRefused() throws {
        let faults = FaultPlan()
        let log = try SegmentLog(
            directory: directory.path, options: SegmentLogOptions(intercept: { faults.answer($0) }))
        try log.append(key: key(1), kind: 1, time: 1, payload: [1])
        try log.commit()
        try log.append(key: key(2), kind: 1, time: 1, payload: [2])
        faults.next = (.error(EIO), .sync)
        #expect(throws: JournalError.self) { try log.commit() }
        let calls: [() throws -> Void] = [
            { try log.commit() }, { try log.append(key: key(3), kind: 1, time: 1, payload: []) },
            { _ = try log.read(1) }, { try log.rollBack() }, { try log.removeSegments(.init(before: 9)) },
        ]
        for call in calls {
            let error = #expect(throws: JournalError.self) { try call() }
            #expect(error?.code == .syncFailed)
        }
        #expect(log.lastCommitted == 1)
    }

    @Test func aTruncationThatFailsRefusesEverythingToo() throws {
        let faults = FaultPlan()
        let log = try SegmentLog(
            directory: directory.path, options: SegmentLogOptions(intercept: { faults.answer($0) }))
        try log.append(key: key(1), kind: 1, time: 1, payload: [1])
        faults.always = [.write: .shortWrite(bytes: 9, error: ENOSPC), .truncate: .error(EIO)]
        let error = #expect(throws: JournalError.self) { try log.commit() }
        #expect(error?.code == .syncFailed || error?.code == .noSpace)
        faults.always = [:]
        #expect(throws: JournalError.self) { try log.append(key: key(1), kind: 1, time: 1, payload: [1]) }
        let again = try SegmentLog(directory: directory.path)
        #expect(again.recovery.faults.map(\.kind) == [.tornTail])
        #expect(again.nextSequence == 1)
    }

    @Test func segmentsAreRemovedByNumberAgeAndBytes() throws {
        let log = try SegmentLog(directory: directory.path, options: SegmentLogOptions(segmentBytes: 200))
        for number in 1...20 {
            try log.append(key: key(number), kind: 1, time: Int64(number), payload: [UInt8](repeating: 1, count: 200))
            try log.commit()
        }
        #expect(try log.removeSegments(.init(before: 4)) == [1..<2, 2..<3, 3..<4])
        #expect(log.firstSequence == 4)
        #expect(try log.removeSegments(.init(olderThan: 6)) == [4..<5, 5..<6])
        #expect(try log.removeSegments(.init(beyondBytes: log.bytes - 1)) == [6..<7])
        #expect(try log.read(6) == nil)
        #expect(try log.read(7)?.key == key(7))
        #expect(try log.removeSegments(.init(beyondBytes: 0)).count == 13, "all but the one written to")
        #expect(try log.removeSegments(.init(olderThan: 21)) == [20..<21])
        #expect(TestDirectory.segments(directory.path).isEmpty)
        #expect(log.firstSequence == 21)
        let again = try SegmentLog(directory: directory.path)
        #expect(again.recovery.isClean)
        #expect(again.nextSequence == 21, "numbers are not given twice even when all segments are gone")
        #expect(again.lastCommitted == 20)
        #expect(try again.append(key: key(1), kind: 1, time: 1, payload: []) == 21)
        try again.commit()
        #expect(TestDirectory.segments(directory.path) == ["00000000000000000021.log"])
    }

    @Test func aNewerFormatIsRefusedClearly() throws {
        let log = try SegmentLog(directory: directory.path)
        try log.append(key: key(1), kind: 1, time: 1, payload: [1])
        try log.commit()
        let path = "\(directory.path)/00000000000000000001.log"
        Bytes.change(path) { bytes in
            bytes[8] = 2
            let crc = bytes.withUnsafeBytes { crc32c(UnsafeRawBufferPointer(rebasing: $0[0..<60])) }
            withUnsafeBytes(of: crc.littleEndian) { bytes.replaceSubrange(60..<64, with: $0) }
        }
        let before = Bytes.read(path)
        let error = #expect(throws: JournalError.self) { try SegmentLog(directory: directory.path) }
        #expect(error?.code == .newerFormat)
        #expect(error?.description.contains("format 2") == true)
        #expect(Bytes.read(path) == before)
    }

    @Test func aDirectoryThatCannotBeMadeSaysWhy() {
        let error = #expect(throws: JournalError.self) { try SegmentLog(directory: "/proc/none/here") }
        #expect(error?.description.contains("create the directory") == true)
    }
}

/// Faults that a test wants.
final class FaultPlan: Sendable {
    enum Action: Hashable { case create, write, sync, truncate }

    private struct State {
        var next: (FileFault, Action)?
        var always: [Action: FileFault] = [:]
    }

    private let state = Mutex(State())

    /// Happens once, at the next such action.
    var next: (FileFault, Action)? {
        get { state.withLock { $0.next } }
        set { state.withLock { $0.next = newValue } }
    }

    var always: [Action: FileFault] {
        get { state.withLock { $0.always } }
        set { state.withLock { $0.always = newValue } }
    }

    func answer(_ operation: FileOperation) -> FileFault? {
        let action: Action =
            switch operation {
            case .create: .create
            case .write: .write
            case .sync: .sync
            case .truncate: .truncate
            }
        return state.withLock { state in
            if let fault = state.always[action] { return fault }
            guard let next = state.next, next.1 == action else { return nil }
            state.next = nil
            return next.0
        }
    }
}
