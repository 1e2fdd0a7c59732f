import LanguageAnalysis
import NewsModel
import Testing

/// Where cue, source and content stand.
@Suite struct AttributionPatternTests {
    static let patterns: [(text: String, content: String, cue: String, speaker: String, kind: Quotation.Kind)] = [
        ("“We are ready,” said Maria Lopez.", "“We are ready,”", "said", "Maria Lopez", .direct),
        ("“We are ready,” Maria Lopez said.", "“We are ready,”", "said", "Maria Lopez", .direct),
        ("Maria Lopez said, “We are ready.”", "“We are ready.”", "said", "Maria Lopez", .direct),
        ("Maria Lopez said: “We are ready.”", "“We are ready.”", "said", "Maria Lopez", .direct),
        ("“Are we ready?” Maria Lopez asked.", "“Are we ready?”", "asked", "Maria Lopez", .direct),
        ("Maria Lopez said that the road was closed.", "that the road was closed", "said", "Maria Lopez", .indirect),
        ("Maria Lopez said the road was closed.", "the road was closed", "said", "Maria Lopez", .indirect),
        (
            "Maria Lopez said on Monday that the road was closed.", "that the road was closed", "said", "Maria Lopez",
            .indirect
        ),
        (
            "Maria Lopez said in a statement that the road was closed.", "that the road was closed", "said",
            "Maria Lopez", .indirect
        ),
        ("Maria Lopez told reporters the road was closed.", "the road was closed", "told", "Maria Lopez", .indirect),
        (
            "Maria Lopez told Radio Sol that the road was closed.", "that the road was closed", "told", "Maria Lopez",
            .indirect
        ),
        ("The road was closed, Maria Lopez said.", "The road was closed", "said", "Maria Lopez", .indirect),
        ("The road was closed, said Maria Lopez.", "The road was closed", "said", "Maria Lopez", .indirect),
        (
            "According to Maria Lopez, the road was closed.", "the road was closed", "According to", "Maria Lopez",
            .indirect
        ),
        (
            "The road was closed, according to Maria Lopez.", "The road was closed", "according to", "Maria Lopez",
            .indirect
        ),
        (
            "Maria Lopez, who owns the farm, said the road was closed.", "the road was closed", "said", "Maria Lopez",
            .indirect
        ),
        (
            "Maria Lopez, a farmer from Cali, said the road was closed.", "the road was closed", "said", "Maria Lopez",
            .indirect
        ),
        ("In London, Maria Lopez said the road was closed.", "the road was closed", "said", "Maria Lopez", .indirect),
        (
            "Maria Lopez has urged the council to open the road.", "the council to open the road", "urged",
            "Maria Lopez", .indirect
        ),
        ("Maria Lopez promised to open the road.", "to open the road", "promised", "Maria Lopez", .indirect),
        ("Maria Lopez called for a new road.", "a new road", "called for", "Maria Lopez", .indirect),
        (
            "Maria Lopez said the road was “a disgrace” to the town.", "the road was “a disgrace” to the town", "said",
            "Maria Lopez", .mixed
        ),
        (
            "Maria Lopez described the road as “a disgrace”.", "the road as “a disgrace”", "described", "Maria Lopez",
            .mixed
        ),
        (
            "Maria Lopez pointed out that the road was closed.", "that the road was closed", "pointed out",
            "Maria Lopez", .indirect
        ),
        (
            "Maria Lopez asked whether the road was closed.", "whether the road was closed", "asked", "Maria Lopez",
            .indirect
        ),
        ("Maria Lopez: “We are ready.”", "“We are ready.”", ":", "Maria Lopez", .direct),
    ]

    @Test(arguments: AttributionPatternTests.patterns.indices)
    func oneAttribution(_ index: Int) throws {
        let expected = Self.patterns[index]
        let reading = try Reading(expected.text)
        let found = try #require(reading.only, "\(reading.quotations)")
        #expect(found.content == expected.content)
        #expect(found.cue == expected.cue)
        #expect(found.speaker == expected.speaker)
        #expect(found.kind == expected.kind)
    }

    @Test func aQuotationInterruptedByItsCue() throws {
        let found = try #require(try Reading("“We are ready,” Maria Lopez said, “and we will win.”").only)
        #expect(found.content == "“We are ready,” … “and we will win.”")
    }

    @Test func aSecondVerbSharesTheSubject() throws {
        let found = try Reading("Maria Lopez said the road was closed and added that the bridge was too old.")
            .quotations
        #expect(found.map(\.content) == ["the road was closed", "that the bridge was too old"])
        #expect(found.map(\.speaker) == ["Maria Lopez", "Maria Lopez"])
    }

    @Test func aParticipleSharesTheSubject() throws {
        let found = try Reading("Maria Lopez closed the road, saying it was too old.").quotations
        #expect(found.map(\.content) == ["it was too old"])
        #expect(found.map(\.speaker) == ["Maria Lopez"])
    }

    @Test func aParticipleWithItsOwnSubject() throws {
        let found = try Reading("The talks failed, with Maria Lopez saying the offer was too low.").quotations
        #expect(found.map(\.speaker) == ["Maria Lopez"])
    }

    @Test(arguments: [
        "Maria Lopez thinks the road is closed.", "Maria Lopez wants to open the road.",
        "Maria Lopez plans to open the road on Monday.", "The alleged thief ran away.",
        "He read the report of the council.",
    ])
    func whatIsNotSpeech(_ text: String) throws {
        let quotations = try Reading(text).quotations
        #expect(quotations.isEmpty, "\(quotations)")
    }

    @Test(arguments: [
        ("Maria Lopez denied that the road was closed.", Quotation.Polarity.denied),
        ("Maria Lopez did not say that the road was closed.", .negated),
        ("Maria Lopez would say that the road was closed.", .hypothetical),
        ("Maria Lopez said that the road was not closed.", .asserted),
    ])
    func polarity(_ text: String, _ polarity: Quotation.Polarity) throws {
        #expect(try Reading(text).only?.polarity == polarity)
    }

    @Test func aNameBehindADashEndsTheQuotation() throws {
        let text = """
            Readers wrote to us about the bridge.

            “It shakes and it groans, and nobody repairs it.” — Ines Marotta

            “Nobody in the capital reads our letters.”

            “We will be here when it has fallen.” ― Tomasz Wilk
            """
        let quotations = try Reading(text).layer.quotations
        #expect(quotations.map { $0.speaker?.name } == ["Ines Marotta", nil, "Tomasz Wilk"])
        #expect(quotations.allSatisfy { $0.content.count == 1 })
    }

    @Test func surerPatternsHaveMoreConfidence() throws {
        let sure = try Reading("“We are ready,” said Maria Lopez.").layer.quotations
        let loose = try Reading("Maria Lopez smiled. “We are ready for it all.”").layer.quotations
        let first = try #require(sure.first?.confidence)
        let second = try #require(loose.first?.confidence)
        #expect(first > second)
        #expect((0...1).contains(first) && (0...1).contains(second))
    }
}
