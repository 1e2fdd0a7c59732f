internal import SQLite

/// The archive's tables. A file of another version is not migrated but made again from the record log.
enum ArchiveSchema {
    static let version: Int64 = 1

    static let statements = """
        -- How far the log is archived: sequence, key_high, key_low; and the last number given to a group.
        CREATE TABLE state(name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;

        -- The article's latest version. Of a retracted one only id, version, status, sequence and recorded are left.
        CREATE TABLE articles(
            article INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, version INTEGER NOT NULL, status TEXT NOT NULL,
            sequence INTEGER NOT NULL, recorded INTEGER NOT NULL, published TEXT, title TEXT, source TEXT, url TEXT,
            language TEXT);
        CREATE INDEX articles_sequence ON articles(sequence);

        CREATE TABLE entities(
            article INTEGER NOT NULL, number INTEGER NOT NULL, entity TEXT NOT NULL, type TEXT NOT NULL, name TEXT NOT NULL,
            role TEXT, mentions INTEGER NOT NULL, PRIMARY KEY(article, number)) WITHOUT ROWID;

        CREATE TABLE speakers(
            speaker INTEGER PRIMARY KEY, slug TEXT NOT NULL UNIQUE, name TEXT NOT NULL, type TEXT NOT NULL,
            quotations INTEGER NOT NULL);
        CREATE VIRTUAL TABLE speaker_names USING fts5(
            slug, content='speakers', content_rowid='speaker', prefix='2 3', tokenize='unicode61 remove_diacritics 2');

        -- quotation: a QuotationKey. content: spans as "start-end,start-end". cluster: quotations of the same words.
        CREATE TABLE quotations(
            quotation INTEGER PRIMARY KEY, id TEXT NOT NULL, article INTEGER NOT NULL, speaker INTEGER, entity TEXT,
            role TEXT, kind TEXT NOT NULL, polarity TEXT NOT NULL, confidence REAL NOT NULL, text TEXT NOT NULL,
            content TEXT NOT NULL, cluster INTEGER NOT NULL);
        CREATE INDEX quotations_article ON quotations(article);

        CREATE VIEW searchable AS
            SELECT quotation, text, slug AS speaker FROM quotations LEFT JOIN speakers USING (speaker);
        CREATE VIRTUAL TABLE quotation_words USING fts5(
            text, speaker, content='searchable', content_rowid='quotation', columnsize=0,
            tokenize='unicode61 remove_diacritics 2');

        -- For each fingerprint the latest quotations that have it, at most as many as FingerprintList.limit, with the number
        -- of fingerprints that they have in all.
        CREATE TABLE fingerprints(
            hash INTEGER NOT NULL, quotation INTEGER NOT NULL, total INTEGER NOT NULL,
            PRIMARY KEY(hash, quotation)) WITHOUT ROWID;
        """

    /// Indexes that a bulk load makes in the end, when their rows can be sorted at once.
    static let lateIndexes = """
        CREATE INDEX speakers_quotations ON speakers(quotations);
        CREATE INDEX quotations_cluster ON quotations(cluster, quotation, article);
        """

    /// Makes the tables of an empty file.
    static func create(in database: Database, _ mode: ArchiveWriter.Mode) throws {
        try database.transaction {
            try database.execute(statements)
            if mode == .live { try database.execute(lateIndexes) }
            try database.execute("PRAGMA user_version = \(version)")
        }
    }
}
