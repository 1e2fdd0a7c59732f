import Glibc
import Journal
import Testing

@Suite struct LogOutlineTests {
    let directory = TestDirectory()
    private let options = SegmentLogOptions(segmentBytes: 600)

    private func intake(_ count: Int, done: Set<UInt64>) throws {
        let log = try IntakeLog(directory: directory.path, options: options)
        for number in 1...count {
            try log.append(key: key(number), time: Int64(number), payload: [UInt8](repeating: 1, count: 40))
            try log.commit()
        }
        for sequence in done.sorted() { try log.complete(sequence, sequence.isMultiple(of: 2) ? .dead : .published) }
        try log.flushCompletions()
    }

    @Test func theIntakeLogIsToldAsItsOwnerWouldTellIt() throws {
        try intake(50, done: Set(1...30).union([40]))
        let outline = try LogOutline.intake(directory: directory.path)
        #expect(outline.lastSequence == 50 && outline.open == 19)
        let log = try IntakeLog(directory: directory.path, options: options)
        #expect(log.openCount == 19 && log.bytes == outline.bytes)
        #expect(try LogOutline.outcome(of: 30, directory: directory.path) == .dead)
        #expect(try LogOutline.outcome(of: 29, directory: directory.path) == .published)
        #expect(try LogOutline.outcome(of: 35, directory: directory.path) == nil)
    }

    @Test func nothingIsChangedAndTheOwnerMayBeThere() throws {
        try intake(50, done: [1, 2])
        let lock = try StateDirectoryLock(directory: directory.path)
        let before = TestDirectory.names(directory.path).map { Bytes.read("\(directory.path)/\($0)") }
        _ = try LogOutline.intake(directory: directory.path)
        _ = try LogOutline.records(directory: directory.path)
        _ = try LogOutline.find(keys: [key(3)], directory: directory.path) { false }
        #expect(TestDirectory.names(directory.path).map { Bytes.read("\(directory.path)/\($0)") } == before)
        withExtendedLifetime(lock) {}
    }

    @Test func anEntryIsFoundByItsKeyTheLatestFirst() throws {
        try intake(50, done: [])
        let (found, isWhole) = try LogOutline.find(keys: [key(7), key(30)], directory: directory.path) { false }
        #expect(found?.sequence == 30 && found?.time == 30 && isWhole)
        let (missing, wasWhole) = try LogOutline.find(keys: [key(99)], directory: directory.path) { false }
        #expect(missing == nil && wasWhole)
        // No time is left.
        let (late, isLateWhole) = try LogOutline.find(keys: [key(7)], directory: directory.path) { true }
        #expect(late == nil && !isLateWhole)
    }

    @Test func recordsAreFoundByTheirArticle() throws {
        let log = try RecordLog(directory: directory.path, options: options)
        for number in 1...20 {
            try log.append(key: key(number), article: key(1_000 + number % 5), time: Int64(number), payload: [1, 2, 3])
        }
        try log.commit()
        let outline = try LogOutline.records(directory: directory.path)
        #expect(outline.firstSequence == 1 && outline.lastSequence == 20 && outline.bytes == log.bytes)
        let (found, _) = try LogOutline.find(keys: [], group: key(1_002), directory: directory.path) { false }
        #expect(found?.sequence == 17)
    }

    @Test func withoutItsHighWaterFileALogTellsItsLastEntry() throws {
        try intake(50, done: [50])
        unlink("\(directory.path)/high-water")
        let outline = try LogOutline.intake(directory: directory.path)
        #expect(outline.lastSequence == 50 && outline.open == 49)
    }

    @Test func openDeadLettersAreReadWithTheirArticles() throws {
        let log = try DeadLetterLog(directory: directory.path, options: .init(log: options))
        for number in 1...30 {
            try log.append(
                articleID: "a\(number)", stage: "sink", reason: "it broke", tries: number, time: 5,
                payload: [UInt8](repeating: UInt8(number), count: 10))
        }
        try log.commit()
        try log.resolve([3, 5], .retried, time: 6)
        let (letters, isWhole) = try LogOutline.deadLetters(directory: directory.path) { false }
        #expect(isWhole && letters == log.list())
        let found = try #require(try LogOutline.deadLetter(7, directory: directory.path))
        #expect(found.letter.articleID == "a7" && found.payload == [UInt8](repeating: 7, count: 10))
        #expect(try LogOutline.deadLetter(99, directory: directory.path) == nil)
    }

    @Test func anEmptyDirectoryHasNothingAndAMissingOneIsAFault() throws {
        let intake = try LogOutline.intake(directory: directory.path)
        #expect(intake.lastSequence == 0 && intake.open == 0 && intake.bytes == 0)
        let records = try LogOutline.records(directory: directory.path)
        #expect(records.firstSequence == 0 && records.lastSequence == 0 && records.bytes == 0)
        #expect(try LogOutline.deadLetters(directory: directory.path) { false }.letters.isEmpty)
        #expect(throws: JournalError.self) { try LogOutline.intake(directory: "/nowhere/at/all") }
    }

    @Test func garbageIsNoCrash() throws {
        Bytes.write([UInt8](repeating: 0xA5, count: 5_000), "\(directory.path)/00000000000000000001.log")
        Bytes.write([UInt8](repeating: 0xA5, count: 32), "\(directory.path)/high-water")
        Bytes.write([UInt8](repeating: 0xA5, count: 33), "\(directory.path)/00000000000000000001.done")
        #expect(try LogOutline.intake(directory: directory.path).open == 0)
        #expect(try LogOutline.find(keys: [key(1)], directory: directory.path) { false }.entry == nil)
        #expect(try LogOutline.deadLetters(directory: directory.path) { false }.letters.isEmpty)
    }
}

@Suite struct LockHolderTests {
    @Test func theHolderIsFoundWhileItHolds() throws {
        let directory = TestDirectory()
        #expect(LockHolder(directory: directory.path) == nil)
        var lock: StateDirectoryLock? = try StateDirectoryLock(directory: directory.path)
        let holder = try #require(LockHolder(directory: directory.path))
        #expect(holder.processID == Int(getpid()))
        #expect(holder.state == .alive)
        _ = lock
        lock = nil
        #expect(LockHolder(directory: directory.path) == nil)
    }

    @Test func aFileThatNamesSomebodyElseIsNoLock() {
        let directory = TestDirectory()
        Bytes.write(Array("1\n".utf8), "\(directory.path)/lock")
        #expect(LockHolder(directory: directory.path) == nil)
        Bytes.write(Array("not a number".utf8), "\(directory.path)/lock")
        #expect(LockHolder(directory: directory.path) == nil)
    }
}
