package import NewsModel

/// An article as others refer to it.
package struct ArticleReference: Sendable, Hashable {
    package var id: String
    package var title: String?
    package var source: String?
    package var url: String?
    /// As the article was handed in.
    package var published: String?
}

/// A quotation of the archive.
package struct ArchivedQuotation: Sendable, Hashable {
    package struct Voice: Sendable, Hashable {
        package var slug: String
        package var name: String
        package var type: String
        package var role: String?
        /// Of the article's entities.
        package var entity: String?
    }

    /// The same words in other articles.
    package struct Group: Sendable, Hashable {
        /// The article that was published first.
        package var firstSaidIn: ArticleReference
        /// Other articles than this one and the first, the newest first, at most `listed`.
        package var alsoIn: [ArticleReference]
        /// Articles in all.
        package var articles: Int

        package static let listed = 10
    }

    package var key: Int64
    package var id: String
    package var text: String
    package var kind: String
    package var polarity: String
    package var confidence: Double
    package var content: [Span]
    package var speaker: Voice?
    package var article: ArticleReference
    /// Of the record in the log.
    package var sequence: UInt64
    /// Nil when no other article has these words, or when nobody asked.
    package var group: Group?
    var cluster: Int64
}

/// A page of an answer.
package struct ArchivePage<Element: Sendable & Hashable, Cursor: Sendable & Hashable>: Sendable, Hashable {
    package var elements: [Element]
    /// Where the next page begins; nil when this is the last.
    package var next: Cursor?
}

/// A speaker of the archive.
package struct ArchivedSpeaker: Sendable, Hashable {
    package var number: Int64
    package var slug: String
    package var name: String
    package var type: String
    package var quotations: Int
}

/// An article of the archive with what was found in it. A retracted one has its id, version and status alone.
package struct ArchivedArticle: Sendable, Hashable {
    package struct Named: Sendable, Hashable {
        package var id: String
        package var type: String
        package var name: String
        package var role: String?
        package var mentions: Int
    }

    /// Entities and quotations that one answer holds; more are counted only.
    package static let listed = 1_000

    package var reference: ArticleReference
    package var version: Int
    package var status: String
    package var language: String?
    package var sequence: UInt64
    package var entities: [Named]
    /// In the order of the text.
    package var quotations: [ArchivedQuotation]
    /// In all, also those not listed.
    package var quotationCount: Int
}
