internal import NewsFormats
internal import NewsModel
internal import Pipeline
package import ZeroMQ

/// One message of a client.
package struct Submission: Sendable {
    /// Nil when the message had no frame for it.
    package let article: Frame?
    /// More frames than allowed: nothing of it was kept.
    package let isTruncated: Bool
    package let wantsReceipt: Bool

    package init(article: Frame?, isTruncated: Bool, wantsReceipt: Bool) {
        self.article = article
        self.isTruncated = isTruncated
        self.wantsReceipt = wantsReceipt
    }

    /// - Throws: `ArticleFault`.
    func decode(limits: IntakeStore.Limits) throws -> Article {
        guard !isTruncated, let article else {
            throw ArticleFault(
                field: "message", place: "frames", problem: "has more than \(limits.frames) frames",
                remedy: "send the article as the last of at most \(limits.frames) frames")
        }
        guard article.count <= limits.articleBytes else {
            throw ArticleFault(
                field: "message", place: "size",
                problem: "has \(article.count) bytes, more than the \(limits.articleBytes) allowed",
                remedy: "send a shorter text or raise intake.maximum-article-bytes")
        }
        return try article.withUnsafeBytes { try ArticleDecoder.decode($0) }
    }
}

/// What a client learns about its message: exactly one for each.
package struct Receipt: Sendable, Hashable {
    package enum Status: String, Sendable {
        case accepted, duplicate, busy, rejected
    }

    package var status: Status
    package var id: String?
    /// Place in the intake log.
    package var sequence: UInt64?
    package var retryAfter: Duration?
    package var reason: String?

    package init(
        status: Status, id: String? = nil, sequence: UInt64? = nil, retryAfter: Duration? = nil, reason: String? = nil
    ) {
        self.status = status
        self.id = id
        self.sequence = sequence
        self.retryAfter = retryAfter
        self.reason = reason
    }

    /// The contract's JSON.
    package func encode() -> [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        json.field("status", status.rawValue)
        if let id { json.field("id", id) }
        if let sequence { json.field("sequence", Int(clamping: sequence)) }
        if let retryAfter { json.field("retryAfterMs", Int(clamping: retryAfter.nanoseconds / 1_000_000)) }
        if let reason { json.field("reason", reason) }
        json.endObject()
        return json.bytes
    }
}
