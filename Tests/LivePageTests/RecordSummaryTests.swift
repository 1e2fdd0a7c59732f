import Foundation
import LivePage
import NewsFormats
import NewsModel
import Testing

@Suite struct RecordSummaryTests {
    private struct Summary: Decodable {
        struct Quotation: Decodable {
            struct Speaker: Decodable { var name: String }
            var text: String
            var kind: String
            var speaker: Speaker?
            var confidence: Double
        }
        var id: String
        var title: String
        var sequence: Int
        var quotationCount: Int
        var quotations: [Quotation]
    }

    private func summary(_ record: AnalysisRecord) throws -> Summary {
        var record = record
        RecordComposer.finish(&record)
        let json = try #require(RecordSummary.json(ofRecord: RecordEncoder.encode(record)))
        #expect(!json.contains(UInt8(ascii: "\n")), "one event is one line")
        return try JSONDecoder().decode(Summary.self, from: Data(json))
    }

    private func record(_ body: String, title: String? = nil, quotations: [Quotation] = []) -> AnalysisRecord {
        var record = RecordComposer.begin(Article(id: "id\n\"<>", title: title, body: body))
        record.sequence = 9
        record.quotations = quotations
        return record
    }

    @Test func countsScalarsAsTheRecordDoes() throws {
        let text = "😀😀 “Só e\u{301} 👩‍👩‍👧,” said Ana Lima."
        let scalars = Array(text.unicodeScalars)
        let start = try #require(scalars.firstIndex(of: "“")), end = try #require(scalars.firstIndex(of: "”")) + 1
        let quotation = Quotation(
            kind: .direct, content: [Span(start, end)], speaker: Speaker(name: "Ana Lima", kind: .person), confidence: 0.5)
        let summary = try summary(record(text, title: nil, quotations: [quotation]))
        #expect(summary.quotations.first?.text == "“Só e\u{301} 👩‍👩‍👧,”")
        #expect(summary.quotations.first?.speaker?.name == "Ana Lima")
        #expect(summary.id == "id\n\"<>" && summary.sequence == 9)
        #expect(summary.title == text)
    }

    @Test func joinsInterruptedContentAndClipsWhatIsLong() throws {
        let text = String(repeating: "ab ", count: 1_000)
        // Behind the title and a blank line.
        let quotation = Quotation(kind: .indirect, content: [Span(5_002, 5_004), Span(5_005, 7_900)], confidence: 1)
        let many = [Quotation](repeating: quotation, count: 60)
        let summary = try summary(record(text, title: String(repeating: "t", count: 5_000), quotations: many))
        #expect(summary.quotationCount == 60)
        #expect(summary.quotations.count == RecordSummary.listedQuotations)
        let shown = try #require(summary.quotations.first?.text)
        #expect(shown.hasPrefix("ab ab ab") && shown.hasSuffix("…"))
        #expect(shown.unicodeScalars.count <= RecordSummary.quotationCharacters + 2)
        #expect(summary.title.unicodeScalars.count == 300)
    }

    @Test func whatIsNoRecordHasNone() {
        #expect(RecordSummary.json(ofRecord: Array("{}".utf8)) == nil)
        #expect(RecordSummary.json(ofRecord: []) == nil)
    }
}
