import Glibc
import Journal
import TestSupport
import Testing

@Suite struct SegmentLogRecoveryTests {
    let directory = TestDirectory()
    var first: String { "\(directory.path)/00000000000000000001.log" }

    private func write(_ count: Int, segmentBytes: Int = 1 << 20) throws {
        let log = try SegmentLog(directory: directory.path, options: SegmentLogOptions(segmentBytes: segmentBytes))
        for number in 1...count {
            try log.append(key: key(number), kind: 1, time: 1, payload: [UInt8](repeating: UInt8(number), count: 36))
            try log.commit()
        }
    }

    @Test func oneFlippedBitCostsOneEntryAndTheDamagedBytesAreKept() throws {
        try write(5)
        Bytes.change(first) { $0[64 + 100 + 70] ^= 4 }
        let damaged = Array(Bytes.read(first)[164..<264])
        let log = try SegmentLog(directory: directory.path)
        #expect(try log.read(from: 1, limit: 9, bytes: .max).map(\.sequence) == [1, 3, 4, 5])
        let fault = try #require(log.recovery.faults.first)
        #expect(fault.kind == .damage)
        #expect(fault.offset == 164 && fault.bytes == 100)
        #expect(fault.lost == 2...2)
        #expect(Bytes.read("\(directory.path)/\(try #require(fault.copy))") == damaged)
        #expect(fault.description.contains("entry 2"))
        #expect(!log.recovery.isClean && fault.description.contains("copied to"))
        // Opened again, it is told again as history and copied no second time.
        let again = try SegmentLog(directory: directory.path)
        let history = try #require(again.recovery.faults.first)
        #expect(again.recovery.isClean && history.isSetAside && history.description.contains("set aside before"))
        #expect(history.range == fault.range && history.lost == fault.lost && history.copy == fault.copy)
        #expect(TestDirectory.names("\(directory.path)/damaged").count == 1)
    }

    @Test func aDamagedEndIsCutOffAndItsNumbersAreNotGivenAgain() throws {
        try write(5)
        Bytes.change(first) { $0[$0.count - 1] ^= 1 }
        let log = try SegmentLog(directory: directory.path)
        #expect(log.recovery.lostAtEnd == 5...5)
        #expect(log.recovery.faults.map(\.kind) == [.tornTail])
        #expect(try log.append(key: key(9), kind: 1, time: 1, payload: []) == 6)
        try log.commit()
        let again = try SegmentLog(directory: directory.path)
        #expect(again.recovery.isClean)
        #expect(again.recovery.absent == [5...5])
        #expect(try again.read(from: 1, limit: 9, bytes: .max).map(\.sequence) == [1, 2, 3, 4, 6])
    }

    @Test func aDamagedFileHeaderCostsNothing() throws {
        try write(5)
        Bytes.change(first) { for index in 0..<64 { $0[index] = 0 } }
        let log = try SegmentLog(directory: directory.path)
        #expect(log.recovery.faults.map(\.kind) == [.header])
        #expect(try log.read(from: 1, limit: 9, bytes: .max).count == 5)
        #expect(try SegmentLog(directory: directory.path).recovery.isClean)
    }

    @Test func filesOfOthersAreLeftAloneOrMovedAway() throws {
        try write(30, segmentBytes: 1_000)
        Bytes.write(Array("hello".utf8), "\(directory.path)/notes.txt")
        Bytes.write([UInt8](repeating: 65, count: 5_000), "\(directory.path)/00000000000000000900.log")
        Bytes.write([], "\(directory.path)/00000000000000000901.log")
        let log = try SegmentLog(directory: directory.path)
        #expect(log.recovery.foreignFiles == ["notes.txt"])
        #expect(log.recovery.faults.map(\.kind) == [.foreign, .tornTail])
        #expect(Bytes.read("\(directory.path)/damaged/00000000000000000900.log").count == 5_000)
        #expect(Bytes.read("\(directory.path)/notes.txt").count == 5)
        #expect(try log.read(from: 1, limit: 99, bytes: .max).count == 30)
        #expect(log.nextSequence >= 901)
        try log.append(key: key(1), kind: 1, time: 1, payload: [])
        try log.commit()
        #expect(try SegmentLog(directory: directory.path).recovery.faults.isEmpty)
    }

    @Test func whatAFileThatIsMovedAwayProvedIsProvenAgain() throws {
        try write(5)
        Bytes.change(first) { $0.removeSubrange(264...) }
        #expect(try SegmentLog(directory: directory.path).recovery.lostAtEnd == 3...5)
        // The empty segment that began at 6 is no segment any more.
        Bytes.change("\(directory.path)/00000000000000000006.log") { $0[0] ^= 1 }
        #expect(try SegmentLog(directory: directory.path).recovery.faults.map(\.kind) == [.foreign])
        let checked = try JournalInspection.check(.records, directory: directory.path)
        #expect(checked.isClean && checked.recovery.absent == [3...5])
        unlink("\(directory.path)/high-water")
        #expect(try SegmentLog(directory: directory.path).nextSequence == 6)
    }

    @Test func aMissingSegmentIsTold() throws {
        try write(30, segmentBytes: 1_000)
        let names = TestDirectory.segments(directory.path)
        unlink("\(directory.path)/\(names[1])")
        let log = try SegmentLog(directory: directory.path)
        #expect(log.recovery.absent.count == 1)
        #expect(log.recovery.absent.first?.lowerBound == UInt64(names[1].prefix(20)))
        unlink("\(directory.path)/\(names[names.count - 1])")
        let again = try SegmentLog(directory: directory.path)
        #expect(again.recovery.lostAtEnd?.upperBound == 30)
        #expect(again.nextSequence == 31)
    }

    @Test func withoutRoomForACopyNothingIsCut() throws {
        try write(3)
        let intact = Bytes.read(first).count
        Bytes.change(first) { $0 += [UInt8](repeating: 7, count: 500) }
        let faults = FaultPlan()
        faults.next = (.error(ENOSPC), .create)
        let log = try SegmentLog(directory: directory.path, options: .init(intercept: { faults.answer($0) }))
        #expect(log.recovery.faults.map(\.copy) == [nil])
        #expect(Bytes.read(first).count == intact + 500)
        #expect(try log.append(key: key(4), kind: 1, time: 1, payload: []) == 4)
        try log.commit()
        let again = try SegmentLog(directory: directory.path)
        #expect(try again.read(from: 1, limit: 9, bytes: .max).map(\.sequence) == [1, 2, 3, 4])
        #expect(again.recovery.faults.first?.copy != nil)
    }

    @Test func checkChangesNothingAndRepairMends() throws {
        let state = TestDirectory()
        let intake = try IntakeLog(directory: "\(state.path)/intake")
        for number in 1...4 { try intake.append(key: key(number), time: 1, payload: [UInt8](repeating: 1, count: 36)) }
        try intake.commit()
        try intake.complete(2, .published)
        try intake.flushCompletions()
        let letters = try DeadLetterLog(directory: "\(state.path)/dead-letters")
        for number in 1...3 {
            try letters.append(articleID: "a\(number)", stage: "sink", reason: "r", tries: 1, time: 1, payload: [1])
        }
        try letters.resolve(2, .purged, time: 2)
        #expect(try JournalInspection.check(stateDirectory: state.path).allSatisfy(\.isClean))
        let path = "\(state.path)/intake/00000000000000000001.log"
        Bytes.change(path) { bytes in
            bytes[170] ^= 1
            bytes += [1, 2, 3]
        }
        Bytes.change("\(state.path)/intake/00000000000000000001.done") { $0 += [1, 2, 3] }
        let before = Bytes.read(path)
        let reports = try JournalInspection.check(stateDirectory: state.path)
        #expect(Bytes.read(path) == before)
        #expect(TestDirectory.names("\(state.path)/intake").contains("damaged") == false)
        #expect(reports.map(\.log) == [.intake, .deadLetters])
        #expect(reports.map(\.open) == [3, 2])
        #expect(reports[0].recovery.faults.map(\.offset) == [164, 464])
        #expect(reports[0].unreadableMarks == 1)
        #expect(!reports[0].isClean && reports[1].isClean)
        var exported: [UInt64] = []
        _ = try JournalInspection.export(.intake, directory: "\(state.path)/intake") { exported.append($0.sequence) }
        #expect(exported == [1, 3, 4])
        let repaired = try JournalInspection.repair(stateDirectory: state.path)
        #expect(repaired[0].recovery.actions.count == 1)
        #expect(repaired[0].open == 3)
        #expect(Bytes.read(path).count == 464)
        #expect(repaired[0].unreadableMarks == 1 && !repaired[0].isClean)
        #expect(TestDirectory.names("\(state.path)/intake/damaged").count == 3)
        let checked = try JournalInspection.check(stateDirectory: state.path)
        #expect(checked.map(\.isClean) == [true, true])
        #expect(checked[0].recovery.faults.map(\.offset) == [164])
        #expect(checked[0].open == 3)
        #expect(try JournalInspection.repair(stateDirectory: state.path).allSatisfy(\.isClean))
    }

    @Test func damageIsHistoryOnceItIsSetAsideAndNewDamageIsNot() throws {
        try write(30, segmentBytes: 1_000)
        let names = TestDirectory.segments(directory.path)
        Bytes.change(first) { bytes in
            bytes[3] ^= 1
            bytes[170] ^= 1
            bytes[bytes.count - 1] ^= 1
        }
        Bytes.write([], "\(directory.path)/\(names[1])")
        let found = try JournalInspection.check(.records, directory: directory.path)
        #expect(!found.isClean && !found.recovery.faults.contains(where: \.isSetAside))
        #expect(found.recovery.faults.map(\.kind) == [.header, .damage, .damage, .foreign])
        #expect(try !JournalInspection.repair(.records, directory: directory.path).isClean)
        let mended = try JournalInspection.check(.records, directory: directory.path)
        #expect(mended.isClean, "\(mended.recovery)")
        #expect(mended.recovery.faults.map(\.kind) == [.header, .damage, .damage])
        #expect(mended.recovery.faults.compactMap(\.copy).count == 3)
        // The same place, other bytes.
        Bytes.change(first) { $0[171] ^= 1 }
        let again = try JournalInspection.check(.records, directory: directory.path)
        #expect(!again.isClean)
        #expect(again.recovery.faults.map(\.isSetAside) == [true, false, true])
        // A copy that somebody removed is no history either.
        TestDirectory.remove("\(directory.path)/damaged")
        #expect(try !JournalInspection.check(.records, directory: directory.path).recovery.faults.contains(where: \.isSetAside))
    }

    @Test func anEndThatIsCopiedAndNotYetCutIsNoHistory() throws {
        try write(3)
        let torn = [UInt8](repeating: 7, count: 90)
        Bytes.change(first) { $0 += torn }
        _ = try SegmentLog(directory: directory.path)
        Bytes.change(first) { $0 += torn }
        let report = try JournalInspection.check(.records, directory: directory.path)
        #expect(!report.isClean && report.recovery.faults.map(\.isSetAside) == [false])
    }

    @Test func anExportedLineIsJSONWithThePayloadInBase64() {
        let entry = LogEntry(
            sequence: 3, time: 4, key: EntryKey([0xAB]), kind: 1, payload: Array("any carnal pleas".utf8))
        #expect(
            entry.jsonLine
                == #"{"sequence":3,"time":4,"kind":1,"key":"ab000000000000000000000000000000","payload":"YW55IGNhcm5hbCBwbGVhcw=="}"#
        )
    }
}
