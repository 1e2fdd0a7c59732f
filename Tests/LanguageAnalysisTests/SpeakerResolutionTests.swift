import LanguageAnalysis
import NewsModel
import Testing

/// From a source to the one who spoke.
@Suite struct SpeakerResolutionTests {
    private func lastSpeaker(_ text: String) throws -> Speaker? { try Reading(text).layer.quotations.last?.speaker }

    @Test func aSurname() throws {
        #expect(try lastSpeaker("Helen Draper leads the union. “We are tired,” Draper said.")?.name == "Helen Draper")
    }

    @Test func aPronounTakesTheLastFittingPerson() throws {
        let text = "Helen Draper met Robert Hale on Monday. "
        #expect(try lastSpeaker(text + "“We are tired,” she said.")?.name == "Helen Draper")
        #expect(try lastSpeaker(text + "“We are tired,” he said.")?.name == "Robert Hale")
    }

    @Test func titlesTellTheGender() throws {
        let text = "Mrs. Okonjo met Mr. Tanaka on Monday. "
        #expect(try lastSpeaker(text + "“We are tired,” she said.")?.name == "Okonjo")
        #expect(try lastSpeaker(text + "“We are tired,” he said.")?.name == "Tanaka")
    }

    @Test func aPronounMentionJoinsItsEntity() throws {
        let reading = try Reading("Helen Draper leads the union. “We are tired,” she said.")
        #expect(reading.entity("Helen Draper")?.mentions.map(\.form) == [.name, .pronoun])
    }

    @Test func itIsAnOrganisation() throws {
        let text = "Acme Corp closed its plant. “The plant was old,” it said."
        #expect(try lastSpeaker(text)?.name == "Acme Corp")
        #expect(try lastSpeaker(text)?.kind == .organization)
    }

    @Test func anOfficeMeansItsHolder() throws {
        let text = "Defence Minister Robert Hale met troops. The road is safe, the minister said."
        #expect(try lastSpeaker(text)?.name == "Robert Hale")
    }

    @Test func peopleNeverNamedKeepTheirDescription() throws {
        let speaker = try lastSpeaker("A campaign official said the road was closed.")
        #expect(speaker?.name == "campaign official")
        #expect(speaker?.kind == .unnamed)
        #expect(speaker?.entity == nil)
    }

    @Test func groupsAndDocuments() throws {
        #expect(try lastSpeaker("Residents of the town said the road was closed.")?.kind == .group)
        let report = try lastSpeaker("The report said the road was closed.")
        #expect(report?.kind == .document)
        #expect(report?.name == "report")
    }

    @Test func somebodysSpokesmanIsNotThatPerson() throws {
        let speaker = try lastSpeaker("Helen Draper left. A spokesman for Draper said the road was closed.")
        #expect(speaker?.name == "spokesman for Draper")
    }

    @Test func nobodyIsNobody() throws {
        #expect(try lastSpeaker("“We are tired of waiting here,” he said.") == nil)
    }

    @Test func theFullestNameIsGiven() throws {
        let text = "“We are tired,” said Draper. Helen Draper leads the union."
        #expect(try lastSpeaker(text)?.name == "Helen Draper")
    }
}
