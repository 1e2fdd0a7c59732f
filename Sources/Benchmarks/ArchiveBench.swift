import Archive
import Foundation
import Journal
import NewsFormats
import NewsModel

/// A million made quotations: how fast the archive is built from the record log, and how long a search takes.
struct ArchiveBench {
    static let quotations = 1_000_000
    static let quotationsAnArticle = 5

    /// - Returns: lines of a name and a figure.
    func run(in directory: String, quotations: Int = Self.quotations) async throws -> [(String, String)] {
        defer { try? FileManager.default.removeItem(atPath: directory) }
        var made = MadeNews(seed: 20_261_124)
        let records = directory + "/records"
        try writeLog(records, articles: quotations / Self.quotationsAnArticle, &made)
        let files = ArchiveFiles(directory: directory + "/archive")
        let begin = ContinuousClock.now
        let report = try await ArchiveRebuild.run(records: records, archive: files)
        let rebuilt = seconds(begin.duration(to: .now))
        guard report.quotations == quotations, let number = files.current() else {
            throw BenchFault(description: "\(report.quotations) quotations of \(quotations) were archived")
        }
        let bytes = try FileManager.default.attributesOfItem(atPath: files.path(number))[.size] as? Int ?? 0
        var lines = [
            ("archive: rebuild of \(quotations) quotations, quotations/s", String(format: "%.0f", Double(quotations) / rebuilt)),
            ("  file, bytes a quotation", "\(bytes / quotations)"),
        ]
        let readers = ArchiveReaders(directory: files.directory, limit: .seconds(10))
        for (name, queries) in made.queries(1_000) {
            let times = try await measure(queries, readers)
            lines.append(
                ("  search \(name), p50 / p99 / most ms", times.map { String(format: "%.1f", $0) }.joined(separator: " / ")))
        }
        await readers.close()
        return lines
    }

    private func writeLog(_ directory: String, articles: Int, _ made: inout MadeNews) throws {
        let log = try RecordLog(directory: directory)
        for number in 0..<articles {
            var record = made.record(number)
            record.sequence = log.nextSequence
            try log.append(
                key: EntryKey(ArticleIdentity.key(of: record.article)),
                article: EntryKey(ArticleIdentity.group(id: record.article.id)), time: 1_700_000_000_000 + Int64(number) * 100,
                payload: RecordEncoder.encode(record))
            if number % 1_000 == 999 { try log.commit() }
        }
        try log.commit()
    }

    /// Median, 99th percentile and most, in milliseconds.
    private func measure(_ queries: [QuotationQuery], _ readers: ArchiveReaders) async throws -> [Double] {
        var times: [Double] = []
        for query in queries {
            let begin = ContinuousClock.now
            _ = try await readers.ask { try $0.quotations(query, since: $1) }
            times.append(seconds(begin.duration(to: .now)) * 1_000)
        }
        times.sort()
        return [times[times.count / 2], times[times.count * 99 / 100], times[times.count - 1]]
    }

    private func seconds(_ duration: Duration) -> Double {
        Double(duration.components.seconds) + Double(duration.components.attoseconds) / 1e18
    }
}

/// Articles of made words: words and speakers as frequent as in language (Zipf's law), every fifth quotation one of the
/// last few thousand again, whole or cut.
struct MadeNews {
    private var state: UInt64
    private let words: [String]
    private let speakers: [String]
    private var recent: [(words: [String], speaker: String)] = []

    init(seed: UInt64) {
        state = seed
        let syllables = ["ba", "co", "de", "fi", "gu", "ha", "jo", "ke", "li", "mo", "na", "pe", "ri", "su", "ta", "vo", "we", "zu"]
        func word(_ number: Int) -> String {
            var rest = number
            var text = ""
            repeat {
                text += syllables[rest % syllables.count]
                rest /= syllables.count
            } while rest > 0
            return text
        }
        words = (0..<40_000).map { word($0 + 5) }
        speakers = (0..<20_000).map { "\(word($0 % 900 + 3_000).capitalized) \(word($0 + 9_000).capitalized)" }
    }

    /// SplitMix64 (Steele, Lea and Flood 2014).
    private mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    private mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }

    /// A rank below the bound, with a probability that falls with the rank.
    private mutating func rank(_ bound: Int) -> Int {
        let share = Double(next() >> 11) / Double(1 << 53)
        return min(bound - 1, Int(pow(Double(bound), share)) - 1)
    }

    private mutating func quotation() -> (words: [String], speaker: String) {
        if recent.count > 100, below(5) == 0 {
            var again = recent[below(recent.count)]
            if below(2) == 0, again.words.count > 12 { again.words = Array(again.words.dropFirst(below(4)).dropLast(below(4))) }
            return again
        }
        let made = ((0..<8 + below(25)).map { _ in words[rank(words.count)] }, speakers[rank(speakers.count)])
        if recent.count < 5_000 { recent.append(made) } else { recent[below(recent.count)] = made }
        return made
    }

    mutating func record(_ number: Int) -> AnalysisRecord {
        var body = ""
        var length = 0
        var sentences: [Span] = []
        var entities: [Entity] = []
        var quotations: [Quotation] = []
        for _ in 0..<ArchiveBench.quotationsAnArticle {
            let (words, name) = quotation()
            let text = "“" + words.joined(separator: " ") + ",”"
            let sentence = text + " said " + name + ". "
            let end = length + text.unicodeScalars.count
            let source = Span(end + 6, end + 6 + name.unicodeScalars.count)
            let id = entities.first { $0.name == name }?.id ?? "e\(entities.count + 1)"
            if id == "e\(entities.count + 1)" {
                entities.append(Entity(id: id, type: .person, name: name, mentions: [EntityMention(span: source, form: .name)]))
            }
            quotations.append(
                Quotation(
                    kind: .direct, content: [Span(length, end)], cue: [Span(end + 1, end + 5)], source: [source],
                    speaker: Speaker(entity: id, name: name, kind: .person), confidence: 0.9))
            sentences.append(Span(length, source.end + 1))
            body += sentence
            length += sentence.unicodeScalars.count
        }
        // Two years of news, handed in within two days of their time.
        let day = number / 280 + below(3)
        let article = Article(
            id: "news-\(number)", body: body, source: "Outlet \(below(50))",
            published: String(
                format: "20%02d-%02d-%02dT%02d:%02d:%02dZ", 23 + day / 336, day / 28 % 12 + 1, day % 28 + 1, below(24), below(60),
                below(60)))
        return RecordComposer.compose(article, sentences: sentences, entities: entities, quotations: quotations, discarded: [])
    }

    /// Queries of several sorts, common words and speakers more often than rare ones.
    mutating func queries(_ count: Int) -> [(name: String, queries: [QuotationQuery])] {
        func make(_ adjust: (inout QuotationQuery) -> Void) -> [QuotationQuery] {
            (0..<count).map { _ in
                var query = QuotationQuery()
                adjust(&query)
                return query
            }
        }
        let byWord = make { $0.text = try? SearchText(words[rank(words.count)]) }
        let bySpeaker = make { $0.speaker = surname() }
        let byBoth = make {
            $0.text = try? SearchText(words[rank(words.count)])
            $0.speaker = surname()
        }
        let bySince = make {
            $0.text = try? SearchText(words[rank(words.count)])
            $0.speaker = surname()
            $0.since = 1_680_000_000 + below(60_000_000)
        }
        return [("by word", byWord), ("by speaker", bySpeaker), ("by word and speaker", byBoth), ("… since a date", bySince)]
    }

    private mutating func surname() -> String {
        speakers[rank(speakers.count)].split(separator: " ").last.map(String.init) ?? ""
    }
}
