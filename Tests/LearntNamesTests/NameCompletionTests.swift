import LanguageAnalysis
import LearntNames
import NewsModel
import TestSupport
import Testing

struct NameCompletionTests {
    private static let wire = [
        "Ukrainian President Volodymyr Markovych met envoys on Tuesday. Mr. Markovych said that it was a good day.",
        "Russian President Igor Sokolov opened a bridge on Tuesday. Sokolov said that it was new.",
    ]

    @Test func aSurnameGetsTheFullNameOfEarlierArticles() throws {
        let table = try NameFixtures.table(Self.wire)
        let record = try NameFixtures.record("“It is late,” Markovych said. He added that it was cold.", from: table)
        #expect(record.quotations.map { $0.speaker?.name } == ["Volodymyr Markovych", "Volodymyr Markovych"])
        #expect(record.namesVersion == table.version)
        let entity = try #require(record.entities.first { $0.type == .person })
        #expect(entity.name == "Volodymyr Markovych")
        #expect(record.quotations.allSatisfy { $0.speaker?.entity == entity.id && $0.speaker?.role == entity.role })
    }

    @Test(arguments: [
        "The Ukrainian president said that it was late.", "“It is late,” the Ukrainian leader said.",
        "The president of Ukraine said that it was late.", "“It is late,” said the leader of Ukraine.",
    ])
    func anOfficeGetsTheNameOfItsHolder(_ text: String) throws {
        let table = try NameFixtures.table(Self.wire)
        let record = try NameFixtures.record(text, from: table)
        let quotation = try #require(record.quotations.first)
        #expect(quotation.speaker?.name == "Volodymyr Markovych", "\(text)")
        #expect(quotation.speaker?.kind == .person)
        let entity = try #require(record.entities.first { $0.id == quotation.speaker?.entity })
        #expect(entity.name == "Volodymyr Markovych")
        #expect(entity.role == quotation.speaker?.role)
        #expect(entity.mentions.contains { $0.form == .description })
    }

    @Test func surnameAndOfficeInOneArticleAreOnePerson() throws {
        let table = try NameFixtures.table(Self.wire)
        let record = try NameFixtures.record(
            "“It is late,” Markovych said.\n\nOn Monday it rained.\n\nThe Ukrainian leader said that it was cold.", from: table)
        let ids = Set(record.quotations.map { $0.speaker?.entity })
        #expect(ids.count == 1 && !ids.contains(nil))
        #expect(record.quotations.allSatisfy { $0.speaker?.role == "Ukrainian leader" })
    }

    @Test(arguments: [
        "A Ukrainian president said that it was late.", "The former Ukrainian president said that it was late.",
        "The Ukrainian vice president said that it was late.", "The president said that it was late.",
        "The French president said that it was late.", "The Ukrainian foreign minister said that it was late.",
    ])
    func otherDescriptionsStayAsTheyAre(_ text: String) throws {
        let table = try NameFixtures.table(Self.wire)
        #expect(try NameFixtures.speakers(text, from: table) == NameFixtures.speakers(text, from: nil), "\(text)")
    }

    @Test func theArticlesOwnEvidenceWins() throws {
        let table = try NameFixtures.table(Self.wire)
        // Another bearer of the name, another holder of the office, the other sex.
        let texts = [
            "Olena Markovych came. “It is late,” said Mr. Markovych. Petro Markovych left.",
            "Ukrainian President Petro Danko came to Riva. The Ukrainian president said that it was late.",
            "“It is late,” Markovych said. She added that it was cold. Mrs. Markovych left.",
        ]
        for text in texts {
            let speakers = try NameFixtures.speakers(text, from: table)
            #expect(!speakers.contains("Volodymyr Markovych"), "\(text): \(speakers)")
        }
    }

    @Test func aSurnameOfTwoStaysShort() throws {
        let table = try NameFixtures.table(Self.wire + [
            "Judge Olha Markovych said that the case was closed. Markovych said it was late.",
        ])
        #expect(try NameFixtures.speakers("“It is late,” Markovych said.", from: table) == ["Markovych"])
    }

    @Test func aNameSeenOnceWithoutOfficeIsNotGiven() throws {
        let once = ["Bruno Moretti said that it rained."]
        #expect(try NameFixtures.speakers("“It is late,” Moretti said.", from: NameFixtures.table(once)) == ["Moretti"])
        let twice = once + ["Bruno Moretti said that it snowed."]
        #expect(try NameFixtures.speakers("“It is late,” Moretti said.", from: NameFixtures.table(twice)) == ["Bruno Moretti"])
    }

    @Test func aNameThatIsOldIsNotGiven() throws {
        let table = try NameFixtures.table(Self.wire, published: "2020-01-01")
        let text = "“It is late,” Markovych said."
        #expect(try NameFixtures.speakers(text, published: "2020-06-01", from: table) == ["Volodymyr Markovych"])
        #expect(try NameFixtures.speakers(text, published: "2021-06-01", from: table) == ["Markovych"])
        #expect(try NameFixtures.speakers(text, published: "2018-06-01", from: table) == ["Markovych"])
    }

    @Test func theOperatorsOfficeHoldersHaveDates() throws {
        let holders = [
            OfficeHolder(name: "Ana Lima", role: "president of Ukraine", from: 19_000, until: 19_999),
            OfficeHolder(name: "Bruno Novak", role: "president of Ukraine", from: 20_000),
        ]
        let table = try NameFixtures.table([], holders: holders)
        let text = "The Ukrainian president said that it was late."
        #expect(try NameFixtures.speakers(text, published: CalendarDay.text(19_500), from: table) == ["Ana Lima"])
        #expect(try NameFixtures.speakers(text, published: CalendarDay.text(20_500), from: table) == ["Bruno Novak"])
        #expect(try NameFixtures.speakers(text, published: CalendarDay.text(18_000), from: table) == ["Ukrainian president"])
        #expect(try NameFixtures.speakers(text, from: table) == ["Bruno Novak"])
    }

    @Test func switchedOffNothingIsGivenAndNoVersionStated() throws {
        var table = try NameFixtures.table(Self.wire)
        table.apply(.turn(on: false), version: table.version + 1)
        let text = "“It is late,” Markovych said."
        let record = try NameFixtures.record(text, id: "x", from: table)
        #expect(record == (try NameFixtures.record(text, id: "x")))
        #expect(record.namesVersion == nil)
    }

    /// What was given is no evidence: else one mistake would feed on itself.
    @Test func aNameThatWasGivenTeachesNothing() throws {
        let table = try NameFixtures.table(Self.wire)
        let record = try NameFixtures.record(
            "“It is late,” Markovych said. The Ukrainian leader said that it was cold.", from: table)
        #expect(record.quotations.first?.speaker?.name == "Volodymyr Markovych")
        #expect(NameObserver.observations(in: record).isEmpty)
    }

    @Test func headlinesAndShoutsTeachNoNames() throws {
        let record = try NameFixtures.record("Ana Lima Slams Bruno Novak Over Riva Bridge Plan\n\nANA LIMA: It rains here.")
        #expect(NameObserver.observations(in: record).isEmpty)
    }

    @Test func fullNamesOfficesFormsAndSexAreLearnt() throws {
        let record = try NameFixtures.record(
            "Ana Lima, the mayor of Riva, said that it rained. Mrs. Lima said it was wet. She said it would end.")
        let name = try #require(NameObserver.observations(in: record).first)
        #expect(name.name == "Ana Lima")
        #expect(name.roles == ["mayor of Riva"])
        #expect(name.forms == ["lima"])
        #expect(name.gender == .female)
    }

    // MARK: Any article

    private static let sentences = [
        "“It is late,” Lima said.", "Moretti said that it rained.", "He added that it was wet.", "Ana Lima met Bruno Novak in Riva.",
        "The Ukrainian president said that it was cold.", "“No,” said the American leader.", "Mrs. Petrov denied it.",
        "US Defense Secretary Eva Okafor said that she would come.", "A senator said that it was late.", "Xi said it was warm.",
        "The mayor of Riva told reporters that it was over.", "“Yes, we will,” said von der Aue.", "Ukraine’s president said it was dry.",
    ]

    /// Quotations stay where they are, full names stay what they are, and speakers and entities say the same.
    @Test func whateverTheArticleTheRecordIsConsistent() throws {
        var generator = SeededGenerator.announced()
        for _ in 0..<150 {
            var table = NameTable()
            for version in 1...60 { table.apply(NameFixtures.operation(&generator), version: UInt64(version)) }
            table.apply(.places(NameFixtures.places), version: 61)
            table.apply(.turn(on: true), version: 62)
            let text = (0..<1 + generator.below(10)).map { _ in Self.sentences[generator.below(Self.sentences.count)] }
                .joined(separator: generator.chance(50) ? " " : "\n\n")
            let day = generator.chance(70) ? CalendarDay.text(19_000 + generator.below(2_000)) : nil
            let plain = try NameFixtures.record(text, id: "x", published: day)
            let record = try NameFixtures.record(text, id: "x", published: day, from: table)
            #expect(record.quotations.map(\.content) == plain.quotations.map(\.content))
            #expect(record.quotations.map(\.source) == plain.quotations.map(\.source))
            #expect(Set(record.entities.map(\.id)).count == record.entities.count)
            let entities = Dictionary(record.entities.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
            for entity in plain.entities {
                let now = try #require(entities[entity.id])
                if entity.name.contains(" "), !entity.name.hasPrefix("von ") { #expect(now.name == entity.name) }
                #expect(Set(now.mentions).isSuperset(of: entity.mentions))
            }
            for entity in record.entities {
                #expect(!entity.mentions.isEmpty)
                #expect(entity.mentions.map(\.span) == entity.mentions.map(\.span).sorted())
            }
            for (quotation, before) in zip(record.quotations, plain.quotations) where quotation.speaker != before.speaker {
                let speaker = try #require(quotation.speaker)
                let entity = try #require(speaker.entity.flatMap { entities[$0] }, "\(text)")
                #expect(speaker.name == entity.name && speaker.role == entity.role && speaker.kind == .person)
            }
            #expect(record == (try NameFixtures.record(text, id: "x", published: day, from: table)))
        }
    }

    /// A page of nothing but names must not take time by the square of their number.
    @Test func thousandsOfNamesTakeLinearTime() throws {
        let table = try NameFixtures.table(Self.wire)
        func seconds(_ count: Int) -> Double {
            let names = (0..<count).map { "Name\($0)" }
            let text = DocumentText(names.map { "\($0) said no." }.joined(separator: " "))
            var start = 0
            var layer = AttributionLayer()
            for (number, name) in names.enumerated() {
                let span = Span(start, start + name.count)
                layer.entities.append(
                    Entity(id: "e\(number)", type: .person, name: name, mentions: [EntityMention(span: span, form: .name)]))
                layer.quotations.append(
                    Quotation(
                        kind: .indirect, content: [Span(start + name.count + 6, start + name.count + 8)], source: [span],
                        speaker: Speaker(name: "Ukrainian president \(number)", kind: .unnamed), confidence: 0.5))
                start += name.count + 10
            }
            let elapsed = ContinuousClock().measure {
                _ = NameCompletion.complete(layer, of: text, published: nil, from: table)
            }
            return elapsed / .seconds(1)
        }
        _ = seconds(1_000)
        let (small, large) = (seconds(2_000), seconds(16_000))
        #expect(large < max(0.02, small) * 30, "2,000 names took \(small) s, 16,000 took \(large) s")
    }
}
