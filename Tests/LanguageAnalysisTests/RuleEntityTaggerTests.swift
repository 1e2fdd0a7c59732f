import LanguageAnalysis
import NewsModel
import Testing

@Suite struct RuleEntityTaggerTests {
    @Test func titlesAreNotPartOfTheName() throws {
        let reading = try Reading("Prime Minister Robert Okello met Dr. Susan Adeyemi in Nairobi.")
        #expect(reading.entity("Robert Okello")?.type == .person)
        #expect(reading.entity("Robert Okello")?.role == "Prime Minister")
        #expect(reading.entity("Susan Adeyemi")?.type == .person)
        #expect(reading.entity("Nairobi")?.type == .location)
    }

    @Test func aSurnameJoinsTheFullName() throws {
        let reading = try Reading("Helen Draper leads the union. On Monday Draper met workers. Ms. Draper was calm.")
        #expect(reading.entity("Helen Draper")?.mentions.count == 3)
        #expect(reading.layer.entities.count { $0.type == .person } == 1)
    }

    @Test func titlesTellBearersOfOneSurnameApart() throws {
        let reading = try Reading(
            "Paul Draper and Helen Draper own the farm. Yesterday Mrs. Draper sold a cow. Then Mr. Draper bought one.")
        let text = reading.text
        func mentions(_ name: String) -> [Int] { reading.entity(name)?.mentions.map(\.span.start) ?? [] }
        let cow = text.scalarOffset(ofByte: text.utf8.count)
        #expect(mentions("Helen Draper").count == 2)
        #expect(mentions("Paul Draper").count == 2)
        #expect(mentions("Paul Draper").allSatisfy { $0 < cow })
    }

    @Test func organisationsByTheirWords() throws {
        let reading = try Reading(
            "The Ministry of Rural Development and the University of Ibadan signed. Acme Corp paid. The WHO watched.")
        #expect(reading.entity("Ministry of Rural Development")?.type == .organization)
        #expect(reading.entity("University of Ibadan")?.type == .organization)
        #expect(reading.entity("Acme Corp")?.type == .organization)
        #expect(reading.entity("WHO")?.type == .organization)
    }

    @Test func anAcronymJoinsItsName() throws {
        let reading = try Reading("The National Election Commission (NEC) met. Later the NEC published results.")
        #expect(reading.entity("National Election Commission")?.mentions.count == 3)
    }

    @Test func nationalitiesAreNotPeople() throws {
        let reading = try Reading("The Kenyan runner beat a Turkish rival.")
        #expect(reading.entity("Kenyan")?.type == .norp)
        #expect(reading.layer.entities.allSatisfy { $0.type != .person })
    }

    @Test func aCapitalAtTheStartOfASentenceIsNoName() throws {
        let reading = try Reading(
            "However, rain fell. Villagers ran. Meanwhile the river rose. Asked why, nobody spoke.")
        #expect(reading.layer.entities.isEmpty, "\(reading.layer.entities.map(\.name))")
    }

    @Test func namesWithParticlesAndDiacritics() throws {
        let reading = try Reading("Yesterday José de la Cruz met Mohammed bin Rashid and Łukasz Żak.")
        for name in ["José de la Cruz", "Mohammed bin Rashid", "Łukasz Żak"] {
            #expect(reading.layer.entities.contains { $0.name == name }, "\(name)")
        }
    }

    @Test func idsFollowTheText() throws {
        let entities = try Reading("Anna Berg met Carl Dahl in Paris. Dahl smiled.").layer.entities
        #expect(entities.map(\.id) == entities.indices.map { "e\($0 + 1)" })
        #expect(entities.map { $0.mentions[0].span } == entities.map { $0.mentions[0].span }.sorted())
    }
}
