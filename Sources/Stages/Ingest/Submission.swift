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
        return try article.withUnsafeBytes { try ArticleDecoder.decode($0, limits: limits.documents) }
    }
}
