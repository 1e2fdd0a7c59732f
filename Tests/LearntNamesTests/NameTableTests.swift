import LearntNames
import Pipeline
import TestSupport
import Testing

struct NameTableTests {
    /// What a snapshot does not hold must follow from what it holds: a worker that began with one and a worker that began
    /// with the first operation decide alike ever after.
    @Test func aTableFromASnapshotGoesOnLikeTheOneItWasMadeOf() throws {
        var generator = SeededGenerator.announced()
        for _ in 0..<40 {
            var table = NameTable()
            var version: UInt64 = 0
            for _ in 0..<generator.below(120) {
                version += 1
                table.apply(NameFixtures.operation(&generator), version: version)
            }
            let bytes = NameCodec.encode(table)
            var copy = try bytes.withUnsafeBytes(NameCodec.decodeTable)
            #expect(NameCodec.encode(copy) == bytes)
            let probe = "“No,” said Moretti. “Yes,” said Novak, and the Ukrainian president said that it rained."
            for _ in 0..<60 {
                version += 1
                let operation = NameFixtures.operation(&generator)
                table.apply(operation, version: version)
                copy.apply(operation, version: version)
                #expect(try NameFixtures.speakers(probe, from: table) == NameFixtures.speakers(probe, from: copy))
            }
            let isEqual = NameCodec.encode(copy) == NameCodec.encode(table)
            #expect(isEqual)
        }
    }

    @Test func aCopyStaysAsItIsWhileLearningGoesOn() throws {
        var generator = SeededGenerator.announced()
        var table = NameTable()
        for version in 1...50 { table.apply(NameFixtures.operation(&generator), version: UInt64(version)) }
        let copy = table
        let bytes = NameCodec.encode(copy)
        for version in 51...100 { table.apply(NameFixtures.operation(&generator), version: UInt64(version)) }
        #expect(NameCodec.encode(copy) == bytes)
        #expect(NameCodec.encode(table) != bytes)
    }

    @Test func thereAreNeverMoreNamesThanAllowed() {
        var table = NameTable()
        table.apply(.settings(NameSettings(maximumNames: 100)), version: 1)
        for number in 0..<500 {
            let name = NameObservation(kind: .person, name: "Ana Lima\(number)")
            table.apply(.learn(article: UInt64(number), record: 0, day: 20_000 + number, names: [name]), version: UInt64(number + 2))
            #expect(table.count <= 100)
        }
        #expect(table.find("Ana Lima499") != nil)
        #expect(table.find("Ana Lima0") == nil)
    }

    @Test func anArticleAndItsLaterVersionsCountOnce() throws {
        var table = NameTable()
        let names = [NameObservation(kind: .person, name: "Ana Lima", roles: ["mayor of Riva"])]
        for version in 1...3 { table.apply(.learn(article: 7, record: UInt64(version), day: nil, names: names), version: UInt64(version)) }
        let name = try #require(table.find("Ana Lima"))
        #expect(name.tally.articles == 1)
        #expect(name.evidence == 2)
        #expect(table.version == 3)
        #expect(table.lastRecord == 3)
    }

    @Test func spellingsOfOnePersonAreOneAndThoseOfTwoAreTwo() throws {
        var table = NameTable()
        let names = ["Ana Lima", "Ana Maria Lima", "Ana M. Lima", "A. Lima", "Bruno Lima", "Ana Lima Jr.", "Ana P. Lima"]
        for (number, name) in names.enumerated() {
            let observation = NameObservation(kind: .person, name: name)
            table.apply(.learn(article: UInt64(number), record: 0, day: nil, names: [observation]), version: UInt64(number + 1))
        }
        #expect(table.find("Ana Lima")?.spellings.map(\.text).contains("Ana Maria Lima") == true)
        #expect(table.find("Bruno Lima")?.tally.articles == 1)
        #expect(table.find("Ana Lima Jr.")?.tally.articles == 1)
    }

    @Test func operatorsCorrectMergeAndForget() throws {
        var table = NameTable()
        var version: UInt64 = 0
        func apply(_ operation: NameOperation) {
            version += 1
            table.apply(operation, version: version)
        }
        func learn(_ name: String) {
            apply(.learn(article: version, record: 0, day: nil, names: [NameObservation(kind: .person, name: name)]))
        }
        for _ in 0..<3 { learn("Ana Limma") }
        apply(.correct("Ana Limma", to: "Ana Lima"))
        #expect(table.find("Ana Lima")?.name == "Ana Lima")
        learn("Ana Lima")
        #expect(table.find("Ana Limma")?.tally.articles == 4)
        learn("Anita de Lima")
        apply(.merge("Anita de Lima", into: "Ana Lima"))
        learn("Anita de Lima")
        #expect(table.count == 1)
        #expect(table.find("Anita de Lima")?.tally.articles == 6)
        apply(.forget("Ana Lima", forGood: false))
        #expect(table.count == 0)
        learn("Ana Lima")
        #expect(table.find("Ana Lima")?.tally.articles == 1)
        apply(.forget("Ana Lima", forGood: true))
        learn("Ana Lima")
        #expect(table.count == 0)
    }

    @Test func weightHalvesWithEachHalfLife() {
        var table = NameTable()
        table.apply(.settings(NameSettings(halfLife: 10)), version: 1)
        let name = [NameObservation(kind: .person, name: "Ana Lima")]
        table.apply(.learn(article: 1, record: 0, day: 20_000, names: name), version: 2)
        table.apply(.learn(article: 2, record: 0, day: 20_020, names: name), version: 3)
        #expect(table.find("Ana Lima")?.tally.weight == 1_024 + 256)
        table.apply(.learn(article: 3, record: 0, day: 20_010, names: name), version: 4)
        #expect(table.find("Ana Lima")?.tally.weight == 1_024 + 256 + 512)
        #expect(table.find("Ana Lima")?.tally.firstDay == 20_000)
    }

    @Test func datesAreDays() {
        #expect(CalendarDay.day(of: "1970-01-02T00:00:00Z") == 1)
        #expect(CalendarDay.day(of: "2025-06-04T21:10:00Z") == 20_243)
        #expect(CalendarDay.text(20_243) == "2025-06-04")
        for wrong in ["", "2025", "2025-13-01", "2025-06-0x", "1969-12-31", "20250604T1"] {
            #expect(CalendarDay.day(of: wrong) == nil, "\(wrong)")
        }
        for day in stride(from: 1, to: 60_000, by: 37) { #expect(CalendarDay.day(of: CalendarDay.text(day)) == day) }
    }
}
