import Foundation
import Markup
import NewsFormats
import NewsModel
import TestSupport
import Testing

@Suite struct ExportTests {
    private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    private func object(_ bytes: [UInt8]) throws -> [String: Any] {
        try #require(JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any])
    }

    // MARK: CSV

    @Test func csvHasARowForEachQuotation() {
        let rows = text(QuotationCSV.rows(of: RecordFixtures.small())).split(separator: "\r\n")
        #expect(rows.count == 2)
        #expect(
            rows[0].hasPrefix("a/1,2,Zoë speaks,2025-06-04,S,https://example.org,en,")
                && rows[0].hasSuffix(",direct,asserted,0.97,Zoë,person,mayor,said,\"“No,” “never.”\",12,36,12-17;28-36"))
        #expect(rows[1].hasSuffix(",indirect,denied,0.5,,,,,speaks,4,10,4-10"))
        #expect(text(QuotationCSV.header).split(separator: ",").count == 19)
    }

    @Test func csvQuotesWhatNeedsIt() {
        var record = RecordFixtures.small()
        record.article.title = "A \"b\"\nc"
        record.article.source = " s"
        let row = text(QuotationCSV.rows(of: record))
        #expect(row.contains(",\"A \"\"b\"\"\nc\",") && row.contains(",\" s\","))
        record.article.status = .canceled
        #expect(QuotationCSV.rows(of: record).isEmpty)
    }

    // MARK: Global Quotation Graph

    @Test func graphLinesHoldWhatStandsInMarks() throws {
        let body = "“One, ‘two’,” said Ana. She spoke of “three” and \"four.\"\n\nIt went on: “Five.\n\n“Six.”"
        var record = RecordComposer.begin(
            Article(id: "a", title: "T", body: body, url: "https://news.example/1", published: "2025-06-04T23:10:00+02:00"))
        func span(_ part: String) -> Span {
            let range = record.text.range(of: part)
            let start = range.map { record.text[..<$0.lowerBound].unicodeScalars.count } ?? -1
            return Span(start, start + part.unicodeScalars.count)
        }
        let ana = Speaker(name: "Ana", kind: .person)
        record.quotations = [
            Quotation(kind: .direct, content: [span("“One, ‘two’,”")], speaker: ana, confidence: 1),
            Quotation(kind: .mixed, content: [span("of “three” and \"four.\"")], speaker: ana, confidence: 1),
            Quotation(kind: .indirect, content: [span("It went on")], confidence: 1),
            Quotation(kind: .direct, content: [span("“Five.\n\n“Six.”")], confidence: 1),
        ]
        let line = try object(try #require(QuotationGraphLine.encode(record)))
        #expect(line["date"] as? String == "2025-06-04T21:10:00Z" && line["url"] as? String == "https://news.example/1")
        #expect(line["title"] as? String == "T" && line["lang"] as? String == "en")
        let quotes = try #require(line["quotes"] as? [[String: Any]])
        #expect(quotes.map { $0["quote"] as? String } == ["One, ‘two’,", "three", "four.", "Five.", "Six."])
        #expect(quotes.map { $0["speaker"] as? String } == ["Ana", "Ana", "Ana", nil, nil])
        #expect(quotes[1]["pre"] as? String == "T “One, ‘two’,” said Ana. She spoke of “")
        #expect(quotes[4]["post"] as? String == "”")
        record.quotations = [record.quotations[2]]
        #expect(QuotationGraphLine.encode(record) == nil)
    }

    @Test(arguments: [
        ("1970-01-01", "1970-01-01T00:00:00Z"), ("2000-02-29T23:59:59Z", "2000-02-29T23:59:59Z"),
        ("2024-03-01T00:30:00+01:00", "2024-02-29T23:30:00Z"), ("1969-12-31T20:00:00-03:30", "1969-12-31T23:30:00Z"),
        ("2025-12-31T23:10:00.5-02:00", "2026-01-01T01:10:00Z"),
    ])
    func graphDatesAreUniversal(_ date: String, _ universal: String) throws {
        var record = RecordFixtures.small()
        record.article.published = date
        #expect(try object(try #require(QuotationGraphLine.encode(record)))["date"] as? String == universal)
    }

    // MARK: Web Annotations

    @Test func annotationsSelectTheirText() throws {
        let record = RecordFixtures.small()
        let scalars = Array(record.text.unicodeScalars)
        let collection = try object(WebAnnotationEncoder.encode(record))
        #expect(collection["type"] as? String == "AnnotationCollection" && collection["total"] as? Int == 2)
        let page = try #require(collection["first"] as? [String: Any])
        let items = try #require(page["items"] as? [[String: Any]])
        #expect(items.map { $0["motivation"] as? String } == ["identifying", "classifying"])
        let targets = try #require(items[0]["target"] as? [[String: Any]])
        #expect(targets.count == 2 && targets[0]["scope"] as? String == "https://example.org")
        for target in targets {
            let selectors = try #require(target["selector"] as? [[String: Any]])
            let start = try #require(selectors[0]["start"] as? Int)
            let end = try #require(selectors[0]["end"] as? Int)
            var exact = String.UnicodeScalarView()
            exact.append(contentsOf: scalars[start..<end])
            #expect(selectors[1]["exact"] as? String == String(exact))
            #expect(((target["source"] as? [String: Any])?["id"] as? String) == "urn:quoted:article:a%2F1:2")
        }
    }

    // MARK: HTML

    @Test func pagesShowTheTextAndNothingElse() throws {
        var generator = SeededGenerator.announced()
        for number in 0..<300 {
            var record = RecordFixtures.random(&generator)
            if number % 3 == 0 { record.article.title = "<script>alert(1)</script>&amp;'\"" }
            let bytes = ArticleHTML.render(record)
            let tree = try bytes.withUnsafeBufferPointer { try MarkupParser.html($0) }
            let article = try #require(tree.document.first("article"))
            // The marks that lead to the speakers and the line about the article are the page's own.
            var shown = ""
            for index in article.index..<article.node.end where tree[index].isText {
                let element = MarkupElement(tree: tree, index: index)
                if !isIn(element, ["sup", "about"]) { shown += tree[index].text }
            }
            let letters = { (text: String) in String(String.UnicodeScalarView(text.unicodeScalars.filter { $0.properties.isAlphabetic })) }
            #expect(letters(shown) == letters(record.text), "\(record.text.debugDescription)")
            #expect(tree.document.descendants.allSatisfy { !["script", "img", "iframe", "link"].contains($0.name) })
            #expect(tree.document.descendants.filter { $0.name == "mark" }.allSatisfy { $0.attribute("class") != nil })
            // Every link within the page leads somewhere, and no id is there twice.
            let ids = tree.document.descendants.compactMap { $0.attribute("id") }
            #expect(Set(ids).count == ids.count)
            for link in tree.document.descendants.compactMap({ $0.attribute("href") }) where link.hasPrefix("#") {
                #expect(ids.contains(String(link.dropFirst())), "\(link)")
            }
        }
    }

    private func isIn(_ element: MarkupElement, _ names: Set<String>) -> Bool {
        var index = element.node.parent
        while index != 0 {
            if names.contains(element.tree[index].name) || element.tree[index].attribute("class").map(names.contains) == true { return true }
            index = element.tree[index].parent
        }
        return false
    }

    @Test func pagesMarkWhatWasSaid() {
        let page = text(ArticleHTML.render(RecordFixtures.small()))
        #expect(page.contains("<h1>Zoë <span id=\"quotation-2\"></span><mark class=\"s0\">speaks</mark><sup><a href=\"#speaker-0\" aria-label=\"said by nobody named\">?</a></sup></h1>"))
        #expect(page.contains("<p><span id=\"quotation-1\"></span><mark class=\"s1\">“No,”</mark><sup><a href=\"#speaker-1\" aria-label=\"said by Zoë\">1</a></sup> said Zoë, <mark class=\"s1\">“never.”</mark>"))
        #expect(page.contains("<p class=\"about\">B · S · <time datetime=\"2025-06-04\">2025-06-04</time> · <a href=\"https://example.org\""))
        #expect(page.contains("default-src 'none'; style-src 'sha256-"))
    }

    @Test func pagesOfRetractedArticlesHaveNoText() {
        let page = text(ArticleHTML.render(RecordComposer.begin(Article(id: "a", title: "T", body: "News.", status: .withheld))))
        #expect(page.contains("This article was withheld.") && !page.contains("News."))
    }

    @Test func onlyWebAddressesAreLinks() {
        var record = RecordFixtures.small()
        record.article.url = "javascript:alert(1)"
        #expect(!text(ArticleHTML.render(record)).contains("javascript"))
        record.article.url = "https://example.org/\"onclick=\"x"
        #expect(text(ArticleHTML.render(record)).contains("href=\"https://example.org/&quot;onclick=&quot;x\""))
    }
}
