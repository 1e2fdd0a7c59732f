import Archive
import Foundation
import Journal
import NewsFormats
import NewsModel
import Pipeline
import SQLite

/// A record log and an archive in a directory of their own.
final class TestArchive {
    let directory: String
    let log: RecordLog
    let files: ArchiveFiles
    private var writer: ArchiveWriter
    private(set) var time: Int64 = 1_750_000_000_000

    init() throws {
        directory = NSTemporaryDirectory() + "quoted-archive-\(UInt32.random(in: 0 ... .max))"
        try FileManager.default.createDirectory(atPath: directory + "/archive", withIntermediateDirectories: true)
        log = try RecordLog(directory: directory + "/records", options: SegmentLogOptions(segmentBytes: 64 << 10))
        files = ArchiveFiles(directory: directory + "/archive")
        writer = try ArchiveWriter(files.path(1), mode: .live)
    }

    deinit { try? FileManager.default.removeItem(atPath: directory) }

    var records: String { directory + "/records" }
    var position: ArchiveWriter.Position { writer.position }

    /// A record of an article with quotations as its sentences.
    static func record(
        _ id: String, _ quotations: [(text: String, speaker: String?)], version: Int = 1,
        status: Article.Status = .usable, published: String? = nil, title: String? = nil
    ) -> AnalysisRecord {
        let body = quotations.map(\.text).joined(separator: "\n")
        let article = Article(
            id: id, title: title, body: body, source: "The Courier", published: published, version: version, status: status)
        var entities: [Entity] = []
        var found: [Quotation] = []
        var start = title.map { $0.unicodeScalars.count + 2 } ?? 0
        for quotation in quotations {
            let end = start + quotation.text.unicodeScalars.count
            let speaker = quotation.speaker.map { name in
                let isName = name.first?.isUppercase == true
                if isName { entities.append(Entity(id: "e\(entities.count + 1)", type: .person, name: name, mentions: [])) }
                return Speaker(entity: isName ? "e\(entities.count)" : nil, name: name, kind: isName ? .person : .unnamed)
            }
            found.append(Quotation(kind: .direct, content: [Span(start, end)], speaker: speaker, confidence: 0.9))
            start = end + 1
        }
        return RecordComposer.compose(article, sentences: [], entities: entities, quotations: found, discarded: [])
    }

    /// Appends to the log.
    func append(_ record: AnalysisRecord) throws {
        time += 1_000
        var record = record
        record.sequence = log.nextSequence
        try log.append(
            key: EntryKey(ArticleIdentity.key(of: record.article)),
            article: EntryKey(ArticleIdentity.group(id: record.article.id)),
            kind: record.article.status == .usable ? .record : .tombstone, time: time, payload: RecordEncoder.encode(record))
        try log.commit()
    }

    /// Appends to the log and archives it.
    func add(
        _ id: String, _ quotations: [(text: String, speaker: String?)], version: Int = 1,
        status: Article.Status = .usable, published: String? = nil, title: String? = nil
    ) throws {
        try append(
            Self.record(id, quotations, version: version, status: status, published: published, title: title))
        try follow()
    }

    /// Archives what is in the log.
    func follow() throws {
        let reader = try SegmentLogReader(directory: records)
        let batch = try reader.read(from: writer.position.sequence + 1, limit: 1_000, bytes: .max)
        guard batch.next > writer.position.sequence + 1 else { return }
        _ = try writer.apply(
            try batch.entries.map { try ArchiveEntry($0) },
            upTo: ArchiveWriter.Position(sequence: batch.next - 1, key: batch.entries.last?.key ?? .none))
    }

    func removeOld(before first: UInt64) throws -> Int { try writer.removeOld(before: first, recordedBefore: nil, limit: 100) }

    func reader(_ number: Int? = nil) throws -> ArchiveReader {
        try ArchiveReader(files.path(number ?? files.current() ?? 1), limit: .seconds(30))
    }

    /// Each article's first group.
    func groups() throws -> [String: Int64] {
        let database = try Database(files.path(1), .readOnly)
        let row = try database.prepare("SELECT a.id, q.cluster FROM quotations q JOIN articles a USING (article)")
        var groups: [String: Int64] = [:]
        while try row.step() { groups[row.text(0) ?? ""] = row.integer(1) }
        return groups
    }

    /// Every row of the tables that tell what is archived, in order.
    static func contents(_ path: String) throws -> [String] {
        let database = try Database(path, .readOnly)
        var lines: [String] = []
        for sql in [
            "SELECT id, version, status, sequence, recorded, published, title, source FROM articles ORDER BY id",
            """
            SELECT q.quotation, q.id, a.id, s.slug, q.text, q.content, q.cluster, q.kind FROM quotations q
            JOIN articles a USING (article) LEFT JOIN speakers s USING (speaker) ORDER BY quotation
            """,
            "SELECT slug, name, type, quotations, 0, 0, 0, 0 FROM speakers ORDER BY slug",
            "SELECT a.id, number, entity, type, name, e.role, mentions, 0 FROM entities e JOIN articles a USING (article) ORDER BY 1, 2",
            "SELECT hash, quotation, total, 0, 0, 0, 0, 0 FROM fingerprints ORDER BY 1, 2",
            "SELECT name, value, 0, 0, 0, 0, 0, 0 FROM state ORDER BY 1",
        ] {
            let row = try database.prepare(sql)
            while try row.step() { lines.append((0..<8).map { row.text($0) ?? "-" }.joined(separator: "|")) }
        }
        return lines
    }
}
