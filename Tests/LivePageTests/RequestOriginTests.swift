import LivePage
import Testing

@Suite struct RequestOriginTests {
    private let origin = RequestOrigin(hosts: ["News.example"])

    @Test(arguments: ["127.0.0.1:5570", "localhost:5570", "LOCALHOST", "[::1]:5570", "10.1.2.3", "news.example:80", "a.localhost"])
    func knows(_ host: String) { #expect(origin.isKnown(host: host)) }

    @Test(arguments: ["", "evil.example:5570", "127.0.0.1.evil.example", "news.example.evil", "1.2.3", "1.2.3.400", "localhost.evil"])
    func knowsNot(_ host: String) { #expect(!origin.isKnown(host: host)) }

    @Test func onlyThePageItselfAndProgramsMayAsk() {
        let host = "127.0.0.1:5570"
        #expect(origin.isSameOrigin(["host": host]))
        #expect(origin.isSameOrigin(["host": host, "origin": "http://127.0.0.1:5570", "sec-fetch-site": "same-origin"]))
        for bad in [
            ["host": host, "origin": "http://127.0.0.1:9999"], ["host": host, "origin": "null"],
            ["host": host, "origin": "http://evil.example"], ["host": host, "sec-fetch-site": "cross-site"],
            ["host": host, "sec-fetch-site": "same-site", "origin": "http://127.0.0.1:5570"],
            ["host": "evil.example", "origin": "http://evil.example"], ["origin": "http://127.0.0.1:5570"],
        ] { #expect(!origin.isSameOrigin(bad), "\(bad)") }
    }
}
