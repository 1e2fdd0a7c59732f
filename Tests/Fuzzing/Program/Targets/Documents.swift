internal import Fuzzing
internal import NewsFormats
internal import NewsModel
internal import Pipeline

extension FuzzTarget {
    /// Articles as they are handed in, and records as subscribers get them.
    static let documents: [FuzzTarget] = [
        document(
            "article-json",
            [
                "{\"text\":\"", "\"id\":\"", "\"title\":", "\"byline\":", "\"source\":", "\"url\":", "\"published\":\"2025-06-04T21:10:00Z\"",
                "\"language\":", "\"version\":", "\"status\":\"withheld\"", "\"canceled\"", "\\u0000", "\\ud83d\\ude00", "\\udc00", "\\n",
                "[[[[", "}}}}", "null", "true", "\u{FEFF}", "\u{200B}",
            ]),
        document("plain-text", ["\n\n", "\r\n\r\n", "\t", "“", "”", "\u{FEFF}", "\u{2029}", "\0", "<html>", "[{", "By "]),
        document(
            "ninjs",
            [
                "\"uri\":\"", "\"body_text\":\"", "\"body_xhtml\":\"<p>", "\"bodies\":[{", "\"headline\":", "\"headlines\":[{",
                "\"versioncreated\":", "\"pubstatus\":\"canceled\"", "\"value\":", "\"role\":", "\"contenttype\":\"text/html\"", "\"language\":",
                "\"version\":\"", "\"byline\":", "\"infosources\":[", "\"standard\":{\"name\":\"ninjs\"", "\"type\":\"text\"", "&amp;", "[[[[",
            ]),
        document(
            "html",
            [
                "<p>", "</p>", "<article>", "<blockquote>", "<script>", "<!--", "-->", "<![CDATA[", "<meta charset=\"utf-16\">",
                "<meta charset=windows-1251>", "<title>", "<h1>", "<ul><li>", "<table><tr><td>", "&nbsp;", "&#x110000;", "&#0;", "&amp",
                "<script type=\"application/ld+json\">{\"@type\":\"NewsArticle\",\"articleBody\":\"", "<a href=\"", " class=\"byline\"",
                "<link rel=canonical href=", "<meta property=\"article:published_time\" content=\"", "<div><div><div><div>", "<br>", "<svg>",
                "<!DOCTYPE html>", "<b><i><b><i>", "\0",
            ]),
        document(
            "xml-news",
            [
                "<?xml version=\"1.0\"?>", "<?xml version=\"1.0\" encoding=\"UTF-16\"?>", "<!DOCTYPE x [<!ENTITY a \"b\">]>", "&a;", "&lt;",
                "<newsItem guid=\"", "<itemMeta>", "<contentMeta>", "<contentSet><inlineXML>", "<inlineData>", "<headline>", "<nitf>",
                "<body.content>", "<hedline><hl1>", "<rss><channel><item>", "<description>", "<content:encoded>", "<![CDATA[", "]]>",
                "<feed xmlns=\"http://www.w3.org/2005/Atom\"><entry>", "<summary type=\"html\">", "<pubDate>", "<guid>", "<pubStatus qcode=\"stat:canceled\"/>",
                "<newsMessage><itemSet>", " version=\"", " xml:lang=\"", " xmlns:x=\"", "<rdf:RDF>", "<p>", "</p>", "&#x1F600;", "&nbsp;",
            ]),
        FuzzTarget(
            "record", maximumBytes: 8_192,
            dictionary: [
                "\"schema\":\"quoted.analysis/1\"", "\"sequence\":", "\"namesVersion\":", "\"article\":{", "\"sha256\":", "\"text\":\"",
                "\"sentences\":[", "{\"start\":0,\"end\":1}", "\"entities\":[", "\"mentions\":[", "\"form\":\"pronoun\"", "\"quotations\":[",
                "\"content\":[", "\"speaker\":null", "\"polarity\":\"denied\"", "\"confidence\":", "\"discarded\":[", "\"reason\":\"title\"",
                "\"kind\":\"mixed\"", "\"type\":\"person\"", "9223372036854775807",
            ],
            // Spans may be given more than once, and each is shown.
            memory: (4 << 20, 4_000), time: (.milliseconds(100), .microseconds(20)), read: readRecord),
        FuzzTarget(
            "gzip", dictionary: [], bytes: [[0x1F, 0x8B, 8, 0], [0x1F, 0x8B, 8, 0x1F], [3, 0], [0, 0, 0, 0, 0, 0, 0, 0]],
            // What is unpacked grows with the output that is asked for.
            time: (.milliseconds(100), .microseconds(20)), read: readGzip),
    ]

    private static func document(_ name: String, _ dictionary: [String]) -> FuzzTarget {
        FuzzTarget(
            name, maximumBytes: 16_384, dictionary: dictionary, memory: (4 << 20, 800),
            time: (.milliseconds(100), .microseconds(4)), read: readDocument)
    }

    /// Every article that is taken can be handed in again, and travels between the stages, as it is.
    private static func readDocument(_ bytes: [UInt8]) throws(FuzzFinding) -> FuzzOutcome {
        let document: DecodedDocument
        do throws(ArticleFault) {
            document = try DocumentDecoder.decode(bytes)
        } catch {
            return .refused(error)
        }
        var words = document.format.name
        for result in document.articles.prefix(8) {
            switch result {
            case .success(let article):
                try expectSame(article)
                words += " article" + (article.title == nil ? "" : " titled") + (article.published == nil ? "" : " dated")
            case .failure(let fault): words += " \(fault)"
            }
        }
        return FuzzOutcome(words: words)
    }

    private static func expectSame(_ article: Article) throws(FuzzFinding) {
        let again: Article
        do {
            again = try ArticleDecoder.decode(ArticleEncoder.encode(article))
        } catch {
            throw FuzzFinding("an article that was taken is refused when it is handed in again: \(error)")
        }
        guard again == article else { throw FuzzFinding("handed in again it is another article:\n\(article)\n\(again)") }
        guard let carried = try? ArticleCodec.encode(article).withUnsafeBytes(ArticleCodec.decode), carried == article else {
            throw FuzzFinding("carried between stages it is another article: \(article)")
        }
    }

    private static func readRecord(_ bytes: [UInt8]) throws(FuzzFinding) -> FuzzOutcome {
        let record: AnalysisRecord
        do throws(RecordFault) {
            record = try RecordDecoder.decode(bytes)
        } catch {
            return .refused(error)
        }
        let written = RecordEncoder.encode(record)
        guard let again = try? RecordDecoder.decode(written), RecordEncoder.encode(again) == written else {
            throw FuzzFinding("a record that was read cannot be written and read again")
        }
        _ = RecordPage(width: 60).render(record)
        _ = ArticleHTML.render(record)
        _ = QuotationCSV.rows(of: record)
        _ = QuotationGraphLine.encode(record)
        _ = WebAnnotationEncoder.encode(record)
        return FuzzOutcome(
            words: "record" + (record.quotations.isEmpty ? "" : " quoted") + (record.entities.isEmpty ? "" : " peopled"))
    }

    private static let unpackedLimit = 256 << 10

    /// In steps as files are read: each step takes or gives something, or it is the end.
    private static func readGzip(_ bytes: [UInt8]) throws(FuzzFinding) -> FuzzOutcome {
        do {
            let inflater = try GzipInflater()
            var output = [UInt8](repeating: 0, count: 4_096)
            var position = 0
            var unpacked = 0
            while !inflater.isAtEnd, unpacked < unpackedLimit {
                let end = min(bytes.count, position + 1_000)
                let step = try bytes.withUnsafeBufferPointer { input in
                    try output.withUnsafeMutableBufferPointer { output in
                        try inflater.inflate(UnsafeBufferPointer(rebasing: input[position..<end]), into: output)
                    }
                }
                if step.taken == 0, step.put == 0, position < end {
                    throw FuzzFinding("a step neither took nor gave anything: its caller would wait for ever")
                }
                position += step.taken
                unpacked += step.put
            }
            return FuzzOutcome(words: unpacked == 0 ? "empty" : "unpacked")
        } catch let finding as FuzzFinding {
            throw finding
        } catch {
            return .refused(error)
        }
    }
}
