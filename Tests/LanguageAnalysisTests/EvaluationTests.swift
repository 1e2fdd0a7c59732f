import Foundation
import LanguageAnalysis
import NewsModel
import Testing

@Suite struct EvaluationTests {
    // MARK: Names

    @Test func aNameIsRightByBothEndsAndType() {
        var score = EntityScore(types: Set(ScoredEntityType.allCases))
        score.add(
            reference: [
                TypedSpan(Span(0, 4), .person), TypedSpan(Span(6, 9), .location), TypedSpan(Span(20, 23), .norp),
            ],
            predicted: [
                TypedSpan(Span(0, 4), .person), TypedSpan(Span(6, 8), .location), TypedSpan(Span(10, 12), .person),
                TypedSpan(Span(20, 23), .misc),
            ])
        #expect(score[.person] == SpanCounts(reference: 1, predicted: 2, right: 1))
        #expect(score[.person].precision == 50)
        #expect(score[.person].recall == 100)
        #expect(score[.location] == SpanCounts(reference: 1, predicted: 1, right: 0))
        #expect(score[.norp] == SpanCounts(reference: 1, predicted: 0, right: 0))
        #expect(score[.misc] == SpanCounts(reference: 0, predicted: 1, right: 0))
        let total = score.total(of: [.person, .organization, .location])
        #expect(total == SpanCounts(reference: 2, predicted: 3, right: 1))
        #expect(total.f1 == 40)
    }

    @Test func overlappingNamesAreCountedOneByOneAndTwinsOnce() {
        var score = EntityScore(types: [.organization])
        let whole = TypedSpan(Span(0, 18), .organization)
        score.add(
            reference: [whole], predicted: [whole, whole, TypedSpan(Span(14, 18), .organization)])
        #expect(score[.organization] == SpanCounts(reference: 1, predicted: 2, right: 1))
    }

    @Test func articlesAreCountedTogether() {
        var score = EntityScore(types: [.person])
        score.add(reference: [TypedSpan(Span(0, 4), .person)], predicted: [TypedSpan(Span(0, 4), .person)])
        score.add(
            reference: [TypedSpan(Span(0, 4), .person), TypedSpan(Span(5, 9), .person)],
            predicted: [])
        #expect(score[.person] == SpanCounts(reference: 3, predicted: 1, right: 1))
        #expect(score[.person].f1 == 50)
        #expect(score.articles == 2)
    }

    @Test func aTypeThatTheSetLacksIsLeftOut() {
        let article = ReferenceArticle(id: "a", text: "Ann is Thai", entities: [TypedSpan(Span(0, 3), .person)])
        var evaluation = Evaluation(of: [article])
        evaluation.add(
            article, PredictedArticle(entities: [TypedSpan(Span(0, 3), .person), TypedSpan(Span(7, 11), .norp)]))
        #expect(
            evaluation.report == """
                1 articles, names
                                 gold   pred      P      R     F1
                PER                 1      1  100.0  100.0  100.0
                PER+ORG+LOC         1      1  100.0  100.0  100.0
                """)
    }

    @Test func ofTheAnalyserOnlyNamesCount() {
        let entities = [
            Entity(
                id: "e1", type: .facility, name: "Big Ben",
                mentions: [
                    EntityMention(span: Span(0, 7), form: .name), EntityMention(span: Span(9, 18), form: .description),
                    EntityMention(span: Span(20, 22), form: .pronoun),
                ]),
            Entity(id: "e2", type: .money, name: "$5", mentions: [EntityMention(span: Span(30, 32), form: .name)]),
        ]
        let predicted = PredictedArticle(AttributionLayer(entities: entities), sentences: [])
        #expect(predicted.entities == [TypedSpan(Span(0, 7), .location)])
    }

    @Test func everyTypeOfOursHasASpelling() {
        for type in EntityType.allCases {
            let meaning = ScoredEntityType.meaning(of: type.rawValue)
            #expect(meaning == ScoredEntityType(type).map { .scored($0) } ?? .ignored)
        }
        #expect(ScoredEntityType.meaning(of: "GPE") == nil)
    }

    // MARK: Sentences

    @Test func aSentenceIsRightByItsEnd() {
        var score = SentenceScore()
        // where it starts is not asked, nor how much white space it takes in
        score.add(
            "One two. Three. Four.", reference: [Span(0, 8), Span(9, 15), Span(16, 21)],
            predicted: [Span(0, 9), Span(9, 21)])
        #expect(score.counts == SpanCounts(reference: 3, predicted: 2, right: 2))
        #expect(score.counts.precision == 100)
        #expect(score.counts.f1 == 80)
    }

    // MARK: Reading

    @Test func tokensBecomeScalars() throws {
        let line = #"""
            {"id": "a", "genre": "news", "split": "dev", "text": "Ána Roe won. Yes.", \#
            "token_offsets": [[0, 3], [4, 7], [8, 11], [11, 12], [13, 16], [16, 17]], \#
            "entities": [{"start": 0, "end": 2, "type": "Person"}, {"start": 4, "end": 5, "type": "Date"}], \#
            "sentences": [[0, 4], [4, 6]]}
            """#
        let article = try #require(try ReferenceReader.articles(jsonLines: Array(line.utf8)).first)
        #expect(article.entities == [TypedSpan(Span(0, 7), .person)])
        #expect(article.sentences == [Span(0, 12), Span(13, 17)])
        #expect(article.attributions == nil)
        #expect(article.genre == "news" && article.split == "dev")
    }

    @Test func withoutTokensSentencesAreInScalars() throws {
        let line = #"{"id": "a", "text": "Ána won. Yes.", "sentences": [[0, 8], [9, 13]]}"#
        let article = try #require(try ReferenceReader.articles(jsonLines: Array(line.utf8)).first)
        #expect(article.sentences == [Span(0, 8), Span(9, 13)])
    }

    @Test func recordsAreReadAsPredictions() throws {
        let record = #"""
            {"article": {"id": "a"}, "text": "Ann: no.", "sentences": [{"start": 0, "end": 8}], "entities": [\#
            {"id": "e1", "type": "PERSON", "name": "Ann", "mentions": [{"start": 0, "end": 3, "form": "name"}, \#
            {"start": 5, "end": 7, "form": "pronoun"}]}, {"id": "e2", "type": "DATE", "mentions": []}], \#
            "quotations": [{"kind": "direct", "content": [{"start": 5, "end": 7}], "source": [{"start": 0, "end": 3}], \#
            "speaker": {"entity": "e1", "name": "Ann"}}, {"kind": "mixed", "content": [[0, 8]], "speaker": null}]}
            """#
        let article = ReferenceArticle(id: "a", text: "Ann: no.", sentences: [])
        let predictions = try ReferenceReader.predictions(jsonLines: Array(record.utf8), about: [article])
        let predicted = try #require(predictions["a"])
        #expect(predicted.sentences == [Span(0, 8)])
        #expect(predicted.entities == [TypedSpan(Span(0, 3), .person)])
        #expect(predicted.quotations.map(\.speaker) == ["Ann", nil])
        #expect(predicted.quotations.map(\.content) == [[Span(5, 7)], [Span(0, 8)]])
        #expect(predicted.quotations[0].source == [Span(0, 3)])
    }

    private static func entityLine(_ entity: String) -> String {
        #"{"id": "a", "text": "abc", "token_offsets": [[0, 3]], "entities": [\#(entity)]}"#
    }

    @Test(arguments: [
        ("{", ""),
        (#"{"id": "a"}"#, "text: missing"),
        (#"{"id": "a", "text": "abc"}"#, "no attributions, entities or sentences"),
        (#"{"id": "x", "text": "abc", "sentences": []}"#, "occurs twice"),
        (#"{"id": "a", "text": "abc", "sentences": [[0, 4]]}"#, "[0, 4] must hold something and lie within 0..3"),
        (#"{"id": "a", "text": "abc", "sentences": [[2, 2]]}"#, "[2, 2] must hold something"),
        (#"{"id": "a", "text": "abc", "sentences": [[0, 1, 2]]}"#, "sentences[0]"),
        (#"{"id": "a", "text": "abc", "attributions": [{"content": [[0, 9]], "kind": "direct"}]}"#, "within 0..3"),
        (#"{"id": "a", "text": "abc", "attributions": [{"content": [], "kind": "direct"}]}"#, "no content"),
        (#"{"id": "a", "text": "abc", "attributions": [{"content": [[0, 1]], "kind": "said"}]}"#, "kind must be"),
        (#"{"id": "a", "text": "abc", "entities": []}"#, "entities without token_offsets"),
        (entityLine(#"{"start": 0, "end": 2, "type": "PER"}"#), "tokens within 0..1"),
        (entityLine(#"{"start": 0, "end": 1, "type": "Pet"}"#), "unknown type \"Pet\""),
    ])
    func aFaultyAnnotatedLineIsNamed(_ line: String, _ reason: String) {
        let text = #"{"id": "x", "text": "abc", "sentences": []}"# + "\n\n" + line
        let fault = #expect(throws: ReferenceFault.self) {
            try ReferenceReader.articles(jsonLines: Array(text.utf8))
        }
        #expect(fault?.line == 3)
        #expect(reason.isEmpty || fault?.reason.contains(reason) == true, "\(fault?.reason ?? "")")
        #expect(fault?.reason.contains("\n") == false)
    }

    @Test(arguments: [
        ("[]", ""), (#"{"id": "a"}"#, "neither a record"), (#"{"id": "b", "attributions": []}"#, "not among"),
        (#"{"id": "x", "attributions": []}"#, "occurs twice"),
        (#"{"id": "a", "attributions": [{"content": [[0, 4]]}]}"#, "within 0..3"),
        (#"{"id": "a", "attributions": [{"content": [[0, 2]], "kind": "said"}]}"#, "kind must be"),
        (#"{"article": {"id": "a"}, "quotations": [], "entities": [{"type": "Pet", "mentions": []}]}"#, "unknown type"),
    ])
    func aFaultyPredictionIsNamed(_ line: String, _ reason: String) {
        let articles = ["a", "x"].map { ReferenceArticle(id: $0, text: "abc", attributions: []) }
        let fault = #expect(throws: ReferenceFault.self) {
            try ReferenceReader.predictions(
                jsonLines: Array((#"{"id": "x", "attributions": []}"# + "\n" + line).utf8), about: articles)
        }
        #expect(fault?.line == 2)
        #expect(reason.isEmpty || fault?.reason.contains(reason) == true, "\(fault?.reason ?? "")")
    }

    @Test func emptyFilesGiveNothing() throws {
        #expect(try ReferenceReader.articles(jsonLines: []).isEmpty)
        #expect(try ReferenceReader.articles(jsonLines: Array("\n \n".utf8)).isEmpty)
        #expect(try ReferenceReader.predictions(jsonLines: [], about: []).isEmpty)
        #expect(Evaluation(of: []).report.isEmpty)
    }

    @Test func anArticleWithNothingInItGivesDashes() {
        let article = ReferenceArticle(id: "a", text: "", sentences: [])
        var evaluation = Evaluation(of: [article])
        evaluation.add(article, nil)
        #expect(evaluation.report.hasSuffix("SENTENCE            0      0      -      -      -"))
    }

    @Test func aTableForEachAnnotation() {
        let article = ReferenceArticle(
            id: "a", text: "Ann won.", attributions: [], entities: [TypedSpan(Span(0, 3), .person)],
            sentences: [Span(0, 8)])
        var evaluation = Evaluation(of: [article])
        evaluation.add(article, PredictedArticle(sentences: [Span(0, 8)]))
        let tables = evaluation.report.components(separatedBy: "\n\n")
        #expect(tables.count == 3)
        #expect(tables.last?.hasSuffix("SENTENCE            1      1  100.0  100.0  100.0") == true)
    }

    // MARK: The shared corpora

    /// The corpora's own table of types, set by set.
    @Test func typesMeanWhatTheCorporaSay() throws {
        guard let bytes = SharedCorpora.read("corpora/ner/mapping.json", for: "typesMeanWhatTheCorporaSay") else {
            return
        }
        let sets = try #require(try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any])
        for (name, types) in sets {
            guard let types = types as? [String: Any] else { continue }
            for (spelling, target) in types where !["*", "norp"].contains(spelling) {
                let expected = (target as? String).flatMap(ScoredEntityType.init(rawValue:))
                #expect(
                    ScoredEntityType.meaning(of: spelling) == expected.map { .scored($0) } ?? .ignored,
                    "\(name): \(spelling)")
            }
        }
    }
}
