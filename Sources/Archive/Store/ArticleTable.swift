internal import NewsModel
internal import SQLite

/// Articles and their entities.
final class ArticleTable {
    struct Known {
        var number: Int64
        var version: Int
        var isUsable: Bool

        /// A higher version supersedes; of one version a retraction stays, in whatever order the two were analysed.
        func isSuperseded(by article: Article) -> Bool {
            if article.version != version { return article.version > version }
            return isUsable || article.status != .usable
        }
    }

    private let select: Statement
    private let insert: Statement
    private let update: Statement
    private let delete: Statement
    private let oldBySequence: Statement
    private let oldByTime: Statement
    private let insertEntity: Statement
    private let deleteEntities: Statement

    init(_ database: Database) throws {
        select = try database.prepare("SELECT article, version, status FROM articles WHERE id = ?")
        insert = try database.prepare(
            """
            INSERT INTO articles(id, version, status, sequence, recorded, published, title, source, url, language)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING article
            """)
        update = try database.prepare(
            """
            UPDATE articles SET id = ?1, version = ?2, status = ?3, sequence = ?4, recorded = ?5, published = ?6, title = ?7,
            source = ?8, url = ?9, language = ?10 WHERE article = ?11 RETURNING article
            """)
        delete = try database.prepare("DELETE FROM articles WHERE article = ?")
        oldBySequence = try database.prepare("SELECT article FROM articles WHERE sequence < ? ORDER BY sequence LIMIT ?")
        // Times ascend with the numbers of the log: the oldest few tell.
        oldByTime = try database.prepare(
            """
            SELECT article FROM (SELECT article, recorded FROM articles ORDER BY sequence LIMIT ?2) WHERE recorded < ?1
            """)
        insertEntity = try database.prepare("INSERT INTO entities VALUES (?, ?, ?, ?, ?, ?, ?)")
        deleteEntities = try database.prepare("DELETE FROM entities WHERE article = ?")
    }

    func find(_ id: String) throws -> Known? {
        select.bind(1, id)
        defer { select.reset() }
        guard try select.step() else { return nil }
        return Known(
            number: select.integer(0), version: Int(select.integer(1)),
            isUsable: select.text(2) == Article.Status.usable.rawValue)
    }

    /// Writes the article, of a retracted one what the tombstone says.
    func put(_ entry: ArchiveEntry, replacing number: Int64?) throws -> Int64 {
        let article = entry.article
        let isUsable = article.status == .usable
        let statement = number == nil ? insert : update
        statement.bind(1, article.id)
        statement.bind(2, article.version)
        statement.bind(3, article.status.rawValue)
        statement.bind(4, Int64(bitPattern: entry.sequence))
        statement.bind(5, entry.recorded)
        let details = [article.published, article.title, article.source, article.url, article.language]
        for (offset, detail) in details.enumerated() { statement.bind(Int32(6 + offset), isUsable ? detail : nil) }
        if let number { statement.bind(11, number) }
        guard try statement.step() else { return number ?? 0 }
        let written = statement.integer(0)
        try statement.run()
        return written
    }

    func put(_ entities: [Entity], of article: Int64) throws {
        for (number, entity) in entities.enumerated() {
            insertEntity.bind(1, article)
            insertEntity.bind(2, number)
            insertEntity.bind(3, entity.id)
            insertEntity.bind(4, entity.type.rawValue)
            insertEntity.bind(5, entity.name)
            insertEntity.bind(6, entity.role)
            insertEntity.bind(7, entity.mentions.count)
            try insertEntity.run()
        }
    }

    func removeEntities(of article: Int64) throws {
        deleteEntities.bind(1, article)
        try deleteEntities.run()
    }

    func remove(_ article: Int64) throws {
        delete.bind(1, article)
        try delete.run()
    }

    /// The oldest articles, at most `limit`.
    func old(before first: UInt64, recordedBefore time: Int64?, limit: Int) throws -> [Int64] {
        let statement = time == nil ? oldBySequence : oldByTime
        statement.bind(1, time ?? Int64(bitPattern: first))
        statement.bind(2, limit)
        var found: [Int64] = []
        while try statement.step() { found.append(statement.integer(0)) }
        return found
    }
}
