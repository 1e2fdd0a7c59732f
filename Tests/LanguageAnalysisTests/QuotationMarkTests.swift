import LanguageAnalysis
import NewsModel
import Testing

/// Marks of every kind, and what they hold.
@Suite struct QuotationMarkTests {
    @Test(arguments: [
        "\"We won't go,\"", "“We won’t go,”", "‘We won’t go,’", "''We won't go,''", "«We won’t go,»",
        "``We won't go,''",
        "„We won’t go,”", "'We won't go,'",
    ])
    func everyKindOfMark(_ quoted: String) throws {
        let found = try #require(try Reading("\(quoted) Maria Lopez said.").only)
        #expect(found.content == quoted)
        #expect(found.kind == .direct)
        #expect(found.speaker == "Maria Lopez")
    }

    @Test func apostrophesAreNoMarks() throws {
        let reading = try Reading("The voters' rights and the workers' demands won't change, Maria Lopez said.")
        #expect(reading.only?.kind == .indirect)
        #expect(reading.layer.discarded.isEmpty)
    }

    @Test func speechOverSeveralParagraphsIsOneQuotation() throws {
        let text = "“We came early,” Maria Lopez said. “It was cold.\n\n“Nobody was there.\n\n“So we left.”"
        let found = try #require(try Reading(text).only)
        #expect(found.content.hasSuffix("“So we left.”"))
        #expect(found.speaker == "Maria Lopez")
    }

    @Test func aQuotationAloneGoesOnFromTheOneBefore() throws {
        let text = "“We came early,” Maria Lopez said.\n\n“Nobody was there to meet us.”\n\nThe hall was locked."
        let found = try #require(try Reading(text).only)
        #expect(found.content == "“We came early,” … “Nobody was there to meet us.”")
    }

    @Test func aMarkThatNeverClosesEndsWithItsParagraph() throws {
        let text = "Maria Lopez said: “We came early.\n\nThe hall was locked."
        #expect(try Reading(text).only?.content == "“We came early.")
    }

    @Test func scareQuotesTitlesAndNicknamesAreDiscarded() throws {
        func reason(_ text: String) throws -> DiscardedMarks.Reason? {
            let reading = try Reading(text)
            #expect(reading.quotations.isEmpty, "\(reading.quotations)")
            return reading.layer.discarded.first?.reason
        }
        #expect(try reason("The so-called “experts” left early.") == .scareQuote)
        #expect(try reason("Her film “Rivers of Light” opens today.") == .title)
        #expect(try reason("The boxer Juan “Hammer” Ortiz won again.") == .nickname)
    }

    @Test func discardedSpansTakeInTheirMarks() throws {
        let reading = try Reading("The so-called “experts” left early.")
        #expect(reading.layer.discarded.map { reading.text.string($0.span) } == ["“experts”"])
    }

    @Test func unevenMarksDoNotSwallowTheArticle() throws {
        let text = "The 6\" pipe broke.\n\nMaria Lopez said the road was closed.\n\nIt was \"a long day."
        #expect(try Reading(text).quotations.contains { $0.content == "the road was closed" })
    }
}
