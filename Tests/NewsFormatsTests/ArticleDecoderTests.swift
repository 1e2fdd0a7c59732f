import NewsFormats
import NewsModel
import TestSupport
import Testing

@Suite struct ArticleDecoderTests {
    private func decode(_ text: String) throws -> Article { try ArticleDecoder.decode(Array(text.utf8)) }

    private func faultOf(_ bytes: [UInt8]) -> ArticleFault? {
        do {
            _ = try ArticleDecoder.decode(bytes)
            return nil
        } catch {
            return error
        }
    }

    private func faultOf(_ text: String) -> ArticleFault? { faultOf(Array(text.utf8)) }

    @Test func readsEveryMember() throws {
        let article = try decode(
            #"""
            {"id": "a/1", "title": "T\u00e9st", "text": "Body 😀 \ud83d\ude00 \"x\"\n", "byline": "By A", "source": "S",
             "url": "https://example.org/?a=1", "published": "2025-06-04T21:10:00Z", "language": "en", "version": 3,
             "status": "withheld", "other": {"text": [1, 2.5e-3, null, true, "}"]}}
            """#)
        #expect(
            article
                == Article(
                    id: "a/1", title: "Tést", body: "Body 😀 😀 \"x\"\n", byline: "By A", source: "S",
                    url: "https://example.org/?a=1", published: "2025-06-04T21:10:00Z", language: "en", version: 3,
                    status: .withheld))
    }

    @Test func onlyTextIsRequired() throws {
        let article = try decode(#"{"text": "News.", "title": null, "id": null, "version": null}"#)
        #expect(article.body == "News." && article.title == nil && article.version == 1 && article.status == .usable)
        #expect(article.id.hasPrefix("sha256:") && article.id.utf8.count == 7 + 32)
    }

    @Test func sameContentGivesSameID() throws {
        let first = try decode(#"{"title": "Head", "text": "News."}"#)
        let second = try decode(#"  {"text": "N\u0065ws.", "source": "elsewhere", "title": "Head"}"#)
        let plain = try decode("Head\n\nNews.")
        #expect(first.id == second.id && first.id == plain.id)
        #expect(try decode(#"{"title": "HeadN", "text": "ews."}"#).id != first.id)
    }

    @Test func aRetractionNeedsNoText() throws {
        let article = try decode(#"{"id": "a", "version": 2, "status": "canceled"}"#)
        #expect(article.status == .canceled && article.body.isEmpty && article.analysedText.isEmpty)
        #expect(faultOf(#"{"status": "canceled"}"#)?.field == "text")
    }

    @Test func byteOrderMarkIsTakenAway() throws {
        #expect(try decode("\u{FEFF}{\"text\": \"News.\"}").body == "News.")
        #expect(try decode("\u{FEFF}News.").body == "News.")
    }

    @Test(arguments: [
        ("Title\n\nBody.\n", "Title", "Body.\n"), ("Title \t\r\n\r\nBody.", "Title", "Body."),
        ("\n\n Title\n \n\n  Body.", "Title", "  Body."), ("One line", nil, "One line"),
        ("First line\nSecond line\n\nThird", nil, "First line\nSecond line\n\nThird"),
        ("Alone\n\n", nil, "Alone\n\n"), ("[Note] here", nil, "[Note] here"), ("“Quote,” he said.", nil, "“Quote,” he said."),
        ("\"Quote,\" he said.", nil, "\"Quote,\" he said."), ("a\tb\r\nc", nil, "a\tb\r\nc"),
    ])
    func plainText(_ text: String, _ title: String?, _ body: String) throws {
        let article = try decode(text)
        #expect(article.title == title)
        #expect(article.body == body)
    }

    @Test(arguments: [
        ("", "article", nil, "empty"),
        ("{", "article", "line 1, column 2", "JSON"),
        ("{\"text\": \"a\"", "article", "line 1, column 13", "JSON"),
        ("{\"text\": \"a\"} tail", "article", "line 1, column 15", "JSON"),
        ("{\n \"text\": \"a\",\n}", "article", "line 3, column 1", "JSON"),
        ("{\"text\" \"a\"}", "article", "line 1, column 9", "colon"),
        ("{\"text\": 'a'}", "article", "line 1, column 10", "JSON"),
        ("{\"text\": \"a\nb\"}", "article", "line 1, column 12", "U+000A"),
        ("{\"text\": \"a\\x\"}", "article", "line 1, column 12", "escape"),
        ("{\"text\": \"a\\ud800b\"}", "article", "line 1, column 12", "surrogate"),
        ("{\"text\": \"a\\udc00b\"}", "article", "line 1, column 12", "surrogate"),
        ("{\"text\": \"a\\ud800\\ud800b\"}", "article", "line 1, column 12", "surrogate"),
        ("{\"text\": \"a\\u12\"}", "article", "line 1, column 16", "hexadecimal"),
        ("[\"text\"]", "article", nil, "JSON array"),
        ("{\"id\": \"a\", \"title\": \"b\"}", "text", nil, "missing"),
        ("{\"text\": null}", "text", nil, "missing"),
        ("{\"text\": 17}", "text", "line 1, column 10", "number"),
        ("{\"text\": {\"a\": 1}}", "text", "line 1, column 10", "object"),
        ("{\"text\": \"News.\", \"title\": 4}", "title", "line 1, column 28", "number"),
        ("{\"text\": \"News.\", \"id\": [\"x\"]}", "id", "line 1, column 25", "array"),
        ("{\"text\": \"News.\", \"id\": \"\"}", "id", "line 1, column 25", "empty"),
        ("{\"text\": \"News.\", \"id\": \"a\\nb\"}", "id", "line 1, column 25", "U+000A"),
        ("{\"text\": \"News.\", \"version\": \"two\"}", "version", "line 1, column 30", "string"),
        ("{\"text\": \"News.\", \"version\": -1}", "version", "line 1, column 30", "-1"),
        ("{\"text\": \"News.\", \"version\": 0}", "version", "line 1, column 30", "0"),
        ("{\"text\": \"News.\", \"version\": 1.5}", "version", "line 1, column 30", "1.5"),
        ("{\"text\": \"News.\", \"version\": 99999999999999999999}", "version", "line 1, column 30", "9999"),
        ("{\"text\": \"News.\", \"status\": \"draft\"}", "status", "line 1, column 29", "draft"),
        ("{\"text\": \"News.\", \"published\": \"yesterday\"}", "published", "line 1, column 32", "yesterday"),
        ("{\"text\": \"News.\", \"published\": \"2025-02-29\"}", "published", "line 1, column 32", "2025-02-29"),
        ("{\"text\": \" \\n\\t\u{A0}\u{200B}\"}", "text", nil, "white space"),
        ("{\"text\": \"\"}", "text", nil, "empty"),
        ("{\"text\": \"a\\u0000b\"}", "text", "line 1, column 12", "U+0000"),
        ("{\"text\": \"a\\bb\"}", "text", "line 1, column 12", "U+0008"),
        ("{\"text\": \"a\", \"text\": \"b\"}", "text", "line 1, column 23", "twice"),
        ("News\u{0} of the day", "text", "line 1, column 5", "U+0000"),
        ("É\n\u{1B}[31mred", "text", "line 2, column 1", "U+001B"),
        (" \n\t\n", "text", nil, "white space"),
    ])
    func faults(_ text: String, _ field: String, _ place: String?, _ word: String) throws {
        let fault = try #require(faultOf(text))
        #expect(fault.field == field)
        #expect(fault.place == place)
        #expect(fault.description.contains(word), "\(fault)")
        #expect(fault.description.utf8.count < 300)
        #expect(!fault.description.unicodeScalars.contains { $0.properties.generalCategory == .control })
    }

    @Test func notUTF8NamesTheByte() throws {
        let cut = try #require(faultOf(Array("Zürich".utf8).dropLast(5) + [0x20]))
        #expect(cut.place == "byte 1" && cut.description.contains("UTF-8"))
        let utf16 = try #require(faultOf([0xFF, 0xFE, 0x41, 0x00]))
        #expect(utf16.description.contains("UTF-16"))
    }

    @Test func longIDIsRefused() throws {
        #expect(faultOf(#"{"text": "News.", "id": "\#(String(repeating: "x", count: 513))"}"#)?.field == "id")
        #expect(faultOf(#"{"text": "News.", "id": "\#(String(repeating: "x", count: 512))"}"#) == nil)
    }

    @Test func longValuesAreCutInFaults() throws {
        let long = String(repeating: "é", count: 100_000)
        for member in ["status", "published"] {
            let fault = try #require(faultOf(#"{"text": "News.", "\#(member)": "\#(long)"}"#))
            #expect(fault.description.utf8.count < 300)
        }
        let number = try #require(faultOf(#"{"text": "News.", "version": \#(String(repeating: "9", count: 100_000))}"#))
        #expect(number.description.utf8.count < 300)
    }

    @Test(arguments: ["[", "{\"a\":", "[{\"a\":", " ["])
    func deepNestingIsRefused(_ opening: String) throws {
        let deep = String(repeating: opening, count: 1_000_000)
        #expect(try #require(faultOf(deep)).description.contains("deep"))
        #expect(try #require(faultOf("{\"text\": \"a\", \"x\": \(deep)")).description.contains("deep"))
    }

    @Test func moderateNestingAndHugeNumbersAreReadOver() throws {
        let nested = String(repeating: "[", count: 60) + String(repeating: "]", count: 60)
        let number = String(repeating: "9", count: 1_000)
        #expect(try decode("{\"x\": \(nested), \"y\": \(number), \"z\": -1e9999, \"text\": \"News.\"}").body == "News.")
    }

    @Test(arguments: [
        "2025-06-04T21:10:00Z", "2025-06-04t21:10:00.123z", "2025-06-04T21:10:00+02:00", "2025-06-04", "2024-02-29T00:00Z",
        "2025-06-04 21:10:00", "2025-06-04T21:10:00+0200", "2016-12-31T23:59:60Z",
    ])
    func datesAreAcceptedAsTheyCome(_ date: String) throws {
        #expect(try decode(#"{"text": "News.", "published": "\#(date)"}"#).published == date)
    }

    @Test(arguments: [
        "2025-13-04", "2025-06-31", "2025-6-4", "2025-06-04T", "2025-06-04T25:00:00Z", "2025-06-04T21:10:00Zz", "",
        "2025-06-04T21:10:00.Z", "20250604", "2025-06-04T21:10:00+02:0", "２025-06-04",
    ])
    func wrongDatesAreRefused(_ date: String) {
        #expect(faultOf(#"{"text": "News.", "published": "\#(date)"}"#)?.field == "published")
    }

    /// Whatever bytes come: an article whose text holds something, or a fault that can be shown.
    @Test func anyBytesGiveAnArticleOrAFault() throws {
        var generator = SeededGenerator.announced()
        let seed = Array(
            #"{"id": "a", "title": "T é", "text": "“Body,” \ud83d\ude00 said A.", "x": [1, {"y": null}], "version": 2}"#.utf8)
        var articles = 0
        for _ in 0..<20_000 {
            var bytes = seed
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                let index = Int.random(in: 0..<max(1, bytes.count), using: &generator)
                switch Int.random(in: 0..<4, using: &generator) {
                case 0: if !bytes.isEmpty { bytes.remove(at: index) }
                case 1: bytes.insert(UInt8.random(in: 0...255, using: &generator), at: min(index, bytes.count))
                case 2: if !bytes.isEmpty { bytes[index] = Array(#"{}[]",:\u019"#.utf8).randomElement(using: &generator) ?? 0 }
                default: bytes = Array(bytes.prefix(index))
                }
            }
            do {
                let article = try ArticleDecoder.decode(bytes)
                articles += 1
                #expect(!article.body.isEmpty && !article.id.isEmpty && article.version >= 1)
            } catch {
                #expect(!error.problem.isEmpty && !error.remedy.isEmpty)
            }
        }
        #expect(articles > 100, "nearly everything was refused")
    }
}
