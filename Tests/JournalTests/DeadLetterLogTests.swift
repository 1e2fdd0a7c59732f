import Glibc
import Journal
import TestSupport
import Testing

@Suite struct DeadLetterLogTests {
    let directory = TestDirectory()

    private func log(_ options: DeadLetterLog.Options = .init(log: .init(segmentBytes: 500))) throws -> DeadLetterLog {
        try DeadLetterLog(directory: directory.path, options: options)
    }

    private func bury(_ numbers: ClosedRange<Int>, in log: DeadLetterLog) throws {
        for number in numbers {
            try log.append(
                articleID: "article \(number)", stage: "entities", reason: "ran over its time: é", tries: number,
                time: Int64(number), payload: [UInt8](repeating: UInt8(number), count: 50))
        }
        try log.commit()
    }

    @Test func lettersAreListedAndReadAlsoAfterReopening() throws {
        let first = try log()
        try bury(1...5, in: first)
        for log in [first, try log()] {
            #expect(log.list().map(\.sequence) == [1, 2, 3, 4, 5])
            let letter = try #require(try log.letter(3))
            #expect(letter.articleID == "article 3" && letter.stage == "entities" && letter.tries == 3)
            #expect(letter.reason == "ran over its time: é" && letter.time == 3 && letter.payloadBytes == 50)
            #expect(try log.payload(of: 3) == [UInt8](repeating: 3, count: 50))
            #expect(log.letter(articleID: "article 4")?.sequence == 4)
            #expect(log.openBytes == 250)
            #expect(try log.letter(6) == nil)
        }
    }

    @Test func resolutionsLastAndEmptySegmentsGo() throws {
        let log = try log()
        for number in 1...20 { try bury(number...number, in: log) }
        try log.resolve(7, .purged, time: 30)
        try log.resolve([1, 2, 3, 4, 5, 6], .retried, time: 30)
        #expect(throws: JournalError.self) { try log.resolve(7, .retried, time: 31) }
        let removed = try log.compact()
        #expect(removed >= 1)
        let again = try self.log()
        #expect(again.list().map(\.sequence) == Array(8...20))
        try again.resolve(again.list().map(\.sequence), .purged, time: 40)
        try again.compact()
        #expect(TestDirectory.segments(directory.path).isEmpty)
        let empty = try self.log()
        #expect(empty.openCount == 0 && empty.recovery.isClean)
        try bury(1...1, in: empty)
        #expect(empty.list().map(\.sequence) == [41], "20 letters and 20 resolutions came before")
    }

    @Test func theOldestMakeRoom() throws {
        let options = DeadLetterLog.Options(maximumLetters: 10, maximumBytes: 300)
        let log = try log(options)
        try bury(1...12, in: log)
        #expect(log.list().count == 6 && log.displaced == 6)
        #expect(log.list().first?.articleID == "article 7")
        #expect(try self.log(options).list() == log.list())
    }

    @Test func aFullDiskBringsBackWhatWasTakenOff() throws {
        let faults = FaultPlan()
        let log = try log(.init(log: .init(intercept: { faults.answer($0) })))
        try bury(1...3, in: log)
        faults.next = (.error(ENOSPC), .write)
        #expect(throws: JournalError.self) { try log.resolve(2, .purged, time: 1) }
        #expect(log.list().map(\.sequence) == [1, 2, 3])
        faults.next = (.error(ENOSPC), .write)
        #expect(throws: JournalError.self) { try bury(4...4, in: log) }
        #expect(log.list().map(\.sequence) == [1, 2, 3] && log.openBytes == 150)
        try log.resolve(2, .purged, time: 1)
        #expect(try self.log().list().map(\.sequence) == [1, 3])
    }

    @Test func longReasonsAreCutBetweenScalars() throws {
        let log = try log()
        try log.append(
            articleID: "", stage: "s", reason: String(repeating: "é", count: 5_000) , tries: 1, time: 1, payload: [])
        try log.commit()
        let reason = try #require(try self.log().letter(1)?.reason)
        #expect(reason == String(repeating: "é", count: 2_048))
    }
}
