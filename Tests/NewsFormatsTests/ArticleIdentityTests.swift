import NewsFormats
import NewsModel
import Testing

@Suite struct ArticleIdentityTests {
    @Test func keysTellIDVersionAndStatusApart() {
        let keys = [
            ArticleIdentity.key(id: "a", version: 1, status: .usable), ArticleIdentity.key(id: "b", version: 1, status: .usable),
            ArticleIdentity.key(id: "a", version: 2, status: .usable),
            ArticleIdentity.key(id: "a", version: 1, status: .canceled),
            ArticleIdentity.key(id: "a1", version: 1, status: .usable), ArticleIdentity.group(id: "a"),
        ]
        #expect(Set(keys).count == keys.count)
        #expect(keys.allSatisfy { $0.count == 16 })
        #expect(ArticleIdentity.key(of: Article(id: "a", body: "x")) == ArticleIdentity.key(of: Article(id: "a", body: "y")))
    }

    @Test func latestFindsTheHighestVersion() {
        var places: [[UInt8]: UInt64] = [:]
        places[ArticleIdentity.key(id: "a", version: 1, status: .usable)] = 7
        places[ArticleIdentity.key(id: "a", version: 3, status: .usable)] = 5
        places[ArticleIdentity.key(id: "a", version: 3, status: .withheld)] = 9
        #expect(ArticleIdentity.latest(of: "a", version: nil) { places[$0] } == 9)
        #expect(ArticleIdentity.latest(of: "a", version: 1) { places[$0] } == 7)
        #expect(ArticleIdentity.latest(of: "a", version: 2) { places[$0] } == nil)
        #expect(ArticleIdentity.latest(of: "b", version: nil) { places[$0] } == nil)
    }

    @Test func sha256IsTheStandards() {
        #expect(
            ArticleIdentity.sha256(of: "abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    }
}
