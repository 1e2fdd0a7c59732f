import Glibc
import Journal
import TestSupport
import Testing

@Suite struct RecordLogTests {
    let directory = TestDirectory()

    @Test func recordsAreFoundByVersionAndByArticle() throws {
        let log = try RecordLog(directory: directory.path)
        let article = key(100)
        try log.append(key: key(1), article: article, time: 1, payload: [1])
        try log.append(key: key(2), time: 1, payload: [2])
        try log.append(key: key(3), article: article, kind: .tombstone, time: 1, payload: [3])
        try log.commit()
        for log in [log, try RecordLog(directory: directory.path)] {
            #expect(log.contains(key(1)) == 1)
            #expect(log.latest(forArticle: article) == 3)
            #expect(log.latest(forArticle: key(2)) == nil)
            #expect(log.lastSequence == 3 && log.nextSequence == 4 && log.firstSequence == 1)
            #expect(try log.read(3)?.kind == RecordLog.Kind.tombstone.rawValue)
        }
    }

    @Test func aFullDiskForgetsTheBatch() throws {
        let faults = FaultPlan()
        let log = try RecordLog(
            directory: directory.path, options: SegmentLogOptions(intercept: { faults.answer($0) }))
        try log.append(key: key(1), article: key(9), time: 1, payload: [1])
        try log.commit()
        try log.append(key: key(2), article: key(9), time: 1, payload: [2])
        faults.next = (.error(ENOSPC), .write)
        #expect(throws: JournalError.self) { try log.commit() }
        #expect(log.contains(key(2)) == nil)
        #expect(log.latest(forArticle: key(9)) == 1)
        #expect(log.nextSequence == 2)
    }

    @Test func oldSegmentsGoAndTheirKeysWithThem() throws {
        let log = try RecordLog(directory: directory.path, options: SegmentLogOptions(segmentBytes: 500))
        for number in 1...20 {
            try log.append(
                key: key(number), article: key(1_000 + number), time: Int64(number),
                payload: [UInt8](repeating: 1, count: 436))
            try log.commit()
        }
        #expect(try log.removeOld(now: 30, retention: 20, maximumBytes: .max) == 9)
        #expect(log.firstSequence == 10)
        #expect(log.contains(key(9)) == nil && log.latest(forArticle: key(1_009)) == nil)
        #expect(log.contains(key(10)) == 10)
        #expect(try log.removeOld(now: 30, retention: 20, maximumBytes: 564 * 5) == 6)
        #expect(log.knownKeys == 5)
    }
}
