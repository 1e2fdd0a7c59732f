import Foundation
import LanguageAnalysis
import LearntNames
import NewsFormats
import NewsModel
import TestSupport

/// Articles read by the rules, and names learnt from them.
enum NameFixtures {
    static let places: [PlaceName] = [
        PlaceName(kind: .country, country: "UA", text: "Ukraine"), PlaceName(kind: .demonym, country: "UA", text: "Ukrainian"),
        PlaceName(kind: .capital, country: "UA", text: "Kyiv"), PlaceName(kind: .country, country: "US", text: "US"),
        PlaceName(kind: .demonym, country: "US", text: "American"), PlaceName(kind: .country, country: "RU", text: "Russia"),
        PlaceName(kind: .demonym, country: "RU", text: "Russian"), PlaceName(kind: .metonym, country: "RU", text: "Kremlin"),
    ]

    static func record(
        _ text: String, id: String = UUID().uuidString, published: String? = nil, from table: NameTable? = nil
    ) throws -> AnalysisRecord {
        let article = Article(id: id, body: text, published: published)
        let document = DocumentText(text)
        var (sentences, layer) = try Analyzer.rules().analyze(document, budget: .unlimited)
        if let table { layer = NameCompletion.complete(layer, of: document, published: published, from: table) }
        var record = RecordComposer.compose(
            article, sentences: sentences, entities: layer.entities, quotations: layer.quotations, discarded: layer.discarded)
        record.namesVersion = layer.namesVersion
        return record
    }

    /// A table that has read the articles, after the places.
    static func table(
        _ texts: [String], published: String? = nil, settings: NameSettings = NameSettings(), holders: [OfficeHolder] = []
    ) throws -> NameTable {
        var table = NameTable()
        table.apply(.settings(settings), version: 1)
        table.apply(.places(places), version: 2)
        table.apply(.holders(holders), version: 3)
        for (number, text) in texts.enumerated() {
            let record = try record(text, id: "a\(number)", published: published)
            if let operation = NameObserver.operation(for: record, time: nil) {
                table.apply(operation, version: table.version + 1)
            }
        }
        return table
    }

    /// Who said what, by name.
    static func speakers(_ text: String, published: String? = nil, from table: NameTable?) throws -> [String?] {
        try record(text, published: published, from: table).quotations.map { $0.speaker?.name }
    }

    // MARK: Random operations

    private static let given = ["Ana", "Bruno", "Carla", "Dario", "A.", "Eva", "Xi"]
    private static let surnames = ["Lima", "Moretti", "Novak", "Okafor", "Petrov", "von der Aue", "Jr."]
    private static let roles = [
        "Ukrainian President", "president of Ukraine", "US Defense Secretary", "mayor of Riva", "Kremlin spokesman", "senator",
        "former president of Russia", "American leader",
    ]

    static func operation(_ generator: inout SeededGenerator) -> NameOperation {
        func pick<Value>(_ values: [Value]) -> Value { values[generator.below(values.count)] }
        func name() -> String { "\(pick(given)) \(pick(surnames))" }
        func some(_ most: Int, _ make: () -> String) -> [String] { (0..<generator.below(most + 1)).map { _ in make() } }
        switch generator.below(20) {
        case 0: return .correct(name(), to: name())
        case 1: return .merge(name(), into: name())
        case 2: return .forget(name(), forGood: generator.chance(30))
        case 3: return .turn(on: generator.chance(70))
        case 4: return .places(Array(places.prefix(generator.below(places.count + 1))))
        case 5:
            return .holders([
                OfficeHolder(name: name(), role: pick(roles), from: generator.chance(50) ? 20_000 : nil, until: nil)
            ])
        case 6:
            return .settings(
                NameSettings(
                    minimumEvidence: 1 + generator.below(3), dominance: 51 + generator.below(50),
                    recency: 1 + generator.below(400), halfLife: 1 + generator.below(100),
                    maximumNames: 8 + generator.below(30)))
        default:
            let observations = (0..<1 + generator.below(4)).map { _ in
                let kind: LearntName.Kind = generator.chance(85) ? .person : .organization
                return NameObservation(
                    kind: kind, name: name(), roles: some(2) { pick(roles) }, forms: some(2) { pick(surnames).lowercased() },
                    gender: pick(PersonName.Gender.allCases))
            }
            return .learn(
                article: UInt64(generator.below(200)), record: generator.chance(50) ? 0 : generator.next() >> 30,
                day: generator.chance(70) ? 19_000 + generator.below(2_000) : nil, names: observations)
        }
    }
}
