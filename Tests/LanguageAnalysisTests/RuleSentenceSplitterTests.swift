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
        ["The U.S. President spoke.", "He left the U.S.", "He was tired."],
        ["They met at 5 p.m. Monday and on Jan. 3.", "She works for Acme Inc.", "He sells ropes, etc.", "They left."],
        ["The call (11 a.m. (Lagos time)) was short.", "No.", "There was no other."],
        ["No. 5 won.", "“No.", "We stay.”"],
        ["1. The price is fixed.", "2. Nobody pays.", "It was 1990.", "It cost $50.", "Nobody paid."],
        ["See p. 28 (c. 1580).", "It is e.g. The Programmer."],
        ["It is blue.[12] [13]", "It was red. [7]", "It fades."],
        ["It was cold.", "nobody had expected it.", "http://example.com/a has more."],
        ["It works!", "(not always.)", "Well."],
        ["She asked whether (perhaps?) it was so."],
        ["“Why now?” asked nobody."],
        ["Nobody came. :)", "They had left :-)", "Pity."],
        ["He waited.", "... The next day it rained."],
        ["Mensah in Accra", "Image: Jane Roe."],
        ["Leave on Wed. Sept. 27 and return.", "He will on Wednesday.", "15 people came."],
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
