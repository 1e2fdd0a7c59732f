import Foundation
import NewsFormats
import NewsModel
import TestSupport
import Testing

/// One article in every format: `config/samples/formats`.
enum FormatSamples {
    static let names = [
        "article.json", "article.txt", "ninjs-1.json", "ninjs-2.json", "ninjs-3.json", "page.html", "nitf.xml", "newsml-g2.xml",
        "rss.xml", "atom.xml",
    ]

    static func bytes(_ name: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: SharedFiles.packageRoot.appending(path: "config/samples/formats/\(name)")))
    }
}

@Suite struct DocumentDecoderTests {
    private func decode(_ text: String) throws -> DecodedDocument { try DocumentDecoder.decode(Array(text.utf8)) }

    @Test(arguments: zip(FormatSamples.names, [
        InputFormat.articleJSON, .plainText, .ninjs, .ninjs, .ninjs, .html, .nitf, .newsMLG2, .rss, .atom,
    ]))
    func everySampleIsTheSameArticle(_ name: String, _ format: InputFormat) throws {
        let expected = try ArticleDecoder.decode(FormatSamples.bytes("article.json"))
        let document = try DocumentDecoder.decode(FormatSamples.bytes(name))
        #expect(document.format == format)
        var article = try #require(document.articles.first).get()
        if format == .plainText {
            #expect(article.body == expected.body + "\n")
            article.body = expected.body
        }
        #expect(article.title == expected.title && article.body == expected.body)
        guard format != .plainText else { return }
        #expect(article.byline == "Ines Holt" && article.source == "The Aldermere Post" && article.language == "en")
        #expect(article.published == "2025-06-04T21:10:00Z" && article.status == .usable)
        let hasNumber = [.articleJSON, .ninjs, .nitf, .newsMLG2].contains(format)
        // Without a number the date of the version stands for it.
        #expect(article.version == (hasNumber ? 2 : 1_749_071_400))
        #expect(article.id == (format == .html ? "https://news.example/lake-path" : "urn:example:aldermere:path"))
    }

    @Test func retractionsComeFromEveryFormat() throws {
        let ferry = "urn:example:aldermere:ferry"
        let packages = try ["newsml-g2.xml", "atom.xml"].map { try #require(DocumentDecoder.decode(FormatSamples.bytes($0)).articles.last).get() }
        #expect(packages.map(\.id) == [ferry, ferry] && packages.allSatisfy { $0.status == .canceled && $0.analysedText.isEmpty })
        let ninjs = try ArticleDecoder.decode(Array(#"{"uri": "u", "pubStatus": "withheld", "version": "3"}"#.utf8))
        #expect(ninjs.status == .withheld && ninjs.id == "u" && ninjs.version == 3)
        let nitf = "<nitf><head><docdata management-status='canceled'><doc-id id-string='n'/></docdata></head><body/></nitf>"
        #expect(try ArticleDecoder.decode(Array(nitf.utf8)).status == .canceled)
    }

    @Test(arguments: [
        ("{\"text\": \"a\", \"uri\": \"u\", \"body_text\": \"b\"}", InputFormat.articleJSON), ("{\"uri\": \"u\"}", .ninjs),
        ("{\"id\": \"a\"}", .articleJSON), ("{\"bodies\": []}", .ninjs), (" <!-- a > b --> <!DOCTYPE HTML>", .html),
        ("<p>x</p>", .html), ("<DIV class=x>", .html), ("<?xml version='1.0'?><html/>", .html), ("< 5 per cent", .plainText),
        ("<Editor's note> Text", .plainText), ("<ana@example.org> wrote", .plainText), ("<", .plainText), ("<!", .plainText),
        ("<!-- open", .plainText), ("\u{FEFF}<article>", .html),
    ])
    func formatsAreTold(_ text: String, _ format: InputFormat) {
        #expect(DocumentDecoder.format(of: Array(text.utf8)) == format)
    }

    @Test(arguments: ["<?xml version='1.0'?><nitf/>", "<rss>", "<rdf:RDF>", "<!DOCTYPE nitf>", "<?xml version='1.0'?><?a b?><x/>"])
    func xmlIsTold(_ text: String) { #expect(DocumentDecoder.format(of: Array(text.utf8)) == nil) }

    @Test func aMessageHoldsOneArticle() throws {
        let rss = try FormatSamples.bytes("rss.xml")
        let fault = #expect(throws: ArticleFault.self) { try ArticleDecoder.decode(rss) }
        #expect(fault?.description.contains("RSS with 2 articles") == true)
        #expect(try ArticleDecoder.decode(FormatSamples.bytes("nitf.xml")).version == 2)
        #expect(try ArticleDecoder.decode(FormatSamples.bytes("page.html")).title == "Lake path reopens at Aldermere")
    }

    @Test(arguments: [
        ("{\"uri\": \"u\"}", "body", "no text"), ("{\"uri\": \"u\", \"pubstatus\": \"draft\", \"body_text\": \"x\"}", "pubstatus", "draft"),
        ("{\"uri\": \"u\", \"body_text\": \"x\"", "article", "JSON"), ("<html><body><nav>Home</nav></body></html>", "article", "no text"),
        ("<nitf><body><body.content/></body></nitf>", "body.content", "no text"), ("<nitf><body>", "article", "well-formed"),
        ("<?xml version='1.0'?><recipe><egg/></recipe>", "article", "recipe"), ("<rss><channel/></rss>", "article", "without an entry"),
        ("<newsItem guid='g'><itemMeta><itemClass qcode='ninat:picture'/></itemMeta></newsItem>", "article", "text item"),
        ("<newsItem guid='g'><contentSet/></newsItem>", "contentSet", "no text"),
        ("<newsItem guid='g'><itemMeta><pubStatus qcode='stat:odd'/></itemMeta></newsItem>", "pubStatus", "odd"),
        ("<?xml version='1.0' encoding='UTF-8'?>", "article", "XML"),
        ("<entry><id>a</id><title>T</title></entry>", "content", "no text"),
    ])
    func faults(_ text: String, _ field: String, _ word: String) throws {
        let fault = try #require(#expect(throws: ArticleFault.self) { try ArticleDecoder.decode(Array(text.utf8)) })
        #expect(fault.field == field)
        #expect(fault.description.contains(word) && fault.description.utf8.count < 300, "\(fault)")
    }

    // MARK: ninjs

    @Test func ninjsPrefersMarkedUpText() throws {
        let article = try ArticleDecoder.decode(
            Array(
                """
                {"uri": "https://news.example/1", "headlines": [{"role": "short", "value": "S"}, {"role": "main", "value": "A &amp; B"}],
                 "bodies": [{"role": "caption", "contenttype": "text/html", "value": "<p>A very long caption that is no text.</p>"},
                 {"role": "main", "contenttype": "text/plain", "value": "One. Two."}, 7,
                 {"role": "main", "contentType": "text/html", "value": "<p>One.</p><blockquote>Two.</blockquote><figcaption>c</figcaption>"}],
                 "infosources": [{"name": "Agency", "role": "origin"}], "version": 4, "versioncreated": "not a date", "extra": {"text": 1}}
                """.utf8))
        #expect(article.title == "A & B" && article.body == "One.\n\nTwo." && article.source == "Agency")
        #expect(article.url == "https://news.example/1" && article.version == 4 && article.published == nil)
    }

    @Test func ninjsWithoutAVersionHasItsDate() throws {
        let article = try ArticleDecoder.decode(
            Array(#"{"uri": "u", "versioncreated": "2025-06-04T23:10:00+02:00", "body_nitf": "<body.content><p>A.</p><p>B.</p></body.content>"}"#.utf8))
        #expect(article.version == 1_749_071_400 && article.body == "A.\n\nB.")
        #expect(try ArticleDecoder.decode(Array(#"{"uri": "u", "body_text": "x"}"#.utf8)).version == 1)
        let plain = try ArticleDecoder.decode(Array(#"{"uri": "u", "body_text": "One\n\nTwo\u0007", "version": "1.2"}"#.utf8))
        #expect(plain.body == "One\n\nTwo " && plain.version == 1)
    }

    // MARK: Feeds

    @Test func entriesOfAFeedStandForThemselves() throws {
        let document = try decode(
            """
            <rss version="2.0"><channel><title>Post</title>
            <item><title>Dated</title><guid>g1</guid><pubDate>Wed, 4 Jun 25 17:10 EDT</pubDate><description>&lt;p&gt;A &amp;amp; B&lt;/p&gt;</description></item>
            <item><title>Undated</title><guid>g2</guid><description>Plain text.</description></item>
            <item><title>Empty</title><guid>g3</guid></item>
            </channel></rss>
            """)
        let dated = try document.articles[0].get()
        #expect(dated.id == "g1" && dated.published == "2025-06-04T17:10:00-04:00" && dated.version == 1_749_071_400 && dated.body == "A & B")
        // Nothing tells its versions apart: its content names it.
        let undated = try document.articles[1].get()
        #expect(undated.id.hasPrefix("sha256:") && undated.version == 1)
        #expect(throws: ArticleFault.self) { try document.articles[2].get() }
        #expect(document.articles.count == 3)
    }

    @Test func brokenFeedsAreReadAsFarAsTheyGo() throws {
        let document = try decode("<rss><channel><item><title>A</title><description>Text.</description></item><item><title>B &nbsp; C</title")
        #expect(try document.articles[0].get().body == "Text.")
    }

    @Test func rdfIsReadToo() throws {
        let document = try decode(
            """
            <?xml version="1.0"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
             xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="c"><title>Post</title></channel>
            <item rdf:about="https://news.example/1"><title>T</title><link>https://news.example/1</link><description>Text.</description>
            <dc:date>2025-06-04</dc:date></item></rdf:RDF>
            """)
        let article = try document.articles[0].get()
        #expect(article.id == "https://news.example/1" && article.source == "Post" && article.published == "2025-06-04")
    }

    @Test func atomTextComesInThreeKinds() throws {
        let document = try decode(
            """
            <feed xmlns="http://www.w3.org/2005/Atom"><title type="html">The &lt;b&gt;Post&lt;/b&gt;</title>
            <entry><id>1</id><updated>2025-06-04T21:10:00Z</updated><content type="html">&lt;p&gt;A&lt;/p&gt;&lt;p&gt;B</content></entry>
            <entry><id>2</id><updated>2025-06-04T21:10:00Z</updated><content>One &lt; two.

            Three.</content></entry>
            <entry><id>3</id><updated>2025-06-04T21:10:00Z</updated><content src="x.mp3" type="audio/mpeg"/><summary>S</summary></entry></feed>
            """)
        #expect(try document.articles.map { try $0.get().body } == ["A\n\nB", "One < two.\n\nThree.", "S"])
        #expect(try document.articles[0].get().source == "The Post")
    }

    // MARK: NewsML-G2

    @Test func newsMLBodiesComeInFourKinds() throws {
        func item(_ content: String) throws -> Article {
            try ArticleDecoder.decode(
                Array(
                    """
                    <newsItem xmlns="http://iptc.org/std/nar/2006-10-01/" guid="g" version="7"><itemMeta><itemClass qcode="ninat:text"/>
                    <title>Item</title></itemMeta><contentSet>\(content)</contentSet></newsItem>
                    """.utf8))
        }
        let xhtml = try item(
            "<inlineXML contenttype='application/xhtml+xml'><html xmlns='http://www.w3.org/1999/xhtml'><head><title>x</title></head><body><h1>Head</h1><p>A.</p><p>B.</p></body></html></inlineXML>")
        #expect(xhtml.title == "Head" && xhtml.body == "A.\n\nB." && xhtml.version == 7)
        let html = try item("<inlineData contenttype='text/html'>&lt;p&gt;A.&lt;/p&gt;&lt;p&gt;B.&lt;/p&gt;</inlineData>")
        #expect(html.title == "Item" && html.body == "A.\n\nB.")
        let text = try item("<remoteContent href='x'/><inlineData contenttype='text/plain'>A\nline.\n\nB.</inlineData>")
        #expect(text.body == "A line.\n\nB.")
    }

    // MARK: Any bytes

    /// Whatever bytes come: articles with a text, or faults that can be shown.
    @Test(arguments: FormatSamples.names) func anyBytesGiveArticlesOrFaults(_ name: String) throws {
        var generator = SeededGenerator.announced()
        let seed = try FormatSamples.bytes(name)
        let alphabet = Array("<>/&;=\"'!-[]{}:,?x e\\".utf8)
        var read = 0
        for _ in 0..<400 {
            var bytes = seed
            for _ in 0..<Int.random(in: 1...5, using: &generator) {
                let index = Int.random(in: 0..<max(1, bytes.count), using: &generator)
                switch Int.random(in: 0..<5, using: &generator) {
                case 0: if !bytes.isEmpty { bytes.remove(at: index) }
                case 1: bytes.insert(UInt8.random(in: 0...255, using: &generator), at: min(index, bytes.count))
                case 2: if !bytes.isEmpty { bytes[index] = alphabet.randomElement(using: &generator) ?? 0 }
                case 3: bytes.removeSubrange(index..<min(bytes.count, index + Int.random(in: 0...200, using: &generator)))
                default: if generator.chance(20) { bytes = Array(bytes.prefix(index)) }
                }
            }
            let results = (try? DocumentDecoder.decode(bytes).articles) ?? []
            for result in results {
                switch result {
                case .success(let article):
                    read += 1
                    #expect(!article.id.isEmpty && article.id.utf8.count <= 512 && article.version >= 1)
                    #expect(article.status != .usable || article.body.contains { !$0.isWhitespace })
                    // What was read can be handed in.
                    #expect(try ArticleDecoder.decode(ArticleEncoder.encode(article)) == article)
                case .failure(let fault):
                    #expect(fault.description.utf8.count < 400)
                    #expect(!fault.description.unicodeScalars.contains { $0.properties.generalCategory == .control })
                }
            }
        }
        #expect(read > 30, "nearly everything was refused")
    }

    @Test(.timeLimit(.minutes(1)), arguments: [
        "<div>", "<p><a href='x'>", "<q>", "<blockquote>", "<table><tr><td>", "<!--", "<script>", "&amp;", "<b></p>", "<article>", "<",
    ])
    func hostileMarkupEndsSoon(_ part: String) {
        let bytes = Array(("<html><body>" + String(repeating: part + "text that goes on for a while, ", count: 60_000)).utf8)
        let start = ContinuousClock.now
        _ = try? DocumentDecoder.decode(bytes)
        #expect(ContinuousClock.now - start < .seconds(20))
    }
}
