import Foundation
import LanguageAnalysis
import NewsModel

/// For training the scorer of speakers: annotated articles in, rankings out.
///
/// A line in: {"id", "text", "attributions": [{"content", "cue", "source", "speaks"?}], "entities"?}; a line out: {"id",
/// "rankings", "speakers", "entities"}; the first line names the features. Entities given back save tagging them anew.
enum SpeakerRows {
    static func write(analyzer: Analyzer, weights: [Float]?) throws {
        try emit(["features": SpeakerExamples.featureNames])
        while let line = readLine() {
            guard let row = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any],
                let id = row["id"] as? String, let text = row["text"] as? String,
                let attributions = row["attributions"] as? [[String: Any]]
            else { continue }
            let document = DocumentText(text)
            let sentences = try analyzer.splitter.split(document, budget: .unlimited)
            let all =
                try entities(row["entities"])
                ?? analyzer.tagger.tag(document, sentences: sentences, budget: .unlimited).entities
            let speaking = all.filter { $0.type != .date && $0.type != .money }
            let (rankings, speakers) = try SpeakerExamples.run(
                document, sentences: sentences, entities: speaking, attributions: attributions.map(attribution),
                weights: weights, budget: .unlimited)
            try emit([
                "id": id, "rankings": rankings.map(object),
                "speakers": speakers.map { [$0.speaker?.name as Any? ?? NSNull(), $0.rule.rawValue] },
                "entities": speaking.map(object),
            ])
        }
    }

    private static func emit(_ object: [String: Any]) throws {
        FileHandle.standardOutput.write(try JSONSerialization.data(withJSONObject: object) + Data([0x0A]))
    }

    private static func spans(_ value: Any?) -> [Span] {
        ((value as? [[Int]]) ?? []).compactMap { $0.count == 2 ? Span($0[0], $0[1]) : nil }
    }

    private static func attribution(_ row: [String: Any]) -> SpeakerExamples.Attribution {
        .init(
            content: spans(row["content"]), cue: spans(row["cue"]), source: spans(row["source"]),
            speaks: row["speaks"] as? Bool ?? true)
    }

    private static func entities(_ value: Any?) -> [Entity]? {
        (value as? [[String: Any]])?.enumerated().compactMap { index, row in
            guard let type = (row["type"] as? String).flatMap(EntityType.init(rawValue:)), let name = row["name"] as? String
            else { return nil }
            return Entity(
                id: "e\(index + 1)", type: type, name: name, role: row["role"] as? String,
                mentions: spans(row["mentions"]).map { EntityMention(span: $0, form: .name) })
        }
    }

    private static func object(_ entity: Entity) -> [String: Any] {
        [
            "name": entity.name, "type": entity.type.rawValue, "role": entity.role as Any? ?? NSNull(),
            "mentions": entity.mentions.map { [$0.span.start, $0.span.end] },
        ]
    }

    private static func object(_ ranking: SpeakerExamples.Ranking) -> [String: Any] {
        [
            "row": ranking.attribution, "form": ranking.form, "names": ranking.names.map { $0 as Any? ?? NSNull() },
            "features": ranking.features.map { row in row.map { (Double($0) * 1000).rounded() / 1000 } },
        ]
    }
}
