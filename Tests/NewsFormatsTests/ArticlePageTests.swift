import NewsFormats
import NewsModel
import Testing

@Suite struct ArticlePageTests {
    private func article(_ html: String) throws -> Article { try ArticleDecoder.decode(Array(html.utf8)) }

    private static let prose = [
        "The ferry across the sound will run until midnight from the first of July, the harbour office said on Tuesday.",
        "“We have asked for this for ten years,” said Pia Roth, who lives on the island and works in the town.",
        "The boats are paid for by both towns, which share the cost as they shared the quarrel, and by the fares.",
    ]
    private static let paragraphs = prose.map { "<p>\($0)</p>" }.joined()
    private static let text = prose.joined(separator: "\n\n")

    @Test(arguments: [
        // As pages mark it, and as they don't.
        "<body><article>\(paragraphs)</article></body>", "<body><main>\(paragraphs)</main></body>",
        "<body><div role=main>\(paragraphs)</div></body>", "<body><div itemprop='articleBody'>\(paragraphs)</div></body>",
        "<body><div><div class=left><p>Menu</p></div><div class=story>\(paragraphs)</div></div></body>", paragraphs,
        "<body><table><tr><td>\(paragraphs)</td></tr></table></body>",
        "<body><div>\(prose.map { "<div><span>\($0)</span></div>" }.joined())</div></body>",
        "<body>\(prose.joined(separator: "<br><br>"))</body>", "<body><pre>\(prose.joined(separator: "\n\n"))</pre></body>",
        // With everything that stands around it.
        "<body><header><p>The Sound, the newspaper for both shores and the islands between.</p></header><article>\(paragraphs)</article></body>",
        "<body><article>\(paragraphs)<aside><p>Five boats that you should see before they are sold for scrap.</p></aside></article></body>",
        "<body><article>\(paragraphs)<footer><p>Pia Roth is a reporter for The Sound, where she writes.</p></footer></article></body>",
        "<body><article><figure><img><figcaption>The ferry in the harbour on a windy day in May.</figcaption></figure>\(paragraphs)</article></body>",
        "<body><article>\(paragraphs)<ul class='related-links'><li>What the ferry costs, and who pays for it in the end.</li></ul></article></body>",
        "<body><article>\(paragraphs)<h3>More news</h3><ul><li><a href=a>One</a></li><li><a href=b>Two</a></li></ul></article></body>",
        "<body><article><p>By Ines Holt</p><p>Published 4 June 2025</p>\(paragraphs)<p>Share</p></article></body>",
        "<body><article>\(paragraphs)<p><a href=x>Read more about the ferry and its past</a></p></article></body>",
        "<body><article>\(paragraphs)<p hidden>Nobody sees this text unless they look at the page's source.</p></article></body>",
        "<body><article>\(paragraphs)<div style='display: none'>Nobody sees this text unless they look at it.</div></article></body>",
        "<body><article>\(paragraphs)<form><p>Write to us with your name and your address and your opinion.</p></form></article></body>",
        "<body><nav><p>News and sport and weather and culture and more of everything else.</p></nav><main>\(paragraphs)</main></body>",
        "<body><main>\(paragraphs)<div id='comments'><p>I have never liked the ferry, and I never will, thank you.</p></div></main></body>",
        "<body><main>\(paragraphs)<article><h2>Other</h2><p>A teaser for another article here.</p></article></main></body>",
        "<body><script>var a = '<p>x</p>'</script><style>p{}</style><noscript><p>Please turn on scripts.</p></noscript>\(paragraphs)</body>",
        "<body><div class='cookie-banner'><p>We value your privacy, and so do our 738 partners, who all ask for your consent.</p></div>\(paragraphs)</body>",
    ])
    func theArticlesOwnText(_ html: String) throws { #expect(try article(html).body == Self.text) }

    @Test func inlineMarkupIsText() throws {
        let body = try article(
            "<article><p>One <b>two</b>\n  <a href=x>three</a>&nbsp;four,<wbr> <i>fi</i>ve</p><p>si&shy;x\u{200B}!<sup class='reference'><a>[1]</a></sup></p></article>").body
        #expect(body == "One two three four, five\n\nsix!")
    }

    @Test func breaksAreParagraphs() throws {
        let body = try article("<article><h2>Head</h2>One<br>two<br/><br>three<ul><li>four</li><li>five</ul><hr>six<p></p></article>").body
        #expect(body == "Head\n\nOne\n\ntwo\n\nthree\n\nfour\n\nfive\n\nsix")
    }

    @Test func quotedElementsHaveTheirMarks() throws {
        let body = try article("<article><p>She said <q>no, <q>never</q> again </q>, and <q>“yes”</q> and <q></q>.</article>").body
        #expect(body == "She said “no, ‘never’ again” , and “yes” and .")
    }

    @Test func blockQuotesAreKeptWithTheirSource() throws {
        let body = try article(
            """
            <article>\(Self.paragraphs)<figure><blockquote><p>It runs.</p><footer>— Ana Lima, mayor</footer></blockquote>
            <figcaption>Ana Lima, on Monday</figcaption></figure></article>
            """).body
        #expect(body == Self.text + "\n\nIt runs.\n\n— Ana Lima, mayor\n\nAna Lima, on Monday")
    }

    @Test(arguments: [
        ("<title>Late ferry | The Sound</title><body>", ""), ("<title>x</title><meta property='og:title' content='Late ferry'><body>", ""),
        ("<title>Late ferry - The Sound</title><meta name=description content=y><body>", ""),
        ("<title>x</title><meta property='og:title' content='y'><body>", "<h1>Late <i>ferry</i></h1>"),
        ("<body>", "<h1>Late ferry</h1>"), ("<meta property='og:title' content='Late ferry'><body>", "<h2>Late ferry</h2>"),
    ])
    func titles(_ head: String, _ heading: String) throws {
        let article = try article("<html>\(head)<article>\(heading)\(Self.paragraphs)</article>")
        #expect(article.title == "Late ferry")
        #expect(article.body == Self.text)
    }

    @Test func linkedDataIsRead() throws {
        let article = try article(
            """
            <html lang="en-GB"><head><script type="application/ld+json">{"@context": "https://schema.org", "@graph": [{"@type": "WebSite",
            "name": "x"}, {"@type": ["NewsArticle"], "headline": "Late ferry", "datePublished": "2025-06-04T21:10:00.000+0000", "dateModified":
            "2025-06-05T08:00:00Z", "author": [{"@type": "Person", "name": "Ines Holt"}, {"name": "Tom Berg"}], "publisher": {"name": "The Sound"},
            "mainEntityOfPage": {"@id": "https://news.example/ferry"}, "articleBody": "One. &amp; Two."}]}</script></head><body><div id=app></div>
            """)
        #expect(article.title == "Late ferry" && article.body == "One. & Two." && article.byline == "Ines Holt, Tom Berg")
        #expect(article.source == "The Sound" && article.url == "https://news.example/ferry" && article.language == "en-GB")
        #expect(article.published == "2025-06-04T21:10:00.000+0000")
        #expect(article.id == "https://news.example/ferry" && article.version == 1_749_110_400)
    }

    @Test func aPageWithoutADateOfItsVersionIsNamedByItsContent() throws {
        let page = "<link rel=canonical href='https://news.example/ferry'><article>\(Self.paragraphs)</article>"
        let article = try article("<html>" + page)
        #expect(article.id.hasPrefix("sha256:") && article.url == "https://news.example/ferry" && article.version == 1)
    }

    @Test func otherEncodings() throws {
        let head = Array("<html><meta charset='ISO-8859-1'><article><p>".utf8)
        let body: [UInt8] = Array("Z".utf8) + [0xFC] + Array("rich says ".utf8) + [0x93] + Array("no".utf8) + [0x94]
        #expect(try ArticleDecoder.decode(head + body).body == "Zürich says “no”")
        #expect(try ArticleDecoder.decode(Array("<article><p>".utf8) + body).body == "Zürich says “no”")
        let cyrillic = Array("<html><meta charset=windows-1251><p>".utf8) + [0xCC, 0xE8, 0xF0]
        #expect(try ArticleDecoder.decode(cyrillic).body == "Мир")
        let unknown = Array("<html><meta charset=no-such-thing><p>".utf8) + [0x41, 0xE9]
        #expect(throws: Never.self) { try ArticleDecoder.decode(unknown) }
        // UTF-8 is UTF-8, whatever the page says.
        #expect(try article("<html><meta charset='iso-8859-1'><p>Zürich</p>").body == "Zürich")
    }
}
