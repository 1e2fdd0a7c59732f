internal import Crypto
internal import Foundation
internal import Synchronization

/// The secret that HTTP requests must show: as bearer (RFC 6750), or as the password of Basic (RFC 7617), which browsers ask
/// their users for.
package final class BearerToken: Sendable {
    /// Characters of a token; shorter ones can be guessed.
    package static let lengths = 16...1_024

    private let digest: Mutex<SHA256Digest>

    /// - Throws: `KeyFault` when the text is no token.
    package init(_ text: String, path: String) throws(KeyFault) {
        digest = Mutex(try Self.digest(ofFile: text, path: path))
    }

    /// Takes another token from now on.
    package func replace(_ text: String, path: String) throws(KeyFault) {
        let new = try Self.digest(ofFile: text, path: path)
        digest.withLock { $0 = new }
    }

    /// - Parameter authorization: the value of the request's header.
    package func admits(_ authorization: String?) -> Bool {
        guard let shown = authorization.flatMap(Self.secret) else { return false }
        // Digests of one length, which the library compares in constant time.
        let expected = digest.withLock { $0 }
        return SHA256.hash(data: shown) == expected
    }

    private static func digest(ofFile text: String, path: String) throws(KeyFault) -> SHA256Digest {
        let token = text.trimmingCharacters(in: .whitespacesAndNewlines)
        guard lengths.contains(token.utf8.count), token.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw KeyFault(
                path: path,
                message: "holds no token: expected one line of \(lengths.lowerBound) to \(lengths.upperBound) characters "
                    + "without spaces, such as openssl rand -hex 32 prints")
        }
        return SHA256.hash(data: Array(token.utf8))
    }

    private static func secret(_ authorization: String) -> [UInt8]? {
        let words = authorization.split(separator: " ", maxSplits: 1)
        guard words.count == 2 else { return nil }
        let value = words[1].trimmingCharacters(in: .whitespaces)
        switch words[0].lowercased() {
        case "bearer": return Array(value.utf8)
        case "basic":
            guard let pair = Data(base64Encoded: value), let colon = pair.firstIndex(of: UInt8(ascii: ":")) else { return nil }
            return Array(pair[pair.index(after: colon)...])
        default: return nil
        }
    }
}
