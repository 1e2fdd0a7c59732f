import Foundation
import Journal
import LearntNames
import TestSupport
import Testing

struct NameLogTests {
    /// A folder that goes with its test.
    private final class Folder {
        let path = "/tmp/quoted-names-\(UInt32.random(in: 0 ... .max))"
        deinit { try? FileManager.default.removeItem(atPath: path) }
    }

    private static let small = NameLog.Options(segmentBytes: 4 << 10, historyBytes: 1 << 30)

    /// Every version can be made again, from the first on and after any restart.
    @Test func everyVersionIsMadeAgain() throws {
        var generator = SeededGenerator.announced()
        let folder = Folder()
        var versions: [UInt64: [UInt8]] = [:]
        var log = try NameLog(directory: folder.path, options: Self.small)
        for _ in 0..<150 {
            let operations = (0..<1 + generator.below(4)).map { _ in NameFixtures.operation(&generator) }
            try log.append(operations, time: 1)
            versions[log.table.version] = NameCodec.encode(log.table)
            if generator.chance(10) { log = try NameLog(directory: folder.path, options: Self.small) }
        }
        #expect(log.oldestVersion == 0)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path + "/snapshots").count > 3)
        for (version, bytes) in versions {
            #expect(try NameCodec.encode(NameLog.table(directory: folder.path, version: version)) == bytes, "version \(version)")
        }
        #expect(try NameLog.check(directory: folder.path).isEmpty)
        #expect(throws: NameLogFault.self) {
            try NameLog.table(directory: folder.path, version: log.table.version + 1)
        }
    }

    @Test func historyIsBoundedAndTheTableStays() throws {
        var generator = SeededGenerator.announced()
        let folder = Folder()
        let options = NameLog.Options(segmentBytes: 4 << 10, historyBytes: 16 << 10)
        let log = try NameLog(directory: folder.path, options: options)
        for _ in 0..<600 { try log.append([NameFixtures.operation(&generator)], time: 1) }
        let bytes = NameCodec.encode(log.table)
        #expect(try NameCodec.encode(NameLog(directory: folder.path, options: options).table) == bytes)
        let oldest = log.oldestVersion
        #expect(oldest > 0)
        #expect(try NameLog.table(directory: folder.path, version: oldest).version == oldest)
        let fault = #expect(throws: NameLogFault.self) { try NameLog.table(directory: folder.path, version: 1) }
        #expect(fault?.description.contains("choose a later version") == true)
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.path + "/log").filter { $0.hasSuffix(".log") }
        #expect(files.count <= 6)
    }

    @Test func aDamagedSnapshotIsPassedOver() throws {
        var generator = SeededGenerator.announced()
        let folder = Folder()
        let log = try NameLog(directory: folder.path, options: Self.small)
        for _ in 0..<200 { try log.append([NameFixtures.operation(&generator)], time: 1) }
        let bytes = NameCodec.encode(log.table)
        for name in try FileManager.default.contentsOfDirectory(atPath: folder.path + "/snapshots") where name.hasSuffix(".snapshot") {
            let path = folder.path + "/snapshots/" + name
            var data = try Data(contentsOf: URL(fileURLWithPath: path))
            data[data.count / 2] ^= 1
            try data.write(to: URL(fileURLWithPath: path))
        }
        #expect(try NameCodec.encode(NameLog(directory: folder.path, options: Self.small).table) == bytes)
        #expect(try !NameLog.check(directory: folder.path).isEmpty)
    }

    /// A crash in the middle of a write: what was not committed is not there, and its numbers are given again.
    @Test func aTornEndIsCutOff() throws {
        let folder = Folder()
        let log = try NameLog(directory: folder.path)
        let names = [NameObservation(kind: .person, name: "Ana Lima")]
        for article in 1...3 { try log.append([.learn(article: UInt64(article), record: UInt64(article), day: nil, names: names)], time: 1) }
        let path = folder.path + "/log/00000000000000000001.log"
        var data = try Data(contentsOf: URL(fileURLWithPath: path))
        data.removeLast(9)
        try data.write(to: URL(fileURLWithPath: path))
        let again = try NameLog(directory: folder.path)
        #expect(again.table.lastRecord == 2)
        #expect(again.table.find("Ana Lima")?.tally.articles == 2)
    }

    @Test func whatIsExportedIsImported() throws {
        let table = try NameFixtures.table([
            "Ukrainian President Ana Lima said it rained. Lima said: “It is wet.”", "Bruno Novak, the mayor of Riva, said it rained.",
        ], published: "2025-06-04")
        var request = NameRequest("names.export")
        request.limit = 1
        var lines: [NameLine] = []
        repeat {
            let answer = NameDesk.answer(request, from: table, oldest: nil)
            lines += answer.names
            request.after = answer.next
        } while request.after != nil
        #expect(lines.count == table.count)
        var other = NameTable()
        other.apply(.places(NameFixtures.places), version: 1)
        var bringing = NameRequest("names.import")
        bringing.lines = lines
        for operation in try NameDesk.operations(for: bringing, in: other) { other.apply(operation, version: other.version + 1) }
        #expect(other.find("Ana Lima") == table.find("Ana Lima"))
        #expect(other.find("Bruno Novak") == table.find("Bruno Novak"))
    }

    @Test func requestsThatCannotBeDoneSayWhy() throws {
        let table = try NameFixtures.table(["Ukrainian President Ana Lima said it rained."])
        func refusal(_ command: String, _ name: String?, _ to: String? = nil) -> String? {
            var request = NameRequest(command)
            (request.name, request.to) = (name, to)
            do {
                _ = try NameDesk.operations(for: request, in: table)
                return nil
            } catch { return "\(error)" }
        }
        #expect(refusal("names.show", "Ana Lima") == nil)
        #expect(refusal("names.show", "Nobody Known")?.contains("Nobody Known") == true)
        #expect(refusal("names.merge", "Ana Lima", "Ana Lima")?.contains("one already") == true)
        #expect(refusal("names.correct", "Ana Lima", "")?.contains("right name") == true)
        #expect(refusal("names.nonsense", nil)?.contains("no command") == true)
        #expect(NameRequest(json: Array("{}".utf8)) == nil)
    }

    @Test func seedAndOfficeHoldersAreReadLineByLine() throws {
        let places = try SeedFiles.places("# comment\ncountry\tUA\tUkraine\r\n\nmetonym\tRU\tKremlin\n", name: "seed")
        #expect(places == [
            PlaceName(kind: .country, country: "UA", text: "Ukraine"), PlaceName(kind: .metonym, country: "RU", text: "Kremlin"),
        ])
        let holders = try SeedFiles.holders("Ana Lima\tpresident of Ukraine\t2020-01-02\t\nBruno Novak\tmayor of Riva\n", name: "own")
        #expect(holders.map(\.from) == [18_263, nil])
        for (text, word) in [
            ("Ana\tpresident\n", "own:1"), ("Ana Lima\tpresident\t2020\n", "no date"), ("Ana Lima\tbaker\n", "names no office"),
            ("Ana Lima\tking\t2020-01-02\t2019-01-02\n", "before it begins"),
        ] {
            let fault = #expect(throws: NameLogFault.self) { try SeedFiles.holders(text, name: "own") }
            #expect(fault?.description.contains(word) == true, "\(fault?.description ?? "")")
        }
        let fault = #expect(throws: NameLogFault.self) { try SeedFiles.places("country UA Ukraine", name: "seed") }
        #expect(fault?.description.hasPrefix("seed:1:") == true)
    }

    @Test func theShippedSeedIsFoundAndTellsCountries() throws {
        let sources = try NameSources()
        #expect(sources.places.contains(PlaceName(kind: .demonym, country: "UA", text: "Ukrainian")))
        #expect(sources.holders.isEmpty)
        #expect(sources.operations(for: NameTable()).count == 1)
    }
}
