internal import Crypto
package import NewsModel

/// What makes two messages the same article.
package enum ArticleIdentity {
    /// Sixteen bytes that stand for an article's id, version and status: a retraction of a version is not that version.
    package static func key(of article: Article) -> [UInt8] {
        key(id: article.id, version: article.version, status: article.status)
    }

    package static func key(id: String, version: Int, status: Article.Status) -> [UInt8] {
        var hash = SHA256()
        hash.update(counted: id)
        hash.update(counted: String(version))
        hash.update(counted: status.rawValue)
        return Array(hash.finalize().prefix(16))
    }

    /// Sixteen bytes that stand for an article's id, whatever the version.
    package static func group(id: String) -> [UInt8] {
        var hash = SHA256()
        hash.update(counted: id)
        return Array(hash.finalize().prefix(16))
    }

    /// Where the article of an id stands: that of a version, or of the highest that is known.
    ///
    /// Keys say nothing about their versions, so without one the versions are tried from 1 upwards, until sixteen in a row
    /// are unknown: versions that are far apart are found by number only.
    /// - Parameter place: where a key stands, nil when it is not known.
    package static func latest(of id: String, version: Int?, place: ([UInt8]) -> UInt64?) -> UInt64? {
        func find(_ version: Int) -> UInt64? {
            Article.Status.allCases.compactMap { place(key(id: id, version: version, status: $0)) }.max()
        }
        if let version { return find(version) }
        var found: UInt64?
        var misses = 0
        var candidate = 1
        while misses < 16 {
            if let place = find(candidate) {
                found = place
                misses = 0
            } else {
                misses += 1
            }
            candidate += 1
        }
        return found
    }

    /// The id of an article that was handed in without one: the same title and body give the same id.
    package static func derivedID(title: String?, body: String) -> String {
        var hash = SHA256()
        hash.update(counted: title ?? "")
        hash.update(counted: body)
        return "sha256:" + hexadecimal(hash.finalize().prefix(16))
    }

    /// Lower-case hexadecimal SHA-256 of a text in UTF-8.
    package static func sha256(of text: String) -> String {
        var hash = SHA256()
        hash.update(text)
        return hexadecimal(hash.finalize())
    }

    static func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
        var text: [UInt8] = []
        text.reserveCapacity(64)
        for byte in bytes {
            text.append(hexadecimalDigit(byte >> 4))
            text.append(hexadecimalDigit(byte & 15))
        }
        return String(decoding: text, as: UTF8.self)
    }
}

/// The digit of a value below 16.
func hexadecimalDigit(_ value: UInt8) -> UInt8 {
    value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
}

extension SHA256 {
    mutating func update(_ text: String) {
        var text = text
        text.withUTF8 { update(bufferPointer: UnsafeRawBufferPointer($0)) }
    }

    /// The length goes first, so that no two lists of fields look the same.
    mutating func update(counted text: String) {
        withUnsafeBytes(of: UInt64(text.utf8.count).littleEndian) { update(bufferPointer: $0) }
        update(text)
    }
}
