import Archive
import Foundation
import Journal
import Logging
import SQLite
import Stages
import Testing

@Suite(.timeLimit(.minutes(1))) struct ArchiveFollowerTests {
    private func follower(_ archive: TestArchive, retention: Duration = .zero, clock: StageClock = .system) -> ArchiveFollower {
        ArchiveFollower(
            directory: archive.files.directory, records: archive.records,
            options: ArchiveFollower.Options(batchRecords: 7, retention: retention), clock: clock,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    private func count(_ archive: TestArchive) throws -> Int { try archive.reader().counts().articles }

    @Test func followsGoesOnAndRepeatsNothing() async throws {
        let archive = try TestArchive()
        for number in 1...20 { try archive.append(TestArchive.record("a\(number)", [("Words \(number).", "Ana Lima")])) }
        let first = follower(archive)
        await first.catchUp(within: .seconds(20))
        #expect(await first.figures.sequence == 20)
        #expect(await first.figures.lag == 0)
        await first.close()
        try archive.append(TestArchive.record("a21", [("Words 21.", "Ana Lima")]))
        let second = follower(archive)
        await second.catchUp(within: .seconds(20))
        #expect(await second.figures.articles == 1)
        #expect(try count(archive) == 21)
        await second.close()
    }

    @Test func changesOverAfterARebuild() async throws {
        let archive = try TestArchive()
        try archive.append(TestArchive.record("a", [("Words.", "Ana Lima")]))
        let follower = follower(archive)
        await follower.catchUp(within: .seconds(20))
        _ = try await ArchiveRebuild.run(records: archive.records, archive: archive.files)
        try archive.append(TestArchive.record("b", [("More words.", "Ana Lima")]))
        await follower.catchUp(within: .seconds(20))
        #expect(archive.files.current() == 2)
        #expect(try count(archive) == 2)
        #expect(!FileManager.default.fileExists(atPath: archive.files.path(1)))
        await follower.close()
    }

    @Test func anArchiveOfAnotherLogIsMadeAnew() async throws {
        let archive = try TestArchive()
        let other = try TestArchive()
        for number in 1...3 { try other.add("o\(number)", [("Other words \(number).", "Bo Berg")]) }
        try Database(other.files.path(1), .readWrite).execute("PRAGMA wal_checkpoint(TRUNCATE)")
        try FileManager.default.copyItem(atPath: other.files.path(1), toPath: archive.files.path(2))
        for number in 1...5 { try archive.append(TestArchive.record("a\(number)", [("Words \(number).", "Ana Lima")])) }
        let follower = follower(archive)
        await follower.catchUp(within: .seconds(20))
        #expect(try archive.reader().speakers(SpeakerQuery()).elements.map(\.slug) == ["ana-lima"])
        await follower.close()
    }

    @Test func aDamagedArchiveIsPutAsideAndMadeAnew() async throws {
        let archive = try TestArchive()
        for suffix in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: archive.files.path(1) + suffix) }
        try Data(repeating: 0x5A, count: 8_192).write(to: URL(fileURLWithPath: archive.files.path(1)))
        try archive.append(TestArchive.record("a", [("Words.", "Ana Lima")]))
        let follower = follower(archive)
        await follower.catchUp(within: .seconds(20))
        #expect(await follower.figures.trouble != nil)
        await follower.catchUp(within: .seconds(20))
        #expect(await follower.figures.trouble == nil)
        #expect(try count(archive) == 1)
        #expect(FileManager.default.fileExists(atPath: archive.files.path(1) + ".aside"))
        await follower.close()
    }

    @Test func articlesPastTheirTimeGo() async throws {
        let archive = try TestArchive()
        for number in 1...3 { try archive.append(TestArchive.record("a\(number)", [("Words \(number).", "Ana Lima")])) }
        // Recorded a second apart; now is 90 s after the second.
        let now = archive.time - 1_000 + 90_000
        let clock = StageClock(now: StageClock.system.now, calendar: { now })
        let first = follower(archive)
        await first.catchUp(within: .seconds(20))
        await first.close()
        let second = follower(archive, retention: .milliseconds(89_500), clock: clock)
        await second.catchUp(within: .seconds(20))
        #expect(try archive.reader().article("a1") == nil)
        #expect(try archive.reader().article("a2") == nil)
        #expect(try archive.reader().article("a3") != nil)
        await second.close()
    }
}
