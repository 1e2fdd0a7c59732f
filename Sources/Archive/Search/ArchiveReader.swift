internal import SQLite

internal import NewsModel

/// Answers questions from an archive file, and changes nothing. One owner; calls block, no longer than their limit.
package final class ArchiveReader {
    let database: Database
    private let limit: Duration
    private var statements: [String: Statement] = [:]

    /// - Parameters:
    ///   - path: the file.
    ///   - limit: time for one answer.
    /// - Throws: `SQLiteError`; `ArchiveError.otherFormat`.
    package init(_ path: String, limit: Duration) throws {
        database = try Database(path, .readOnly)
        self.limit = limit
        guard try database.integer("PRAGMA user_version") == ArchiveSchema.version else {
            throw ArchiveError.otherFormat(path: path)
        }
        try database.execute("PRAGMA query_only = ON; PRAGMA cache_size = -8192; PRAGMA mmap_size = 2147418112")
    }

    /// Runs the body on one state of the archive, within the time limit.
    /// - Parameter begin: when the question came in: time in a queue counts.
    /// - Throws: `ArchiveError.tooSlow`.
    func answering<Answer>(since begin: ContinuousClock.Instant, _ body: () throws -> Answer) throws -> Answer {
        let end = begin + limit
        guard ContinuousClock.now < end else { throw ArchiveError.tooSlow(limit: limit) }
        database.limit(to: end)
        defer { database.limit(to: nil) }
        do {
            try database.execute("BEGIN")
            let answer = try body()
            try database.execute("COMMIT")
            return answer
        } catch {
            for statement in statements.values { statement.reset() }
            database.limit(to: nil)
            try? database.execute("ROLLBACK")
            if (error as? SQLiteError)?.kind == .interrupted { throw ArchiveError.tooSlow(limit: limit) }
            throw error
        }
    }

    /// A compiled statement, kept: the program asks only a few different ones.
    func statement(_ sql: String) throws -> Statement {
        if let known = statements[sql] {
            known.reset()
            return known
        }
        let statement = try database.prepare(sql)
        statements[sql] = statement
        return statement
    }

    /// How many articles, quotations and speakers there are. Counts them all: not for a hot path.
    package func counts() throws -> (articles: Int, quotations: Int, speakers: Int, sequence: UInt64) {
        func count(_ sql: String) throws -> Int64 { try database.integer(sql) ?? 0 }
        return (
            Int(try count("SELECT count(*) FROM articles")), Int(try count("SELECT count(*) FROM quotations")),
            Int(try count("SELECT count(*) FROM speakers")),
            UInt64(bitPattern: try count("SELECT value FROM state WHERE name = 'sequence'"))
        )
    }

    /// What SQLite and the full-text index find wrong with the file; empty when it is whole.
    package func faults() throws -> [String] {
        let check = try database.prepare("PRAGMA integrity_check(20)")
        var faults: [String] = []
        while try check.step() {
            if let line = check.text(0), line != "ok" { faults.append(line) }
        }
        return faults
    }
}
