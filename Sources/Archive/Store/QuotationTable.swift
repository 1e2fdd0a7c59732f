internal import NewsModel
internal import SQLite

/// Quotations and their full-text index, which is written once a batch, in the order of its keys: out of order every
/// entry would be a flush of the index.
final class QuotationTable {
    struct Removed {
        var key: Int64
        var text: String
        var speaker: Int64?
    }

    private struct Searchable {
        var text: String
        var slug: String?
    }

    private let selectLastKey: Statement
    private let insert: Statement
    private let select: Statement
    private let delete: Statement
    private let index: Statement
    private let unindex: Statement
    private var added: [Int64: Searchable] = [:]
    private var removed: [Int64: Searchable] = [:]

    init(_ database: Database) throws {
        selectLastKey = try database.prepare("SELECT max(quotation) FROM quotations WHERE quotation BETWEEN ? AND ?")
        insert = try database.prepare("INSERT INTO quotations VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
        select = try database.prepare(
            """
            SELECT quotation, text, speaker, slug FROM quotations LEFT JOIN speakers USING (speaker) WHERE article = ?
            """)
        delete = try database.prepare("DELETE FROM quotations WHERE article = ?")
        index = try database.prepare("INSERT INTO quotation_words(rowid, text, speaker) VALUES (?, ?, ?)")
        unindex = try database.prepare(
            "INSERT INTO quotation_words(quotation_words, rowid, text, speaker) VALUES ('delete', ?, ?, ?)")
    }

    /// The last key given within a second; the one before its first when there is none.
    func lastKey(in second: Int) throws -> Int64 {
        let first = QuotationKey.first(of: second)
        selectLastKey.bind(1, first)
        selectLastKey.bind(2, QuotationKey.last(of: second))
        defer { selectLastKey.reset() }
        return try selectLastKey.step() && !selectLastKey.isNull(0) ? selectLastKey.integer(0) : first - 1
    }

    func insert(_ quoted: ArchiveEntry.Quoted, key: Int64, article: Int64, speaker: Int64?, cluster: Int64) throws {
        let quotation = quoted.quotation
        insert.bind(1, key)
        insert.bind(2, quotation.id)
        insert.bind(3, article)
        insert.bind(4, speaker)
        insert.bind(5, quotation.speaker?.entity)
        insert.bind(6, quotation.speaker?.role)
        insert.bind(7, quotation.kind.rawValue)
        insert.bind(8, quotation.polarity.rawValue)
        insert.bind(9, quotation.confidence)
        insert.bind(10, quoted.text)
        insert.bind(11, quotation.content.map { "\($0.start)-\($0.end)" }.joined(separator: ","))
        insert.bind(12, cluster)
        try insert.run()
        added[key] = Searchable(text: quoted.text, slug: speaker == nil ? nil : quoted.slug)
    }

    /// Removes an article's quotations.
    func remove(of article: Int64) throws -> [Removed] {
        var rows: [Removed] = []
        select.bind(1, article)
        while try select.step() {
            let key = select.integer(0)
            let text = select.text(1) ?? ""
            rows.append(Removed(key: key, text: text, speaker: select.isNull(2) ? nil : select.integer(2)))
            if added.removeValue(forKey: key) == nil { removed[key] = Searchable(text: text, slug: select.text(3)) }
        }
        delete.bind(1, article)
        try delete.run()
        return rows
    }

    /// Brings the full-text index up to date.
    func flush() throws {
        for (statement, rows) in [(unindex, removed), (index, added)] {
            for key in rows.keys.sorted() {
                statement.bind(1, key)
                statement.bind(2, rows[key]?.text)
                statement.bind(3, rows[key]?.slug)
                try statement.run()
            }
        }
        forget()
    }

    func forget() {
        added.removeAll(keepingCapacity: true)
        removed.removeAll(keepingCapacity: true)
    }
}
