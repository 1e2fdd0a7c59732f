import NewsFormats
import NewsModel
import TestSupport
import Testing

@Suite struct RecordPageTests {
    @Test func showsSpeakersAndWhatTheySaid() {
        let page = RecordPage(width: 60).render(RecordFixtures.small())
        #expect(
            page == """
                Zoë speaks
                S · 2025-06-04
                https://example.org

                Zoë, mayor
                  “No,” … “never.”
                    direct · “said” · 97 %

                Nobody named
                  speaks
                    indirect · denied · 50 %

                2 quotations by 1 speaker in 2 sentences

                """)
    }

    @Test func gathersOneSpeakersQuotations() {
        var record = RecordFixtures.small()
        record.quotations = [0, 1, 2].map { number in
            Quotation(
                kind: .direct, content: [Span(12, 17)], speaker: Speaker(name: number == 1 ? "Ana" : "Zoë", kind: .person),
                confidence: 1)
        }
        let names = RecordPage().render(record).split(separator: "\n").filter { $0 == "Zoë" || $0 == "Ana" }
        #expect(names == ["Zoë", "Ana"])
    }

    @Test func neverLeavesTheWidth() {
        var generator = SeededGenerator.announced()
        for _ in 0..<200 {
            let record = RecordFixtures.random(&generator)
            let width = Int.random(in: 30...100, using: &generator)
            for line in RecordPage(width: width).render(record).split(separator: "\n") {
                #expect(PageText.columns(line) <= width, "\(line)")
            }
        }
    }

    @Test func colourOnlyWhenAskedFor() {
        let record = RecordFixtures.small()
        #expect(!RecordPage().render(record).contains("\u{1B}"))
        #expect(RecordPage(isColoured: true).render(record).contains("\u{1B}[1;36mZoë\u{1B}[0m"))
    }

    @Test func nothingInTheArticleReachesTheTerminalAsACommand() {
        let article = Article(
            id: "a", title: "T\u{1B}]0;x\u{7}", body: "“\u{1B}[31m\u{9B}2J\u{202E}no” \u{7F}", source: "\u{1B}c", url: "\u{8}")
        var record = RecordComposer.begin(article)
        let length = record.text.unicodeScalars.count
        record.quotations = [
            Quotation(
                kind: .direct, content: [Span(0, length)], cue: [Span(0, length)],
                speaker: Speaker(name: "\u{1B}[1mN", kind: .person, role: "\r\u{2066}x"), confidence: 1)
        ]
        let page = RecordPage().render(record)
        #expect(page.unicodeScalars.allSatisfy { $0 == "\n" || $0.properties.generalCategory != .control })
        #expect(!page.unicodeScalars.contains("\u{202E}") && !page.unicodeScalars.contains("\u{2066}"))
    }

    @Test func keepsParagraphsAndLeavesOutCuesWithoutWords() {
        let article = Article(id: "a", body: "He: “One.\n\n“Two.”")
        var record = RecordComposer.begin(article)
        record.quotations = [Quotation(kind: .direct, content: [Span(4, 17)], cue: [Span(2, 3)], confidence: 0.5)]
        #expect(RecordPage().render(record).contains("  “One.\n  “Two.”\n    direct · 50 %\n"))
    }

    @Test func saysWhenNothingIsThere() {
        #expect(RecordPage().render(RecordComposer.begin(Article(id: "a", body: "News."))).contains("Nobody is quoted."))
        let gone = RecordComposer.begin(Article(id: "a", title: "T", body: "News.", status: .canceled))
        #expect(RecordPage().render(gone).contains("canceled"))
    }

    @Test func wrapsWordsThatAreLongerThanALine() {
        #expect(PageText.wrap("aaaaaaaaaa b", width: 4) == ["aaaa", "aaaa", "aa b"])
        #expect(PageText.wrap("一二三四", width: 4) == ["一二", "三四"])
        #expect(PageText.wrap(" \n ", width: 10) == [])
    }
}
