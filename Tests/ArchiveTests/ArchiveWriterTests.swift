import Archive
import Foundation
import Journal
import NewsModel
import SQLite
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(2))) struct ArchiveWriterTests {
    private static let bridge = "“We have waited thirty years for this bridge,” she said."

    private func texts(_ archive: TestArchive, _ adjust: (inout QuotationQuery) -> Void = { _ in }) throws -> [String] {
        var query = QuotationQuery()
        query.isGrouped = false
        query.limit = 100
        adjust(&query)
        return try archive.reader().quotations(query).elements.map(\.text)
    }

    @Test func aNewVersionSupersedes() throws {
        let archive = try TestArchive()
        try archive.add("a", [("The old words of Ana.", "Ana Lima"), ("More old words.", "Bo Berg")])
        try archive.add("b", [("Something else.", "Ana Lima")])
        try archive.add("a", [("The new words of Ana.", "Ana Lima")], version: 2)
        #expect(try Set(texts(archive)) == ["The new words of Ana.", "Something else."])
        #expect(try texts(archive) { $0.text = try? SearchText("old") }.isEmpty)
        let speakers = try archive.reader().speakers(SpeakerQuery()).elements
        #expect(speakers.map(\.slug) == ["ana-lima"] && speakers.map(\.quotations) == [2])
        // What comes late does not bring the old version back.
        try archive.add("a", [("The old words of Ana.", "Ana Lima")], version: 1)
        #expect(try texts(archive).count == 2)
        #expect(try archive.reader().article("a")?.version == 2)
    }

    @Test(arguments: [Article.Status.withheld, .canceled])
    func aRetractionLeavesATombstone(status: Article.Status) throws {
        let archive = try TestArchive()
        try archive.add("a", [("The words to forget.", "Ana Lima")], title: "A title")
        try archive.add("a", [], status: status)
        #expect(try texts(archive).isEmpty)
        #expect(try texts(archive) { $0.speaker = "Lima" }.isEmpty)
        #expect(try archive.reader().speakers(SpeakerQuery()).elements.isEmpty)
        let article = try #require(try archive.reader().article("a"))
        #expect(article.status == status.rawValue && article.reference.title == nil && article.entities.isEmpty)
        // Of one version the retraction stays, also when the analysis of the other took longer.
        try archive.add("a", [("The words to forget.", "Ana Lima")])
        #expect(try texts(archive).isEmpty)
        try archive.add("a", [("The words as corrected.", "Ana Lima")], version: 2)
        #expect(try texts(archive) == ["The words as corrected."])
        #expect(try archive.reader().faults().isEmpty)
    }

    @Test func oldArticlesGo() throws {
        let archive = try TestArchive()
        for number in 1...5 { try archive.add("a\(number)", [("Words number \(number).", "Ana Lima")]) }
        #expect(try archive.removeOld(before: 4) == 3)
        #expect(try texts(archive) == ["Words number 5.", "Words number 4."])
        #expect(try archive.reader().article("a1") == nil)
        #expect(try archive.removeOld(before: 4) == 0)
        #expect(try archive.reader().faults().isEmpty)
    }

    @Test func theFirstAndTheOthersAreNamed() throws {
        let archive = try TestArchive()
        try archive.add("late", [(Self.bridge, "Ana Lima")], published: "2025-06-03", title: "Late")
        try archive.add("first", [("“we have waited thirty years for this bridge”", "Lima")], published: "2025-06-01", title: "First")
        try archive.add("last", [("We have waited … thirty years for this bridge", "the mayor")], published: "2025-06-05")
        var query = QuotationQuery()
        query.text = try SearchText("thirty")
        let page = try archive.reader().quotations(query)
        #expect(page.elements.map(\.article.id) == ["last"])
        let group = try #require(page.elements.first?.group)
        #expect(group.firstSaidIn.title == "First" && group.alsoIn.map(\.id) == ["late"] && group.articles == 3)
        // The newest that fits stands for the others.
        query.speaker = "Ana Lima"
        #expect(try archive.reader().quotations(query).elements.map(\.article.id) == ["late"])
        query.isGrouped = false
        query.speaker = nil
        #expect(try archive.reader().quotations(query).elements.map(\.article.id) == ["last", "late", "first"])
    }

    /// What a rebuild makes of the log is what following it made, row by row.
    @Test func rebuiltIsTheSame() async throws {
        var random = SeededGenerator.announced()
        let archive = try TestArchive()
        let words = (0..<60).map { "word\($0)" }
        let names: [String?] = ["Ana Lima", "Bo Berg", "Lima", "a minister", nil]
        for number in 0..<150 {
            let quotations = (0..<random.below(4)).map { _ -> (text: String, speaker: String?) in
                let start = random.below(50)
                return (words[start..<min(60, start + 3 + random.below(15))].joined(separator: " "), names[random.below(5)])
            }
            try archive.append(
                TestArchive.record(
                    "a\(random.below(60))", quotations, version: 1 + random.below(3),
                    status: random.chance(10) ? .withheld : .usable,
                    published: random.chance(70) ? "2025-0\(1 + random.below(9))-0\(1 + random.below(9))" : nil))
            if number % 7 == 0 { try archive.follow() }
        }
        try archive.follow()
        let before = try TestArchive.contents(archive.files.path(1))
        let report = try await ArchiveRebuild.run(records: archive.records, archive: archive.files, batchRecords: 9)
        #expect(report.sequence == 150 && report.unreadable == 0)
        let number = try #require(archive.files.current())
        #expect(number == 2)
        let after = try TestArchive.contents(archive.files.path(number))
        #expect(before.count == after.count)
        for (one, other) in zip(before, after) where one != other { Issue.record("\(one) is now \(other)") }
        #expect(try archive.reader().faults().isEmpty)
        // The full-text index knows the same rows.
        var query = QuotationQuery()
        query.text = try SearchText("word5* word10")
        query.isGrouped = false
        query.limit = 100
        let found = try archive.reader(2).quotations(query).elements
        #expect(found.allSatisfy { $0.text.contains("word10") })
    }

    @Test func anotherVersionsFileIsNotTouched() throws {
        let archive = try TestArchive()
        try Database(archive.files.path(7), .readWrite).execute("PRAGMA user_version = 99; CREATE TABLE t(a)")
        #expect(throws: ArchiveError.otherFormat(path: archive.files.path(7))) {
            try ArchiveWriter(archive.files.path(7), mode: .live)
        }
        #expect(throws: ArchiveError.self) { try ArchiveReader(archive.files.path(7), limit: .seconds(1)) }
    }
}
