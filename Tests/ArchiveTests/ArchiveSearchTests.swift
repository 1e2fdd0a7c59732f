import Archive
import Foundation
import NewsModel
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(2))) struct ArchiveSearchTests {
    private func archive() throws -> TestArchive {
        let archive = try TestArchive()
        try archive.add(
            "one", [("A ceasefire is near.", "Volodymyr Zelenskyy"), ("No ceasefire at all.", "Zoë Müller-Óskarsdóttir")],
            published: "2025-06-01T08:00:00Z")
        try archive.add("two", [("The cease fire failed.", "Olena Zelenska"), ("Café talk.", nil)], published: "2025-06-02")
        try archive.add("three", [("Ceasefires end.", "a minister")], published: "2024-12-31T23:59:59+02:00")
        return archive
    }

    private func ids(_ archive: TestArchive, _ adjust: (inout QuotationQuery) throws -> Void) throws -> [String] {
        var query = QuotationQuery()
        try adjust(&query)
        return try archive.reader().quotations(query).elements.map { "\($0.article.id): \($0.text)" }
    }

    @Test func byWordSpeakerAndTime() throws {
        let archive = try archive()
        let near = "one: A ceasefire is near."
        #expect(try ids(archive) { $0.text = try SearchText("CEASEFIRE") } == [near, "one: No ceasefire at all."])
        #expect(try ids(archive) { $0.text = try SearchText("ceasefire"); $0.speaker = "zelenskyy" } == [near])
        #expect(try ids(archive) { $0.speaker = "VOLODYMYR ZELENSKYY" } == [near])
        #expect(try ids(archive) { $0.speaker = "volodymyr-zelenskyy" } == [near])
        #expect(try ids(archive) { $0.speaker = "muller oskarsdottir" } == ["one: No ceasefire at all."])
        #expect(try ids(archive) { $0.speaker = "Zelenskyy Volodymyr" }.isEmpty)
        #expect(try ids(archive) { $0.text = try SearchText("cafe") } == ["two: Café talk."])
        #expect(try ids(archive) { $0.text = try SearchText("ceasefire*") }.count == 3)
        #expect(try ids(archive) { $0.text = try SearchText("\"fire failed\"") } == ["two: The cease fire failed."])
        #expect(try ids(archive) { $0.text = try SearchText("failed fire") } == ["two: The cease fire failed."])
        #expect(try ids(archive) { $0.text = try SearchText("\"failed fire\"") }.isEmpty)
        #expect(try ids(archive) { $0.since = 1_748_736_000 }.count == 4)
        #expect(try ids(archive) { $0.since = 1_748_736_000; $0.until = 1_748_822_399 } == [near, "one: No ceasefire at all."])
        #expect(try ids(archive) { $0.until = 1_735_682_399 } == ["three: Ceasefires end."])
        #expect(try ids(archive) { $0.article = "two" } == ["two: The cease fire failed.", "two: Café talk."])
        #expect(try ids(archive) { $0.article = "none" }.isEmpty)
        #expect(try ids(archive) { $0.kind = .indirect }.isEmpty)
    }

    /// Whatever is typed, the index's grammar does not see it.
    @Test func anyTextIsSearched() throws {
        let archive = try archive()
        var random = SeededGenerator.announced()
        let pieces = [
            "\"", "*", "AND", "OR", "NOT", "NEAR(", ")", "(", ":", "^", "-", "+", "{text}", "text:", "'", ";", "--", "a", "é", "%",
            "\u{1F600}", "\n", "\u{0}", "\\", "speaker", " ", "“", "１２", "ceasefire",
        ]
        for _ in 0..<2_000 {
            let text = (0..<1 + random.below(8)).map { _ in pieces[random.below(pieces.count)] }.joined()
            let search = try SearchText(text)
            #expect(throws: Never.self, "\(text)") { try ids(archive) { $0.text = search } }
            #expect(throws: Never.self, "\(text)") { try ids(archive) { $0.speaker = text } }
            var speakers = SpeakerQuery()
            speakers.name = text
            #expect(throws: Never.self, "\(text)") { try archive.reader().speakers(speakers) }
        }
    }

    @Test(arguments: ["", "  ", "\"\"", "*", "...", "\u{0}"])
    func nothingFitsATextWithoutWords(text: String) throws {
        let archive = try archive()
        #expect(try SearchText(text).isEmpty)
        #expect(try ids(archive) { $0.text = try SearchText(text) }.isEmpty)
    }

    @Test func aSearchHasBounds() throws {
        #expect(throws: SearchText.Fault.self) { try SearchText(String(repeating: "a", count: 257)) }
        let archive = try archive()
        #expect(try ids(archive) { $0.text = try SearchText(String(repeating: "a ", count: 128)) } == ["one: A ceasefire is near."])
        // Fewer letters than three are too few for a star, which is left out.
        #expect(try ids(archive) { $0.text = try SearchText("ce*") }.isEmpty)
        #expect(try ids(archive) { $0.text = try SearchText("cea*") }.count == 4)
    }

    @Test func pagesHaveEverythingOnce() throws {
        let archive = try TestArchive()
        for number in 0..<40 {
            try archive.add(
                "a\(number)", (0..<3).map { ("Sentence \(number) of part \($0) and more.", "Speaker \(number % 5)") },
                published: "2025-06-0\(1 + number % 3)")
        }
        for limit in [1, 7, 100] {
            var query = QuotationQuery()
            query.text = try SearchText("sentence")
            query.limit = limit
            query.isGrouped = false
            var seen: [String] = []
            while true {
                let page = try archive.reader().quotations(query)
                #expect(page.elements.count <= limit)
                seen += page.elements.map(\.text)
                guard let next = page.next else { break }
                query.after = next
            }
            #expect(seen.count == 120 && Set(seen).count == 120)
        }
        var query = SpeakerQuery()
        query.limit = 2
        var slugs: [String] = []
        while true {
            let page = try archive.reader().speakers(query)
            slugs += page.elements.map(\.slug)
            guard let next = page.next else { break }
            query.after = next
        }
        #expect(slugs.count == 5 && Set(slugs).count == 5)
        query.after = nil
        query.name = "spea"
        #expect(try archive.reader().speakers(query).elements.count == 2)
        query.name = "speaker 3"
        #expect(try archive.reader().speakers(query).elements.map(\.name) == ["Speaker 3"])
    }

    @Test func aQuestionThatTakesTooLongEnds() throws {
        let archive = try archive()
        let reader = try ArchiveReader(archive.files.path(1), limit: .milliseconds(1))
        #expect(throws: ArchiveError.tooSlow(limit: .milliseconds(1))) {
            try reader.quotations(QuotationQuery(), since: .now - .seconds(1))
        }
        #expect(try archive.reader().quotations(QuotationQuery()).elements.count == 5)
    }

    @Test func readersChangeOverAndTurnAwayTooMany() async throws {
        let archive = try archive()
        let readers = ArchiveReaders(directory: archive.files.directory, count: 1, mostWaiting: 1)
        let count = { @Sendable () async throws in
            try await readers.ask { try $0.quotations(QuotationQuery(), since: $1).elements.count }
        }
        #expect(try await count() == 5)
        try archive.append(TestArchive.record("four", [("One more.", nil)]))
        _ = try await ArchiveRebuild.run(records: archive.records, archive: archive.files)
        #expect(try await count() == 6)
        await readers.close()
        let empty = ArchiveReaders(directory: archive.directory + "/nothing", count: 1)
        await #expect(throws: ArchiveError.missing(directory: archive.directory + "/nothing")) {
            try await empty.ask { try $0.quotations(QuotationQuery(), since: $1) }
        }
        await empty.close()
    }
}
