internal import NewsModel
internal import SQLite

/// Finds the group of a new quotation: that of the earlier quotation with the same words which shares most with it, else
/// one of its own. Groups are not merged afterwards: a short cut that fits two statements does not make them one.
struct QuotationGroups {
    /// Most earlier quotations that are compared word by word: those with most fingerprints in common.
    private static let compared = 8
    /// Quotations that share less than one in so many of the shorter one's fingerprints are not compared.
    private static let leastShare = 4
    private static let bytesOfFingerprint = 15

    private var index: any FingerprintIndex
    private let candidate: Statement
    private let selectLast: Statement
    /// The last number given to a group.
    private(set) var last: Int64 = 0

    init(_ database: Database, _ mode: ArchiveWriter.Mode) throws {
        index = mode == .bulk ? MemoryFingerprintIndex() : try StoredFingerprintIndex(database)
        candidate = try database.prepare(
            """
            SELECT text, slug, type, cluster FROM quotations LEFT JOIN speakers USING (speaker) WHERE quotation = ?
            """)
        selectLast = try database.prepare("SELECT value FROM state WHERE name = 'group'")
        try forget()
    }

    /// Back to what the file says.
    mutating func forget() throws {
        defer { selectLast.reset() }
        last = try selectLast.step() ? selectLast.integer(0) : 0
    }

    /// The group's number; the quotation is found by later ones from now on.
    mutating func group(of quoted: ArchiveEntry.Quoted, key: Int64) throws -> Int64 {
        var shared: [Int64: Int] = [:]
        for hash in quoted.fingerprints {
            for other in try index.visit(hash, adding: key) { shared[other, default: 0] += 1 }
        }
        let nearest = shared.sorted { ($0.value, $0.key) > ($1.value, $1.key) }.prefix(Self.compared)
        var best: (weight: Double, key: Int64, cluster: Int64)?
        for (other, count) in nearest {
            guard let found = try compare(quoted, with: other, sharing: count) else { continue }
            if let known = best, (known.weight, -known.key) >= (found.weight, -other) { continue }
            best = (found.weight, other, found.cluster)
        }
        if let best { return best.cluster }
        last += 1
        return last
    }

    private func compare(
        _ quoted: ArchiveEntry.Quoted, with other: Int64, sharing count: Int
    ) throws -> (weight: Double, cluster: Int64)? {
        candidate.bind(1, other)
        defer { candidate.reset() }
        // Where two are one, the shorter shares most of its fingerprints: about one for every fifteen bytes of text.
        guard try candidate.step(),
            count * Self.leastShare >= min(quoted.fingerprints.count, candidate.bytes(0) / Self.bytesOfFingerprint),
            let text = candidate.text(0)
        else { return nil }
        let similarity = QuotationSimilarity(quoted.words, QuotationWords(text))
        let speakers = SpeakerAgreement(
            quoted.slug, quoted.quotation.speaker?.kind, candidate.text(1),
            candidate.text(2).flatMap { Speaker.Kind(rawValue: $0) })
        return similarity.isSame(speakers) ? (similarity.sharedWeight, candidate.integer(3)) : nil
    }

    mutating func remove(_ text: String, key: Int64) throws {
        let words = QuotationWords(text)
        guard words.count >= QuotationSimilarity.leastWords else { return }
        for hash in Fingerprints.of(words) { try index.remove(hash, key) }
    }

    /// Writes down what is in memory.
    func finish(in database: Database) throws {
        if let memory = index as? MemoryFingerprintIndex { try memory.store(in: database) }
    }
}
