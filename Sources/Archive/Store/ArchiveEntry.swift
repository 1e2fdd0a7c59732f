package import Journal
package import NewsModel

package import NewsFormats

/// What the archive takes from one record of the log, made ready without the archive: reading and comparing can be
/// elsewhere than writing.
package struct ArchiveEntry: Sendable {
    package struct Quoted: Sendable {
        package var quotation: Quotation
        package var text: String
        /// Of its speaker, nil when nobody can tell.
        package var slug: String?
        package var words: QuotationWords
        package var fingerprints: [UInt32]
    }

    /// The record's number in the log, and the key that stands there.
    package var sequence: UInt64
    package var key: EntryKey
    /// When it was recorded, in milliseconds since 1970.
    package var recorded: Int64
    /// Without its body.
    package var article: Article
    package var entities: [Entity]
    package var quotations: [Quoted]

    /// Seconds since 1970: when the article was published, or else recorded.
    package var second: Int {
        article.published.flatMap { PublicationDate.moment($0)?.seconds } ?? Int(recorded / 1_000)
    }

    /// - Throws: `RecordFault` when the entry is no record.
    package init(_ entry: LogEntry) throws(RecordFault) {
        let record = try RecordDecoder.decode(entry.payload)
        sequence = entry.sequence
        key = entry.key
        recorded = entry.time
        article = record.article
        article.body = ""
        entities = record.entities
        quotations = zip(record.quotations, QuotationText.all(of: record)).map { quotation, text in
            let words = QuotationWords(text)
            return Quoted(
                quotation: quotation, text: text, slug: quotation.speaker.map { SpeakerSlug.slug(of: $0.name) }, words: words,
                fingerprints: words.count < QuotationSimilarity.leastWords ? [] : Fingerprints.of(words))
        }
    }
}
