internal import NewsModel
internal import SQLite

extension ArchiveReader {
    /// Quotations that fit, the newest first.
    /// - Throws: `SQLiteError`; `ArchiveError.tooSlow`.
    package func quotations(
        _ query: QuotationQuery, since begin: ContinuousClock.Instant = .now
    ) throws -> ArchivePage<ArchivedQuotation, Int64> {
        try answering(since: begin) {
            guard let keys = query.keys else { return ArchivePage(elements: [], next: nil) }
            let search = try statement(QuotationSQL.search(query))
            bind(query, keys, to: search)
            var page: [ArchivedQuotation] = []
            var next: Int64?
            while try search.step() {
                let quotation = Self.quotation(search)
                if query.isGrouped, try hasNewer(quotation, query) { continue }
                guard page.count < query.limit else {
                    next = page.last?.key
                    break
                }
                page.append(quotation)
            }
            search.reset()
            if query.isGrouped { for index in page.indices { page[index].group = try group(of: page[index]) } }
            return ArchivePage(elements: page, next: next)
        }
    }

    private func bind(_ query: QuotationQuery, _ keys: ClosedRange<Int64>, to search: Statement) {
        search.bind(1, keys.lowerBound)
        search.bind(2, keys.upperBound)
        search.bind(3, query.match)
        search.bind(4, query.kind?.rawValue)
        search.bind(5, query.polarity?.rawValue)
        search.bind(6, query.article)
    }

    /// Whether a newer quotation of the same group fits the query as well, and so stands for this one.
    private func hasNewer(_ quotation: ArchivedQuotation, _ query: QuotationQuery) throws -> Bool {
        let newer = try statement(QuotationSQL.newer)
        newer.bind(1, quotation.cluster)
        newer.bind(2, quotation.key)
        newer.bind(3, query.until.map { QuotationKey.last(of: $0) } ?? .max)
        defer { newer.reset() }
        while try newer.step() {
            let key = newer.integer(0)
            let fits = try statement(QuotationSQL.fits(query))
            bind(query, key...key, to: fits)
            let isFit = try fits.step()
            fits.reset()
            if isFit { return true }
        }
        return false
    }

    /// The other articles with the same words, nil when there are none.
    private func group(of quotation: ArchivedQuotation) throws -> ArchivedQuotation.Group? {
        let members = try statement(QuotationSQL.members)
        members.bind(1, quotation.cluster)
        var seen: Set<Int64> = []
        var articles: [Int64] = []
        while try members.step() {
            let article = members.integer(0)
            if seen.insert(article).inserted { articles.append(article) }
        }
        guard articles.count > 1, let first = try reference(articles[0]) else { return nil }
        var listed: [ArticleReference] = []
        for article in articles.dropFirst().reversed() where listed.count < ArchivedQuotation.Group.listed {
            if let reference = try reference(article), reference.id != quotation.article.id { listed.append(reference) }
        }
        return ArchivedQuotation.Group(firstSaidIn: first, alsoIn: listed, articles: articles.count)
    }

    private func reference(_ article: Int64) throws -> ArticleReference? {
        let row = try statement("SELECT id, title, source, url, published FROM articles WHERE article = ?")
        row.bind(1, article)
        defer { row.reset() }
        return try row.step() ? Self.reference(row, from: 0) : nil
    }

    static func reference(_ row: Statement, from column: Int32) -> ArticleReference {
        ArticleReference(
            id: row.text(column) ?? "", title: row.text(column + 1), source: row.text(column + 2), url: row.text(column + 3),
            published: row.text(column + 4))
    }

    static func quotation(_ row: Statement) -> ArchivedQuotation {
        ArchivedQuotation(
            key: row.integer(0), id: row.text(1) ?? "", text: row.text(2) ?? "", kind: row.text(3) ?? "",
            polarity: row.text(4) ?? "", confidence: row.double(5), content: spans(row.text(6) ?? ""),
            speaker: row.text(8).map {
                ArchivedQuotation.Voice(
                    slug: $0, name: row.text(9) ?? "", type: row.text(10) ?? "", role: row.text(11), entity: row.text(12))
            },
            article: reference(row, from: 13), sequence: UInt64(bitPattern: row.integer(18)), group: nil,
            cluster: row.integer(7))
    }

    private static func spans(_ text: String) -> [Span] {
        text.split(separator: ",").compactMap { part in
            let ends = part.split(separator: "-").compactMap { Int($0) }
            return ends.count == 2 ? Span(ends[0], ends[1]) : nil
        }
    }
}

/// The statements about quotations. Conditions that a query has not are left out rather than bound, so that each form gets
/// its own plan; there are a few dozen forms at most.
enum QuotationSQL {
    private static let columns = """
        q.quotation, q.id, q.text, q.kind, q.polarity, q.confidence, q.content, q.cluster, s.slug, s.name, s.type, q.role,
        q.entity, a.id, a.title, a.source, a.url, a.published, a.sequence
        """
    private static let joins = "CROSS JOIN articles a ON a.article = q.article LEFT JOIN speakers s ON s.speaker = q.speaker"

    /// By rows of the full-text index where it is asked, else of the table: both are in the order of keys, so nothing is
    /// sorted, and whoever has read enough stops.
    static func search(_ query: QuotationQuery) -> String {
        guard query.match != nil else {
            return """
                SELECT \(columns) FROM quotations q \(joins) WHERE q.quotation BETWEEN ?1 AND ?2 AND ?3 IS NULL
                \(conditions(query)) ORDER BY q.quotation DESC
                """
        }
        return """
            SELECT \(columns) FROM quotation_words w CROSS JOIN quotations q ON q.quotation = w.rowid \(joins)
            WHERE w.rowid >= ?1 AND w.rowid <= ?2 AND w.quotation_words MATCH ?3 \(conditions(query)) ORDER BY w.rowid DESC
            """
    }

    /// Whether one quotation fits.
    static func fits(_ query: QuotationQuery) -> String {
        guard query.match != nil else {
            return """
                SELECT 1 FROM quotations q WHERE q.quotation >= ?1 AND q.quotation <= ?2 AND ?3 IS NULL \(conditions(query))
                """
        }
        return """
            SELECT 1 FROM quotation_words w CROSS JOIN quotations q ON q.quotation = w.rowid
            WHERE w.rowid >= ?1 AND w.rowid <= ?2 AND w.quotation_words MATCH ?3 \(conditions(query))
            """
    }

    private static func conditions(_ query: QuotationQuery) -> String {
        var conditions = query.kind == nil ? "AND ?4 IS NULL" : "AND q.kind = ?4"
        conditions += query.polarity == nil ? " AND ?5 IS NULL" : " AND q.polarity = ?5"
        conditions +=
            query.article == nil ? " AND ?6 IS NULL" : " AND q.article = (SELECT article FROM articles WHERE id = ?6)"
        return conditions
    }

    /// Newer quotations of a group, the nearest few first: those further off hardly fit when these do not.
    static let newer = """
        SELECT quotation FROM quotations WHERE cluster = ? AND quotation > ? AND quotation <= ? ORDER BY quotation LIMIT 64
        """

    /// The articles of a group's quotations, in the order of time.
    static let members = "SELECT article FROM quotations WHERE cluster = ? ORDER BY quotation"

    static let ofArticle = """
        SELECT \(columns) FROM quotations q \(joins) WHERE q.article = ? ORDER BY q.quotation DESC LIMIT ?
        """
}
