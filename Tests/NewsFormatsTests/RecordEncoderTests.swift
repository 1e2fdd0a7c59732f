import Foundation
import NewsFormats
import NewsModel
import TestSupport
import Testing

@Suite struct RecordEncoderTests {
    @Test func writesTheContractsMembersInOrder() {
        let record = RecordFixtures.small()
        let ids = record.quotations.map(\.id)
        #expect(
            String(decoding: RecordEncoder.encode(record), as: UTF8.self)
                == #"{"schema":"quoted.analysis/1","sequence":4711,"article":{"id":"a/1","version":2,"title":"Zoë speaks","#
                + #""published":"2025-06-04","source":"S","url":"https://example.org","language":"en","sha256":"\#(record.sha256)","#
                + #""status":"usable"},"text":"Zoë speaks\n\n“No,” said Zoë, “never.”","sentences":[{"start":0,"end":10},"#
                + #"{"start":12,"end":36}],"entities":[{"id":"e1","type":"PERSON","name":"Zoë","role":"mayor","mentions":["#
                + #"{"start":0,"end":3,"form":"name"},{"start":23,"end":26,"form":"name"}]}],"quotations":[{"id":"\#(ids[0])","#
                + #""kind":"direct","text":"“No,” “never.”","content":[{"start":12,"end":17},{"start":28,"end":36}],"#
                + #""cue":[{"start":18,"end":22}],"source":[{"start":23,"end":26}],"speaker":{"entity":"e1","name":"Zoë","#
                + #""type":"person","role":"mayor"},"polarity":"asserted","confidence":0.97},{"id":"\#(ids[1])","kind":"indirect","#
                + #""text":"speaks","content":[{"start":4,"end":10}],"cue":[],"source":[],"speaker":null,"polarity":"denied","#
                + #""confidence":0.5}],"discarded":[{"start":28,"end":36,"reason":"scare-quote"}]}"#)
    }

    @Test func quotationMessageHasItsSentence() throws {
        let record = RecordFixtures.small()
        let messages = QuotationMessageEncoder.encodeAll(of: record)
        #expect(messages.count == 2)
        #expect(messages[0] == QuotationMessageEncoder.encode(record.quotations[0], of: record))
        let id = record.quotations[1].id
        #expect(
            String(decoding: messages[1], as: UTF8.self)
                == #"{"sequence":4711,"article":{"id":"a/1","title":"Zoë speaks","published":"2025-06-04","source":"S","#
                + #""url":"https://example.org"},"quotation":{"id":"\#(id)","kind":"indirect","text":"speaks","content":["#
                + #"{"start":4,"end":10}],"cue":[],"source":[],"speaker":null,"polarity":"denied","confidence":0.5},"#
                + #""sentence":{"start":0,"end":10,"text":"Zoë speaks"}}"#)
    }

    @Test func sentenceReachesOverAllThatTheQuotationTouches() throws {
        var record = RecordFixtures.small()
        record.quotations = [Quotation(kind: .mixed, content: [Span(30, 32)], cue: [Span(2, 3)], confidence: 1)]
        let message = try #require(
            JSONSerialization.jsonObject(with: Data(QuotationMessageEncoder.encodeAll(of: record)[0])) as? [String: Any])
        let sentence = try #require(message["sentence"] as? [String: Any])
        #expect(sentence["start"] as? Int == 0 && sentence["end"] as? Int == 36)
        #expect(sentence["text"] as? String == record.text)
    }

    @Test func aQuotationOutsideOfAllSentencesIsItsOwn() throws {
        var record = RecordFixtures.small()
        record.sentences = [Span(0, 3)]
        record.quotations = [Quotation(kind: .mixed, content: [Span(12, 17)], confidence: 1)]
        let message = try #require(
            JSONSerialization.jsonObject(with: Data(QuotationMessageEncoder.encodeAll(of: record)[0])) as? [String: Any])
        let sentence = try #require(message["sentence"] as? [String: Any])
        #expect(sentence["start"] as? Int == 12 && sentence["end"] as? Int == 17)
    }

    /// Each of a sentence's quotations carries the sentence: of a very long one only what is near.
    @Test func ofAVeryLongSentenceTheQuotationsNeighbourhoodIsTold() throws {
        var record = RecordFixtures.small()
        record.article.title = String(repeating: "t", count: 5_000)
        record.text = String(repeating: "é", count: 100_000)
        record.sentences = [Span(0, 100_000)]
        record.quotations = [
            Quotation(kind: .direct, content: [Span(50_000, 50_010)], confidence: 1),
            Quotation(kind: .direct, content: [Span(20, 30)], cue: [Span(99_000, 99_004)], confidence: 1),
        ]
        let messages = QuotationMessageEncoder.encodeAll(of: record)
        #expect(messages.allSatisfy { $0.count < 8_000 })
        let message = try #require(JSONSerialization.jsonObject(with: Data(messages[0])) as? [String: Any])
        let sentence = try #require(message["sentence"] as? [String: Any])
        #expect(sentence["start"] as? Int == 49_500 && sentence["end"] as? Int == 50_510)
        #expect((sentence["text"] as? String)?.unicodeScalars.count == 1_010)
        #expect(((message["article"] as? [String: Any])?["title"] as? String)?.count == 1_000)
    }

    /// What a service reads back is what another wrote, and what Foundation reads is JSON with the right text.
    @Test func recordsComeBack() throws {
        var generator = SeededGenerator.announced()
        for _ in 0..<500 {
            let record = RecordFixtures.random(&generator)
            let bytes = RecordEncoder.encode(record)
            let read = try RecordDecoder.decode(bytes)
            var expected = record
            expected.article.byline = nil
            #expect(read == expected)
            #expect(RecordEncoder.encode(read) == bytes)
            let json = try #require(JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any])
            let scalars = Array(record.text.unicodeScalars)
            let quotations = try #require(json["quotations"] as? [[String: Any]])
            for (quotation, value) in zip(record.quotations, quotations) {
                var parts: [String] = []
                for span in quotation.content {
                    var part = String.UnicodeScalarView()
                    part.append(contentsOf: scalars[span.start..<span.end])
                    parts.append(String(part))
                }
                // Foundation's reader loses byte order marks.
                let withoutMarks = { (text: String) in text.unicodeScalars.filter { $0 != "\u{FEFF}" }.map(\.value) }
                #expect(withoutMarks(value["text"] as? String ?? "missing") == withoutMarks(parts.joined(separator: " ")))
            }
        }
    }

    @Test func spansOutsideOfTheTextDoNoHarm() throws {
        var record = RecordFixtures.small()
        record.quotations[0].content = [Span(30, 10_000), Span(-5, 2), Span(20, 4)]
        let bytes = RecordEncoder.encode(record)
        #expect((try? JSONSerialization.jsonObject(with: Data(bytes))) != nil)
    }

    @Test func quotationIDsAreUniqueAndSteady() {
        var record = RecordFixtures.small()
        let before = record.quotations.map(\.id)
        record.quotations.append(record.quotations[0])
        RecordComposer.finish(&record)
        #expect(Array(record.quotations.map(\.id).prefix(2)) == before)
        #expect(Set(record.quotations.map(\.id)).count == 3)
        #expect(record.quotations.allSatisfy { $0.id.utf8.count == 16 })
        var other = record
        other.article.version = 9
        RecordComposer.finish(&other)
        #expect(Set(other.quotations.map(\.id)).isDisjoint(with: record.quotations.map(\.id)))
    }

    @Test func aRetractionLeavesATombstone() throws {
        let article = Article(id: "a", title: "T", body: "“No,” he said.", version: 3, status: .withheld)
        let record = RecordComposer.compose(
            article, sentences: [Span(0, 3)], entities: [], quotations: [Quotation(kind: .direct, content: [Span(0, 3)], confidence: 1)],
            discarded: [])
        #expect(record.text.isEmpty && record.quotations.isEmpty && record.sentences.isEmpty)
        let read = try RecordDecoder.decode(RecordEncoder.encode(record))
        #expect(read.article.status == .withheld)
    }

    @Test(arguments: [
        "", "{}", "[]", "{\"schema\":\"quoted.analysis/2\"}", "{\"schema\":\"quoted.analysis/1\",\"sequence\":-1}",
        "{\"schema\":\"quoted.analysis/1\",\"sentences\":[{\"start\":\"x\"}]}", "{\"schema\":\"quoted.analysis/1\"} x",
        "{\"schema\":\"quoted.analysis/1\",\"quotations\":[{\"kind\":\"loud\"}]}",
    ])
    func whatIsNoRecordIsRefused(_ text: String) {
        #expect(throws: RecordFault.self) { try RecordDecoder.decode(Array(text.utf8)) }
    }
}
