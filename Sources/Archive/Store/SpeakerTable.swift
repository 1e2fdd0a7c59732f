internal import NewsModel
internal import SQLite

/// Speakers, by their slugs, and how many quotations each has. Counts are written once a batch.
final class SpeakerTable {
    /// Speakers remembered between batches.
    private static let remembered = 100_000

    private let select: Statement
    private let insert: Statement
    private let selectName: Statement
    private let rename: Statement
    private let add: Statement
    private let selectRest: Statement
    private let delete: Statement
    private let insertName: Statement
    private let deleteName: Statement
    private var known: [String: (number: Int64, nameBytes: Int)] = [:]
    private var changes: [Int64: Int] = [:]

    init(_ database: Database) throws {
        select = try database.prepare("SELECT speaker, length(CAST(name AS BLOB)) FROM speakers WHERE slug = ?")
        insert = try database.prepare("INSERT INTO speakers(slug, name, type, quotations) VALUES (?, ?, ?, 0) RETURNING speaker")
        selectName = try database.prepare("SELECT slug FROM speakers WHERE speaker = ?")
        rename = try database.prepare("UPDATE speakers SET name = ? WHERE speaker = ?")
        add = try database.prepare("UPDATE speakers SET quotations = quotations + ? WHERE speaker = ?")
        selectRest = try database.prepare("SELECT quotations FROM speakers WHERE speaker = ?")
        delete = try database.prepare("DELETE FROM speakers WHERE speaker = ?")
        insertName = try database.prepare("INSERT INTO speaker_names(rowid, slug) VALUES (?, ?)")
        deleteName = try database.prepare("INSERT INTO speaker_names(speaker_names, rowid, slug) VALUES ('delete', ?, ?)")
    }

    /// One quotation more; the speaker's number.
    func count(_ speaker: Speaker, slug: String) throws -> Int64 {
        var entry = try find(slug) ?? make(speaker, slug: slug)
        // Of several spellings the one with its diacritics, which has more bytes.
        if speaker.name.utf8.count > entry.nameBytes {
            rename.bind(1, speaker.name)
            rename.bind(2, entry.number)
            try rename.run()
            entry.nameBytes = speaker.name.utf8.count
        }
        if known.count >= Self.remembered { known.removeAll(keepingCapacity: true) }
        known[slug] = entry
        changes[entry.number, default: 0] += 1
        return entry.number
    }

    /// One quotation less.
    func discount(_ speaker: Int64) throws { changes[speaker, default: 0] -= 1 }

    private func find(_ slug: String) throws -> (number: Int64, nameBytes: Int)? {
        if let entry = known[slug] { return entry }
        select.bind(1, slug)
        defer { select.reset() }
        return try select.step() ? (select.integer(0), Int(select.integer(1))) : nil
    }

    private func make(_ speaker: Speaker, slug: String) throws -> (number: Int64, nameBytes: Int) {
        insert.bind(1, slug)
        insert.bind(2, speaker.name)
        insert.bind(3, speaker.kind.rawValue)
        guard try insert.step() else { return (0, 0) }
        let number = insert.integer(0)
        try insert.run()
        insertName.bind(1, number)
        insertName.bind(2, slug)
        try insertName.run()
        return (number, speaker.name.utf8.count)
    }

    /// Writes the counts; who has no quotation left goes.
    func flush() throws {
        for (speaker, change) in changes.sorted(by: { $0.key < $1.key }) where change != 0 {
            add.bind(1, change)
            add.bind(2, speaker)
            try add.run()
        }
        for speaker in changes.filter({ $0.value <= 0 }).keys.sorted() { try removeIfSilent(speaker) }
        changes.removeAll(keepingCapacity: true)
    }

    private func removeIfSilent(_ speaker: Int64) throws {
        selectRest.bind(1, speaker)
        let isSilent = try selectRest.step() && selectRest.integer(0) <= 0
        selectRest.reset()
        guard isSilent else { return }
        selectName.bind(1, speaker)
        let slug = try selectName.step() ? selectName.text(0) : nil
        selectName.reset()
        if let slug {
            deleteName.bind(1, speaker)
            deleteName.bind(2, slug)
            try deleteName.run()
            known[slug] = nil
        }
        delete.bind(1, speaker)
        try delete.run()
    }

    func forget() {
        known.removeAll()
        changes.removeAll()
    }
}
