import Foundation
import Journal
import LearntNames
import TestSupport
import Testing

/// Learnt names as a release wrote them are read, and those of a newer one are refused.
@Suite struct NameFormatTests {
    /// Written by `QUOTED_WRITE_FIXTURES=1 swift test --filter NameFormatTests`, once for each format.
    private static let fixture = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("JournalTests/Fixtures/format-1/names").path

    private let folder: String

    init() throws {
        if ProcessInfo.processInfo.environment["QUOTED_WRITE_FIXTURES"] != nil, !FileManager.default.fileExists(atPath: Self.fixture) {
            try Self.write(to: Self.fixture)
        }
        folder = NSTemporaryDirectory() + "quoted-name-formats-\(UInt32.random(in: 0 ... .max))"
        if FileManager.default.fileExists(atPath: Self.fixture) {
            try FileManager.default.copyItem(atPath: Self.fixture, toPath: folder)
        } else {
            try Self.write(to: folder)
        }
    }

    /// Enough for a second segment, and so for a snapshot.
    private static func write(to folder: String) throws {
        let log = try NameLog(directory: folder, options: NameLog.Options(segmentBytes: 1_000))
        for article in 1...12 {
            let names = [NameObservation(kind: .person, name: "Ana Lima", roles: ["president of Ruritania"], forms: ["Lima"])]
            try log.append([.learn(article: UInt64(article), record: UInt64(article), day: 20_000, names: names)], time: 1)
        }
        try log.append([.correct("Ana Lima", to: "Ana de Lima")], time: 2)
    }

    @Test(.enabled(if: FileManager.default.fileExists(atPath: Self.fixture), "the fixture is not written yet"))
    func theFirstFormatIsRead() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let log = try NameLog(directory: folder)
        #expect(log.recovery.isClean && log.table.version == 13)
        #expect(try NameLog.table(directory: folder, version: 12).version == 12)
        #expect(try NameLog.check(directory: folder).isEmpty)
        // A log that a release of today writes has the same bytes.
        let fresh = folder + "-fresh"
        defer { try? FileManager.default.removeItem(atPath: fresh) }
        try Self.write(to: fresh)
        #expect(try NameCodec.encode(NameLog(directory: fresh).table) == NameCodec.encode(log.table))
        for part in ["log", "snapshots"] {
            let names = try FileManager.default.contentsOfDirectory(atPath: "\(Self.fixture)/\(part)").filter { $0 != "damaged" }
            for name in names {
                #expect(
                    FileManager.default.contents(atPath: "\(fresh)/\(part)/\(name)")
                        == FileManager.default.contents(atPath: "\(Self.fixture)/\(part)/\(name)"), "\(part)/\(name)")
            }
        }
    }

    @Test func aNewerOperationIsRefused() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let log = try SegmentLog(directory: folder + "/log")
        try log.append(key: .none, kind: 1, time: 1, payload: [2, 1, 1, 1])
        try log.commit()
        for read in [{ _ = try NameLog(directory: folder) }, { _ = try NameLog.table(directory: folder) }] {
            let error = #expect(throws: JournalError.self) { try read() }
            #expect(error?.code == .newerFormat && error?.description.contains("operation 14 has format 2") == true)
        }
    }

    @Test func aNewerSnapshotIsRefusedAndLeftAlone() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let newest = try #require(try SnapshotFile.list(directory: folder + "/snapshots").last)
        try SnapshotFile.write([7, 1, 2, 3], after: newest, directory: folder + "/snapshots")
        let error = #expect(throws: JournalError.self) { try NameLog(directory: folder) }
        #expect(error?.code == .newerFormat && error?.description.contains("format 7") == true)
        #expect(try SnapshotFile.read(after: newest, directory: folder + "/snapshots") == [7, 1, 2, 3])
    }
}
