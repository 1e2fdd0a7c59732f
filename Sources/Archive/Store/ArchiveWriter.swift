package import Journal
internal import SQLite

internal import NewsModel

/// Writes an archive file. One owner; calls block. Every change is one transaction together with how far the log is
/// archived, so that whatever ends the process, nothing is missing and nothing is there twice.
package final class ArchiveWriter {
    package enum Mode: Sendable {
        /// Readers read meanwhile; a commit survives the end of the process, and of the machine all but the latest.
        case live
        /// A new file that nobody knows yet, lost when the process ends.
        case bulk
    }

    /// How far the log is archived.
    package struct Position: Sendable, Hashable {
        package var sequence: UInt64
        /// What stood there; `EntryKey.none` when nothing readable did.
        package var key: EntryKey

        package init(sequence: UInt64, key: EntryKey) {
            self.sequence = sequence
            self.key = key
        }
    }

    /// What one batch came to.
    package struct Counts: Sendable, Hashable {
        package var articles = 0
        package var quotations = 0
        /// Records of a version older than the one held.
        package var outdated = 0
    }

    let database: Database
    package private(set) var position: Position
    private let mode: Mode
    private let articles: ArticleTable
    private let speakers: SpeakerTable
    private var groups: QuotationGroups
    private let quotations: QuotationTable
    private let saveState: Statement

    /// Opens a file, or makes it.
    /// - Throws: `SQLiteError`; `ArchiveError.otherFormat` when another version of this program wrote the file.
    package init(_ path: String, mode: Mode) throws {
        self.mode = mode
        database = try Database(path, .readWrite)
        try Self.prepare(database, mode)
        let version = try database.integer("PRAGMA user_version") ?? 0
        if version == 0, try database.integer("SELECT count(*) FROM sqlite_schema") == 0 {
            try ArchiveSchema.create(in: database, mode)
        } else if version != ArchiveSchema.version {
            throw ArchiveError.otherFormat(path: path)
        }
        articles = try ArticleTable(database)
        speakers = try SpeakerTable(database)
        groups = try QuotationGroups(database, mode)
        quotations = try QuotationTable(database)
        saveState = try database.prepare("INSERT OR REPLACE INTO state VALUES (?, ?)")
        position = Position(sequence: 0, key: .none)
        position = try storedPosition()
    }

    private static func prepare(_ database: Database, _ mode: Mode) throws {
        switch mode {
        case .live:
            try database.execute(
                """
                PRAGMA page_size = 8192; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -16384;
                PRAGMA journal_size_limit = 67108864
                """)
        case .bulk:
            try database.execute(
                """
                PRAGMA page_size = 8192; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;
                PRAGMA cache_size = -524288;
                PRAGMA locking_mode = EXCLUSIVE; PRAGMA secure_delete = OFF; PRAGMA temp_store = MEMORY
                """)
        }
    }

    private func storedPosition() throws -> Position {
        func value(_ name: String) throws -> UInt64 {
            UInt64(bitPattern: try database.integer("SELECT value FROM state WHERE name = '\(name)'") ?? 0)
        }
        return Position(
            sequence: try value("sequence"), key: EntryKey(high: try value("key_high"), low: try value("key_low")))
    }

    /// Archives entries, in the order of the log, and remembers the position.
    package func apply(_ entries: [ArchiveEntry], upTo end: Position) throws -> Counts {
        var counts = Counts()
        try changing {
            for entry in entries { try apply(entry, &counts) }
            try save(end)
        }
        position = end
        return counts
    }

    private func changing(_ body: () throws -> Void) throws {
        do {
            try database.transaction {
                try body()
                if mode == .live {
                    try speakers.flush()
                    try quotations.flush()
                } else {
                    quotations.forget()
                }
                try save("group", UInt64(groups.last))
            }
        } catch {
            // What the tables remember is of the transaction that was undone.
            speakers.forget()
            quotations.forget()
            try groups.forget()
            throw error
        }
    }

    private func apply(_ entry: ArchiveEntry, _ counts: inout Counts) throws {
        let article = entry.article
        let known = try articles.find(article.id)
        if let known {
            guard known.isSuperseded(by: article) else {
                counts.outdated += 1
                return
            }
            try removeContent(of: known.number)
        }
        let number = try articles.put(entry, replacing: known?.number)
        counts.articles += 1
        guard article.status == .usable else { return }
        try articles.put(entry.entities, of: number)
        // The first quotation gets the greatest number: newest first, a page shows an article's in their order.
        var key = try quotations.lastKey(in: entry.second) + Int64(entry.quotations.count)
        for quoted in entry.quotations {
            let speaker = try quoted.quotation.speaker.flatMap { speaker in
                try quoted.slug.map { try speakers.count(speaker, slug: $0) }
            }
            let cluster = try groups.group(of: quoted, key: key)
            try quotations.insert(quoted, key: key, article: number, speaker: speaker, cluster: cluster)
            key -= 1
        }
        counts.quotations += entry.quotations.count
    }

    private func removeContent(of article: Int64) throws {
        for quotation in try quotations.remove(of: article) {
            if let speaker = quotation.speaker { try speakers.discount(speaker) }
            try groups.remove(quotation.text, key: quotation.key)
        }
        try articles.removeEntities(of: article)
    }

    /// Forgets articles whose record is older than a number of the log, or was recorded before a time.
    /// - Parameters:
    ///   - first: the oldest number to keep.
    ///   - time: milliseconds since 1970; nil for any.
    ///   - limit: most articles at once.
    /// - Returns: articles removed.
    package func removeOld(before first: UInt64, recordedBefore time: Int64?, limit: Int) throws -> Int {
        let old = try articles.old(before: first, recordedBefore: time, limit: limit)
        guard !old.isEmpty else { return 0 }
        try changing {
            for article in old {
                try removeContent(of: article)
                try articles.remove(article)
            }
        }
        return old.count
    }

    /// Ends a bulk load: what was kept in memory is written, and indexes are made of sorted rows. The writer is of no use
    /// afterwards.
    package func finish() throws {
        try database.transaction {
            try speakers.flush()
            try groups.finish(in: database)
            try database.execute(ArchiveSchema.lateIndexes)
            // A large buffer for the one load: few segments to merge, now and in every search.
            try database.execute(
                """
                INSERT INTO quotation_words(quotation_words, rank) VALUES ('hashsize', 67108864);
                INSERT INTO quotation_words(quotation_words) VALUES ('rebuild');
                INSERT INTO quotation_words(quotation_words, rank) VALUES ('hashsize', 1048576);
                """)
        }
        try database.execute("PRAGMA optimize")
    }

    /// Brings everything into the one file.
    package func checkpoint() throws { try database.execute("PRAGMA wal_checkpoint(TRUNCATE)") }

    // MARK: State

    private func save(_ position: Position) throws {
        try save("sequence", position.sequence)
        try save("key_high", position.key.high)
        try save("key_low", position.key.low)
    }

    private func save(_ name: String, _ value: UInt64) throws {
        saveState.bind(1, name)
        saveState.bind(2, Int64(bitPattern: value))
        try saveState.run()
    }
}

/// Why the archive cannot do what was asked.
package enum ArchiveError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Another version of this program wrote the file.
    case otherFormat(path: String)
    /// There is no archive in the directory.
    case missing(directory: String)
    /// A question took longer than it may.
    case tooSlow(limit: Duration)
    /// Too many questions at once.
    case busy
    /// A file could not be put in its place.
    case cannotMove(path: String, reason: String)

    package var description: String {
        switch self {
        case .otherFormat(let path): "\(path): written by another version; make it again with: quoted archive rebuild"
        case .missing(let directory):
            "no archive in \(directory); start the service, or make it from the record log with: quoted archive rebuild"
        case .tooSlow(let limit): "no answer within \(limit); ask for less: a rarer word, a speaker, a shorter time"
        case .busy: "too many questions at once; try again"
        case .cannotMove(let path, let reason): "\(path): \(reason); check that the directory can be written"
        }
    }
}
