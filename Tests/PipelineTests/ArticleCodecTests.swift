import NewsModel
import Pipeline
import TestSupport
import Testing

struct ArticleCodecTests {
    private let codec = Codec(encode: ArticleCodec.encode, decode: { try ArticleCodec.decode($0) })

    private func article(_ generator: inout SeededGenerator) -> Article {
        Article(
            id: generator.string(), title: generator.optionalString(), body: generator.string(upTo: 200),
            byline: generator.optionalString(), source: generator.optionalString(), url: generator.optionalString(),
            published: generator.optionalString(), language: generator.optionalString(), version: generator.count(),
            status: generator.choice())
    }

    @Test func anyArticleIsReadAsItWasWritten() throws {
        var generator = SeededGenerator.announced()
        try codec.checkAll(&generator, article)
    }

    @Test func theIDIsReadAlone() throws {
        var generator = SeededGenerator.announced()
        for _ in 0..<100 {
            let article = article(&generator)
            let bytes = ArticleCodec.encode(article)
            #expect(try bytes.withUnsafeBytes { try ArticleCodec.decodeID($0) } == article.id)
        }
        #expect(throws: WireError.unsupportedVersion(found: 9, supported: 1)) {
            try [UInt8(9), 0].withUnsafeBytes { try ArticleCodec.decodeID($0) }
        }
    }

    @Test func anAbsentFieldIsNotAnEmptyOne() throws {
        try codec.check(Article(id: "a", body: ""))
        try codec.check(
            Article(id: "a", title: "", body: "", byline: "", source: "", url: "", published: "", language: ""))
    }

    @Test func aLongArticleIsReadAsItWasWritten() throws {
        let article = Article(id: "long", body: String(repeating: "“Ja”, sagte sie. ", count: 200_000))
        #expect(try codec.decode(bytes: codec.encode(article)) == article)
    }

    @Test func textThatIsNotUTF8IsRefused() {
        var bytes = ArticleCodec.encode(Article(id: "a", body: "xyz"))
        bytes[bytes.count - 1] = 0xFF
        #expect(throws: WireError.invalid(field: "article.body")) { try codec.decode(bytes: bytes) }
    }
}
