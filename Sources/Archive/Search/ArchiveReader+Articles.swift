internal import NewsModel
internal import SQLite

extension ArchiveReader {
    /// The article of an id, nil when the archive has none.
    /// - Throws: `SQLiteError`; `ArchiveError.tooSlow`.
    package func article(_ id: String, since begin: ContinuousClock.Instant = .now) throws -> ArchivedArticle? {
        try answering(since: begin) {
            let row = try statement(
                """
                SELECT id, title, source, url, published, version, status, language, sequence, article FROM articles
                WHERE id = ?
                """)
            row.bind(1, id)
            guard try row.step() else { return nil }
            let number = row.integer(9)
            var article = ArchivedArticle(
                reference: Self.reference(row, from: 0), version: Int(row.integer(5)), status: row.text(6) ?? "",
                language: row.text(7), sequence: UInt64(bitPattern: row.integer(8)), entities: [], quotations: [],
                quotationCount: 0)
            row.reset()
            article.entities = try entities(of: number)
            article.quotations = try quotations(of: number)
            article.quotationCount = article.quotations.count
            if article.quotations.count >= ArchivedArticle.listed {
                article.quotationCount = Int(
                    try database.integer("SELECT count(*) FROM quotations WHERE article = \(number)") ?? 0)
            }
            return article
        }
    }

    private func entities(of article: Int64) throws -> [ArchivedArticle.Named] {
        let row = try statement(
            "SELECT entity, type, name, role, mentions FROM entities WHERE article = ? ORDER BY number LIMIT ?")
        row.bind(1, article)
        row.bind(2, ArchivedArticle.listed)
        var entities: [ArchivedArticle.Named] = []
        while try row.step() {
            entities.append(
                ArchivedArticle.Named(
                    id: row.text(0) ?? "", type: row.text(1) ?? "", name: row.text(2) ?? "", role: row.text(3),
                    mentions: Int(row.integer(4))))
        }
        return entities
    }

    private func quotations(of article: Int64) throws -> [ArchivedQuotation] {
        let row = try statement(QuotationSQL.ofArticle)
        row.bind(1, article)
        row.bind(2, ArchivedArticle.listed)
        var quotations: [ArchivedQuotation] = []
        while try row.step() { quotations.append(Self.quotation(row)) }
        return quotations
    }

    /// Speakers that fit, those with most quotations first.
    /// - Throws: `SQLiteError`; `ArchiveError.tooSlow`.
    package func speakers(
        _ query: SpeakerQuery, since begin: ContinuousClock.Instant = .now
    ) throws -> ArchivePage<ArchivedSpeaker, SpeakerQuery.Cursor> {
        try answering(since: begin) {
            let source =
                query.match == nil
                ? "speakers s WHERE ?1 IS NULL"
                : "speaker_names n CROSS JOIN speakers s ON s.speaker = n.rowid WHERE n.speaker_names MATCH ?1"
            let row = try statement(
                """
                SELECT s.speaker, s.slug, s.name, s.type, s.quotations FROM \(source)
                AND (s.quotations, s.speaker) < (?2, ?3) ORDER BY s.quotations DESC, s.speaker DESC LIMIT ?4
                """)
            row.bind(1, query.match)
            row.bind(2, query.after?.quotations ?? .max)
            row.bind(3, query.after?.speaker ?? .max)
            row.bind(4, query.limit + 1)
            var speakers: [ArchivedSpeaker] = []
            while try row.step() {
                speakers.append(
                    ArchivedSpeaker(
                        number: row.integer(0), slug: row.text(1) ?? "", name: row.text(2) ?? "", type: row.text(3) ?? "",
                        quotations: Int(row.integer(4))))
            }
            guard speakers.count > query.limit else { return ArchivePage(elements: speakers, next: nil) }
            speakers.removeLast()
            let next = speakers.last.map { SpeakerQuery.Cursor(quotations: Int64($0.quotations), speaker: $0.number) }
            return ArchivePage(elements: speakers, next: next)
        }
    }
}
