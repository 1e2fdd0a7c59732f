import LivePage
import NewsFormats
import NewsModel
import Testing
import ZeroMQ

@Suite struct RecordWindowTests {
    private func record(_ sequence: Int, article: String, status: String = "usable", padding: Int = 0) -> Frame {
        Frame(
            """
            {"schema":"quoted.analysis/1","sequence":\(sequence),"article":{"id":"\(article)","version":1,"sha256":"",\
            "status":"\(status)"},"text":"\(String(repeating: "x", count: padding))","sentences":[],"entities":[],\
            "quotations":[],"discarded":[]}
            """)
    }

    private func append(_ frame: Frame, to window: inout RecordWindow) throws {
        window.append(frame, header: try #require(frame.withUnsafeBytes { RecordHeader($0) }))
    }

    private func window(of count: Int, keeping: Int = 100) throws -> RecordWindow {
        var window = RecordWindow(maximumRecords: keeping, maximumBytes: 1 << 20)
        for number in 1...count { try append(record(number * 10, article: "a\(number)"), to: &window) }
        return window
    }

    @Test func readsWhatStandsInFrontOfTheText() throws {
        let header = try #require(record(7, article: "x\\\"y", status: "withheld").withUnsafeBytes { RecordHeader($0) })
        #expect(header.sequence == 7 && header.article == "x\"y" && header.version == 1 && header.isRetraction)
        for bad in ["", "[]", "{\"sequence\":1}", "{\"article\":{\"id\":\"a\"}}", "\u{7F}"] {
            #expect(Frame(bad).withUnsafeBytes { RecordHeader($0) } == nil, "\(bad)")
        }
    }

    @Test func keepsNoMoreThanItMay() throws {
        var window = try window(of: 30, keeping: 20)
        #expect(window.count == 20)
        #expect(window.record(ofArticle: "a10") == nil && window.record(ofArticle: "a11") != nil)
        var small = RecordWindow(maximumRecords: 100, maximumBytes: 3_000)
        for number in 1...10 { try append(record(number, article: "a\(number)", padding: 1_000), to: &small) }
        #expect(small.count == 2)
        // One that alone is too large is kept: it is the latest.
        try append(record(99, article: "large", padding: 10_000), to: &window)
        #expect(window.record(ofArticle: "large") != nil)
    }

    @Test func givesAllThatIsNew() throws {
        let window = try window(of: 5)
        let all = window.batch(after: 0, limit: 100)
        #expect(all.entries.map(\.header.sequence) == [10, 20, 30, 40, 50])
        #expect(all.seen == 5 && all.position == 5)
        #expect(window.batch(after: 3, limit: 100).entries.map(\.header.sequence) == [40, 50])
        let none = window.batch(after: 5, limit: 100)
        #expect(none.entries.isEmpty && none.seen == 0 && none.position == 5)
    }

    @Test(arguments: [1, 3, 7, 10, 99]) func samplesEvenlyWithTheLatest(_ limit: Int) throws {
        let window = try window(of: 100)
        let batch = window.batch(after: 0, limit: limit)
        #expect(batch.entries.count == limit && batch.seen == 100)
        #expect(batch.entries.last?.header.sequence == 1_000)
        let gaps = zip(batch.entries, batch.entries.dropFirst()).map { $1.position - $0.position }
        #expect((gaps.max() ?? 0) - (gaps.min() ?? 0) <= 1)
    }

    @Test func countsWhatFellOutBeforeAnybodySawIt() throws {
        let window = try window(of: 150, keeping: 20)
        let batch = window.batch(after: 0, limit: 5)
        #expect(batch.seen == 150 && batch.entries.count == 5)
    }

    @Test func retractionsTakeTheArticleAwayAndAreNeverLeftOut() throws {
        var window = try window(of: 50)
        try append(record(501, article: "a7", status: "withheld"), to: &window)
        for number in 60...90 { try append(record(number * 10, article: "b\(number)"), to: &window) }
        let tombstone = try #require(window.record(ofArticle: "a7"))
        #expect(tombstone.withUnsafeBytes { RecordHeader($0)?.isRetraction } == true)
        let batch = window.batch(after: 0, limit: 1)
        #expect(batch.entries.contains { $0.header.article == "a7" })
        #expect(batch.entries.count == 2)
        #expect(!batch.entries.contains { $0.header.article == "a7" && !$0.header.isRetraction })
    }

    @Test func goesOnBehindTheSequenceThatWasSeen() throws {
        let window = try window(of: 30, keeping: 20)
        #expect(window.position(afterSequence: 250) == 25)
        #expect(window.position(afterSequence: 255) == 25)
        #expect(window.position(afterSequence: 300) == 30)
        // Seen so long ago that some are gone, or in another log: from the oldest that there is.
        #expect(window.batch(after: window.position(afterSequence: 50), limit: 100).entries.count == 20)
        #expect(window.position(afterSequence: 10_000) == 0)
    }

    @Test func paceIsSavedUpForASecondOnly() {
        let start = ContinuousClock.now
        var pace = PacedReader(rate: 10, now: start)
        #expect(pace.allowed(at: start) == 10)
        pace.spend(10)
        #expect(pace.allowed(at: start + .milliseconds(50)) == 0)
        #expect(pace.allowed(at: start + .milliseconds(310)) == 3)
        #expect(pace.allowed(at: start + .seconds(60)) == 10)
    }
}
