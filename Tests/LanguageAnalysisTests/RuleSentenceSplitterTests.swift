import LanguageAnalysis
import NewsModel
import Testing

@Suite struct RuleSentenceSplitterTests {
    @Test(arguments: [
        ["Mr. Ndiaye met Dr. Osei on Monday.", "They talked for two hours."],
        ["J. K. Mensah won by 3.5 points.", "Nobody had expected it."],
        ["The U.S. team lost to the U.K. side.", "It was cold."],
        ["He moved to the U.S. in May.", "She stayed."],
        ["She left the U.S.", "He stayed."],
        ["The firm is Acme Inc. of Lagos.", "It sells ropes."],
        ["Prices rose 1,200.50 rupees.", "What now?", "Nobody knows!"],
        ["He waited ... and waited.", "Then he left."],
        ["“I am tired.”", "He went home."],
        ["He said: “I am tired.", "I go home.”"],
        ["“Why now?” Mensah asked.", "Nobody answered."],
        ["\"Stop!\" she said.", "He did not."],
        ["The vote is at 5 p.m. on Friday.", "Bring a pen."],
        ["It ended (at last.)", "Then it rained."],
    ])
    func sentencesOfOneParagraph(_ expected: [String]) throws {
        #expect(try Reading(expected.joined(separator: " ")).sentences == expected)
    }

    @Test func lineEndsEndSentences() throws {
        let reading = try Reading("Rains flood Dhaka\n\nKarim Uddin lost his house. He is safe.\nMore soon")
        #expect(reading.sentences == ["Rains flood Dhaka", "Karim Uddin lost his house.", "He is safe.", "More soon"])
    }

    @Test func aLineThatGoesOnIsOneSentence() throws {
        #expect(try Reading("The minister came late\nand left early.").sentences.count == 1)
    }

    @Test func aHeadlineDoesNotRunIntoAName() throws {
        let reading = try Reading("Flood Hits Northern Towns\n\nAmina Bello lost her shop.")
        #expect(reading.layer.entities.contains { $0.name == "Amina Bello" })
    }

    @Test func nothingGivesNothing() throws {
        #expect(try Reading("").sentences.isEmpty)
        #expect(try Reading(" \n\t\r\n ").sentences.isEmpty)
    }
}
