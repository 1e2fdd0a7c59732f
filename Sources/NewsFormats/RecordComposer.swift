internal import Crypto
package import NewsModel

/// Makes a record of an article and what the analysis found in it.
package enum RecordComposer {
    /// The record of an article before anything was found.
    package static func begin(_ article: Article) -> AnalysisRecord {
        let text = article.analysedText
        return AnalysisRecord(article: article, sha256: ArticleIdentity.sha256(of: text), text: text)
    }

    /// Gives the quotations their ids: 16 hexadecimal digits of SHA-256 over the article's id, its version and the content's
    /// spans, so that the same analysis gives the same ids.
    package static func finish(_ record: inout AnalysisRecord) {
        guard !record.quotations.isEmpty else { return }
        var article = SHA256()
        article.update(counted: record.article.id)
        article.update(counted: String(record.article.version))
        var known: Set<String> = []
        known.reserveCapacity(record.quotations.count)
        for index in record.quotations.indices {
            // Two quotations with the very same content are told apart by a count.
            var copy = 0
            repeat {
                var hash = article
                hash.update(copy)
                for span in record.quotations[index].content {
                    hash.update(span.start)
                    hash.update(span.end)
                }
                record.quotations[index].id = ArticleIdentity.hexadecimal(hash.finalize().prefix(8))
                copy += 1
            } while !known.insert(record.quotations[index].id).inserted
        }
    }

    /// The whole record at once. For a retracted article: the tombstone, whatever was found.
    package static func compose(
        _ article: Article, sentences: [Span], entities: [Entity], quotations: [Quotation], discarded: [DiscardedMarks]
    ) -> AnalysisRecord {
        var record = begin(article)
        guard article.status == .usable else { return record }
        record.sentences = sentences
        record.entities = entities
        record.quotations = quotations
        record.discarded = discarded
        finish(&record)
        return record
    }
}

extension SHA256 {
    fileprivate mutating func update(_ number: Int) {
        withUnsafeBytes(of: Int64(number).littleEndian) { update(bufferPointer: $0) }
    }
}
