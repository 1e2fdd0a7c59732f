import Foundation
import Glibc
import Journal
import Testing

/// Everything durable carries a version: what an earlier release wrote is read, what a newer one wrote is refused.
@Suite struct FormatTests {
    private let state = TestDirectory()

    init() throws {
        if ProcessInfo.processInfo.environment["QUOTED_WRITE_FIXTURES"] != nil, !FileManager.default.fileExists(atPath: FormatFixture.folder) {
            try FormatFixture.write(to: FormatFixture.folder)
        }
        try FormatFixture.copy(FormatFixture.folder, to: state.path)
    }

    @Test func theFirstFormatIsRead() throws {
        let intake = try IntakeLog(directory: "\(state.path)/intake")
        #expect(intake.recovery.isClean && intake.unreadableMarks == 0, "\(intake.recovery)")
        #expect(intake.openSequences(from: 0, limit: 99) == [1, 4, 5, 6, 7])
        for number in 1...7 {
            #expect(intake.contains(key(number)) == UInt64(number))
            let entry = try intake.payload(of: UInt64(number))
            #expect(entry?.payload == FormatFixture.payload(number) && entry?.time == Int64(number) * 1_000)
        }
        let records = try RecordLog(directory: "\(state.path)/records")
        #expect(records.latest(forArticle: key(102)) == 2)
        #expect(try records.read(1)?.payload == FormatFixture.payload(2) && records.read(2)?.kind == 2)
        let letters = try DeadLetterLog(directory: "\(state.path)/dead-letters")
        #expect(letters.list().map(\.articleID) == ["a3"] && letters.list().first?.reason == "too long")
        #expect(try letters.payload(of: 1) == FormatFixture.payload(3))
        #expect(try SnapshotFile.read(after: 42, directory: "\(state.path)/snapshots") == FormatFixture.payload(9))
        // It is written to as well.
        try intake.append(key: key(8), time: 1, payload: [8])
        try intake.commit()
        #expect(try JournalInspection.check(stateDirectory: state.path).allSatisfy(\.isClean))
    }

    /// The bytes of today are those of the fixture: a change of format needs a new version and a new fixture.
    @Test func theFirstFormatIsWritten() throws {
        let fresh = TestDirectory()
        try FormatFixture.write(to: fresh.path)
        // Learnt names have tests of their own.
        let fixture = FormatFixture.contents(FormatFixture.folder).filter { !$0.key.hasPrefix("names/") }
        #expect(FormatFixture.contents(fresh.path) == fixture)
    }

    // MARK: Newer versions

    /// Writes a number into a file and makes its checksum fit.
    private func forge(_ file: String, at offset: Int, _ value: [UInt8], checked range: Range<Int>, at place: Int) {
        Bytes.change("\(state.path)/\(file)") { bytes in
            bytes.replaceSubrange(offset..<(offset + value.count), with: value)
            let crc = bytes.withUnsafeBytes { crc32c(UnsafeRawBufferPointer(rebasing: $0[range])) }
            withUnsafeBytes(of: crc.littleEndian) { bytes.replaceSubrange(place..<(place + 4), with: $0) }
        }
    }

    /// Whatever is done, it is refused with the file, the version and the remedy, and nothing is changed.
    private func expectRefused(_ file: String, format: Int, _ calls: [() throws -> Void]) {
        let before = FormatFixture.contents(state.path)
        for call in calls {
            let error = #expect(throws: JournalError.self) { try call() }
            #expect(error?.code == .newerFormat)
            #expect(error?.path.hasSuffix(file) == true, "\(String(describing: error))")
            #expect(error?.description.contains("format \(format)") == true && error?.description.contains("run the version") == true)
        }
        #expect(FormatFixture.contents(state.path) == before)
    }

    private func everything(with log: JournalInspection.Log) -> [() throws -> Void] {
        let directory = "\(state.path)/\(log.rawValue)"
        return [
            { _ = try JournalInspection.check(log, directory: directory) },
            { _ = try JournalInspection.repair(log, directory: directory) },
            { _ = try JournalInspection.export(log, directory: directory) { _ in } },
        ]
    }

    @Test func aNewerSegmentIsRefusedBeforeAnythingIsMended() throws {
        // The last one; an earlier one is damaged, and somebody's file is named like a segment.
        let last = try #require(TestDirectory.segments("\(state.path)/intake").last)
        forge("intake/\(last)", at: 8, [2, 0, 0, 0], checked: 0..<60, at: 60)
        Bytes.change("\(state.path)/intake/00000000000000000001.log") { $0[130] ^= 1 }
        Bytes.write([1, 2, 3], "\(state.path)/intake/00000000000000000002.log")
        let reader: () throws -> Void = { [path = state.path] in
            _ = try SegmentLogReader(directory: "\(path)/intake").read(from: 7, limit: 9, bytes: .max)
        }
        expectRefused(last, format: 2, everything(with: .intake) + [reader])
    }

    @Test func aNewerSegmentUnderAnotherNameIsRefused() throws {
        let last = try #require(TestDirectory.segments("\(state.path)/intake").last)
        forge("intake/\(last)", at: 8, [9, 0, 0, 0], checked: 0..<60, at: 60)
        rename("\(state.path)/intake/\(last)", "\(state.path)/intake/00000000000000000003.log")
        expectRefused("00000000000000000003.log", format: 9, everything(with: .intake))
    }

    @Test func newerMarksAreRefused() {
        forge("intake/00000000000000000001.done", at: 9, [3], checked: 0..<12, at: 12)
        expectRefused(".done", format: 3, everything(with: .intake).prefix(2).map { $0 })
    }

    @Test func aNewerHighWaterMarkIsRefused() {
        forge("records/high-water", at: 24, [1, 0, 0, 0], checked: 0..<28, at: 28)
        let reader: () throws -> Void = { [path = state.path] in
            _ = try SegmentLogReader(directory: "\(path)/records").read(from: 1, limit: 9, bytes: .max)
        }
        expectRefused("high-water", format: 1, everything(with: .records) + [reader])
    }

    @Test func aNewerSnapshotIsRefusedAndADamagedOneIsNot() {
        let name = "snapshots/00000000000000000042.snapshot"
        let read: () throws -> Void = { [path = state.path] in _ = try SnapshotFile.read(after: 42, directory: "\(path)/snapshots") }
        Bytes.change("\(state.path)/\(name)") { $0[8] = 3 }
        #expect(throws: JournalError(.corrupt, path: "\(state.path)/\(name)", detail: "the snapshot is damaged")) { try read() }
        Bytes.change("\(state.path)/\(name)") { bytes in
            let crc = (bytes[..<20] + bytes[24...]).withUnsafeBytes { crc32c($0) }
            withUnsafeBytes(of: crc.littleEndian) { bytes.replaceSubrange(20..<24, with: $0) }
        }
        expectRefused(name, format: 3, [read])
    }

    /// The first snapshots had a checksum of their contents alone.
    @Test func snapshotsOfTheFirstVersionAreRead() throws {
        Bytes.change("\(state.path)/snapshots/00000000000000000042.snapshot") { bytes in
            bytes[8] = 1
            let crc = bytes[24...].withUnsafeBytes { crc32c($0) }
            withUnsafeBytes(of: crc.littleEndian) { bytes.replaceSubrange(20..<24, with: $0) }
        }
        #expect(try SnapshotFile.read(after: 42, directory: "\(state.path)/snapshots") == FormatFixture.payload(9))
    }

    @Test func aNewerDeadLetterIsRefused() throws {
        let log = try SegmentLog(directory: "\(state.path)/dead-letters")
        try log.append(key: .none, kind: 1, time: 1, payload: [2, 1, 0, 0, 0, 1, 2, 3])
        try log.commit()
        expectRefused("dead-letters", format: 2, [{ [path = state.path] in _ = try DeadLetterLog(directory: "\(path)/dead-letters") }])
    }
}
