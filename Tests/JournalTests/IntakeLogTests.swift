import Glibc
import Journal
import TestSupport
import Testing

@Suite struct IntakeLogTests {
    let directory = TestDirectory()
    private let small = SegmentLogOptions(segmentBytes: 1_000)

    private func log(_ options: SegmentLogOptions? = nil) throws -> IntakeLog {
        try IntakeLog(directory: directory.path, options: options ?? small)
    }

    private func accept(_ numbers: ClosedRange<Int>, into log: IntakeLog) throws {
        for number in numbers {
            try log.append(key: key(number), time: Int64(number), payload: [UInt8](repeating: 1, count: 100))
            if number % 4 == 0 { try log.commit() }
        }
        try log.commit()
    }

    @Test func keysAreKnownAndWhatIsNotFinishedIsOpenAfterARestart() throws {
        let log = try log()
        try accept(1...30, into: log)
        #expect(log.contains(key(7)) == 7)
        #expect(log.contains(key(31)) == nil)
        for sequence in [3, 4, 5, 30] as [UInt64] { #expect(try log.complete(sequence, .published)) }
        #expect(try !log.complete(3, .dead), "finished before")
        #expect(try !log.complete(99, .dead))
        #expect(log.openCount == 26 && log.openBytes == 2_600)
        #expect(log.openSequences(from: 2, limit: 4) == [2, 6, 7, 8])
        try log.flushCompletions()
        let again = try self.log()
        #expect(again.openCount == 26 && again.openBytes == 2_600)
        #expect(again.openSequences(from: 1, limit: 99) == [1, 2] + Array(6...29))
        #expect(again.contains(key(3)) == 3)
        #expect(again.isCompleted(3) && !again.isCompleted(6))
        #expect(try again.payload(of: 6)?.key == key(6))
        #expect(again.knownKeys == 30)
    }

    @Test func marksThatWereNotWrittenOrAreDamagedOnlyMeanThatArticlesRunAgain() throws {
        let log = try log()
        try accept(1...4, into: log)
        for sequence in 1...3 as ClosedRange<UInt64> { try log.complete(sequence, .published) }
        #expect(try self.log().openCount == 4)
        try log.flushCompletions()
        Bytes.change("\(directory.path)/00000000000000000001.done") { bytes in
            bytes[17] ^= 1
            bytes.removeLast(3)
        }
        let again = try self.log()
        #expect(again.unreadableMarks == 2)
        #expect(again.openSequences(from: 1, limit: 9) == [2, 3, 4])
        try again.complete(2, .published)
        try again.flushCompletions()
        let mended = try self.log()
        #expect(mended.openSequences(from: 1, limit: 9) == [3, 4])
        #expect(mended.unreadableMarks == 0)
        #expect(TestDirectory.names("\(directory.path)/damaged").count == 1)
    }

    @Test func withoutRoomForACopyDamagedMarksStay() throws {
        let log = try log()
        try accept(1...4, into: log)
        for sequence in 1...3 as ClosedRange<UInt64> { try log.complete(sequence, .published) }
        try log.flushCompletions()
        let marks = "\(directory.path)/00000000000000000001.done"
        Bytes.change(marks) { $0[17] ^= 1 }
        let damaged = Bytes.read(marks)
        let faults = FaultPlan()
        faults.next = (.error(ENOSPC), .create)
        let full = try self.log(SegmentLogOptions(intercept: { faults.answer($0) }))
        #expect(full.unreadableMarks == 1 && full.openSequences(from: 1, limit: 9) == [2, 4])
        #expect(Bytes.read(marks) == damaged)
        #expect(try self.log().unreadableMarks == 1)
        #expect(try self.log().unreadableMarks == 0)
    }

    @Test func aFullDiskForgetsTheBatchAndItsKeys() throws {
        let faults = FaultPlan()
        let log = try log(SegmentLogOptions(intercept: { faults.answer($0) }))
        try accept(1...4, into: log)
        try log.append(key: key(5), time: 1, payload: [1, 2])
        try log.append(key: key(1), time: 1, payload: [1, 2, 3])
        #expect(log.openCount == 6 && log.contains(key(1)) == 6)
        faults.next = (.error(ENOSPC), .write)
        #expect(throws: JournalError.self) { try log.commit() }
        #expect(log.contains(key(5)) == nil)
        #expect(log.contains(key(1)) == 1)
        #expect(log.openCount == 4 && log.openBytes == 400)
        #expect(log.openSequences(from: 1, limit: 9) == [1, 2, 3, 4])
        // Marks wait for room.
        try log.complete(1, .dead)
        faults.always = [.write: .shortWrite(bytes: 5, error: ENOSPC)]
        try log.flushCompletions()
        faults.always = [:]
        try log.flushCompletions()
        #expect(try self.log().openSequences(from: 1, limit: 9) == [2, 3, 4])
    }

    @Test func aRetriedArticleIsANewEntry() throws {
        let log = try log()
        try accept(1...4, into: log)
        try log.complete(2, .dead)
        try log.append(key: key(2), time: 9, payload: [9])
        try log.commit()
        try log.flushCompletions()
        let again = try self.log()
        #expect(again.contains(key(2)) == 5)
        #expect(again.openSequences(from: 1, limit: 9) == [1, 3, 4, 5])
    }

    @Test func onlyFinishedSegmentsAreRemoved() throws {
        let log = try log()
        try accept(1...40, into: log)
        for sequence in 1...40 as ClosedRange<UInt64> where sequence != 13 { try log.complete(sequence, .published) }
        #expect(try log.removeFinished(now: 20, retention: 1_000, maximumBytes: .max) == 0)
        #expect(try log.removeFinished(now: 20, retention: 10, maximumBytes: .max) == 1)
        #expect(log.contains(key(1)) == nil)
        #expect(log.contains(key(13)) == 13)
        try log.flushCompletions()
        let removed = try log.removeFinished(now: 20, retention: 1_000, maximumBytes: 0)
        #expect(removed == 2)
        #expect(log.openSequences(from: 1, limit: 9) == [13])
        #expect(try log.payload(of: 13) != nil)
        let done = TestDirectory.names(directory.path).filter { $0.hasSuffix(".done") }
        #expect(done.count <= TestDirectory.segments(directory.path).count)
        let again = try self.log()
        #expect(again.openSequences(from: 1, limit: 9) == [13])
        #expect(again.contains(key(13)) == 13 && again.nextSequence == 41)
    }

    /// Accepted articles are open until they are finished, whatever crashes in between.
    @Test func randomCrashesLoseNoAcceptedArticle() throws {
        var random = SeededGenerator.announced("intake log")
        var log = try log()
        var accepted: [UInt64: EntryKey] = [:]
        var waiting: [(UInt64, EntryKey)] = []
        var finished: Set<UInt64> = []
        var flushed: Set<UInt64> = []
        var number = 0
        for _ in 0..<(3_000 * Seeds.scale) {
            switch random.below(20) {
            case 0..<9:
                number += 1
                let length = random.below(120)
                waiting.append((try log.append(key: key(number), time: 1, payload: random.bytes(length)), key(number)))
            case 9..<13:
                try log.commit()
                for (sequence, key) in waiting { accepted[sequence] = key }
                waiting = []
            case 13..<17:
                guard let sequence = accepted.keys.filter({ !finished.contains($0) }).min() else { continue }
                try log.complete(sequence, .published)
                finished.insert(sequence)
            case 17:
                try log.flushCompletions()
                flushed = finished
            case 18:
                guard random.chance(30) else { continue }
                let first = log.firstSequence
                try log.removeFinished(now: 10, retention: 0, maximumBytes: .max)
                for sequence in first..<max(first, log.firstSequence) { accepted[sequence] = nil }
                for sequence in accepted.keys where log.contains(accepted[sequence] ?? .none) == nil {
                    #expect(finished.contains(sequence))
                    accepted[sequence] = nil
                }
            default:
                guard random.chance(40) else { continue }
                log = try self.log()
                finished = finished.filter { flushed.contains($0) }
                // Written and not committed: may have come through.
                for (sequence, key) in waiting where log.contains(key) == sequence { accepted[sequence] = key }
                waiting = []
            }
            guard waiting.isEmpty else { continue }
            let open = accepted.keys.filter { !finished.contains($0) }.sorted()
            #expect(log.openCount == open.count)
            if random.chance(5) { #expect(log.openSequences(from: 0, limit: .max) == open) }
        }
        #expect(accepted.allSatisfy { log.contains($0.value) == $0.key })
    }
}
