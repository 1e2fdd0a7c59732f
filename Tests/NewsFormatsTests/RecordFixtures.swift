import TestSupport
import NewsModel
import NewsFormats

/// Records for tests.
enum RecordFixtures {
    /// A small record whose JSON is written out in a test.
    static func small() -> AnalysisRecord {
        let article = Article(
            id: "a/1", title: "Zoë speaks", body: "“No,” said Zoë, “never.”", byline: "B", source: "S",
            url: "https://example.org", published: "2025-06-04", language: "en", version: 2)
        var record = RecordComposer.compose(
            article, sentences: [Span(0, 10), Span(12, 36)],
            entities: [
                Entity(
                    id: "e1", type: .person, name: "Zoë", role: "mayor",
                    mentions: [EntityMention(span: Span(0, 3), form: .name), EntityMention(span: Span(23, 26), form: .name)])
            ],
            quotations: [
                Quotation(
                    kind: .direct, content: [Span(12, 17), Span(28, 36)], cue: [Span(18, 22)], source: [Span(23, 26)],
                    speaker: Speaker(entity: "e1", name: "Zoë", kind: .person, role: "mayor"), confidence: 0.97),
                Quotation(kind: .indirect, content: [Span(4, 10)], polarity: .denied, confidence: 0.5),
            ],
            discarded: [DiscardedMarks(span: Span(28, 36), reason: .scareQuote)])
        record.sequence = 4711
        return record
    }

    /// Any record with spans in its text.
    static func random(_ generator: inout SeededGenerator) -> AnalysisRecord {
        let title = Bool.random(using: &generator) ? "T" + generator.text(upTo: 20) : nil
        let article = Article(
            id: "i" + generator.text(upTo: 9), title: title, body: "b" + generator.text(upTo: 200),
            source: Bool.random(using: &generator) ? generator.text(upTo: 9) : nil,
            version: Int.random(in: 1...3, using: &generator))
        let length = article.analysedText.unicodeScalars.count
        func span() -> Span {
            let start = Int.random(in: 0..<length, using: &generator)
            return Span(start, Int.random(in: start + 1...length, using: &generator))
        }
        func spans(_ range: ClosedRange<Int>) -> [Span] { (0..<Int.random(in: range, using: &generator)).map { _ in span() } }
        func pick<Value>(_ values: [Value]) -> Value { values[Int.random(in: 0..<values.count, using: &generator)] }
        let entities = (0..<Int.random(in: 0...3, using: &generator)).map { index in
            Entity(
                id: "e\(index + 1)", type: pick(EntityType.allCases), name: "N" + generator.text(upTo: 9),
                role: pick([nil, "role"]),
                mentions: spans(1...3).map { EntityMention(span: $0, form: pick(EntityMention.Form.allCases)) })
        }
        let quotations = (0..<Int.random(in: 0...4, using: &generator)).map { _ in
            Quotation(
                kind: pick(Quotation.Kind.allCases), content: spans(1...3), cue: spans(0...2), source: spans(0...2),
                speaker: pick([
                    nil, Speaker(entity: entities.last?.id, name: "S" + generator.text(upTo: 9), kind: pick(Speaker.Kind.allCases)),
                ]),
                polarity: pick(Quotation.Polarity.allCases),
                confidence: Double(Int.random(in: 0...10_000, using: &generator)) / 10_000)
        }
        var record = RecordComposer.compose(
            article, sentences: spans(0...4), entities: entities, quotations: quotations,
            discarded: spans(0...2).map { DiscardedMarks(span: $0, reason: pick(DiscardedMarks.Reason.allCases)) })
        record.sequence = pick([nil, UInt64.random(in: 1...1 << 40, using: &generator)])
        record.namesVersion = pick([nil, UInt64.random(in: 0...1 << 40, using: &generator)])
        return record
    }
}
