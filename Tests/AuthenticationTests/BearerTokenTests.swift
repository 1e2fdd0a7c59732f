import Authentication
import Foundation
import Testing

@Suite struct BearerTokenTests {
    private static let secret = "0123456789abcdef0123"

    @Test func itIsShownAsBearerOrAsAPassword() throws {
        let token = try BearerToken(Self.secret + "\n", path: "t")
        func basic(_ text: String) -> String { "Basic " + Data(text.utf8).base64EncodedString() }
        for good in ["Bearer \(Self.secret)", "bearer  \(Self.secret) ", basic("me:\(Self.secret)"), basic(":\(Self.secret)")] {
            #expect(token.admits(good), "\(good)")
        }
        for bad in [
            nil, "", "Bearer", "Bearer ", Self.secret, "Bearer \(Self.secret)x", "Bearer \(Self.secret.dropLast())",
            "Basic \(Self.secret)", basic(Self.secret), basic("\(Self.secret):"), "Digest \(Self.secret)", "Basic ====",
        ] {
            #expect(!token.admits(bad), "\(bad ?? "nothing")")
        }
        try token.replace("another-secret-of-some-length", path: "t")
        #expect(!token.admits("Bearer \(Self.secret)"))
        #expect(token.admits("Bearer another-secret-of-some-length"))
        #expect(throws: KeyFault.self) { try token.replace("short", path: "t") }
        #expect(token.admits("Bearer another-secret-of-some-length"))
    }

    @Test(arguments: ["", "short", "has spaces in its middle of it", "two\nlines-of-a-token-here", String(repeating: "x", count: 1_025)])
    func whatIsNoTokenIsRefused(text: String) {
        #expect(throws: KeyFault.self) { try BearerToken(text, path: "t") }
    }
}
