internal import NewsModel
internal import SQLite

/// Finds the group of a new quotation: that of the earlier quotation with the same words which shares most with it, else
/// one of its own. Groups are not merged afterwards: a short cut that fits two statements does not make them one.
struct QuotationGroups {
    /// Most earlier quotations that are compared word by word: those with most fingerprints in common.
    private static let compared = 8
    /// Quotations that share less than one in so many of the shorter one's fingerprints are not compared.
    private static let leastShare = 4

    private var index: any FingerprintIndex
    private let candidate: Statement
    private let selectLast: Statement
    /// Room for what is found for one quotation.
    private var found: [FingerprintHolder] = []
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
        var best: (weight: Double, key: Int64, cluster: Int64)?
        for other in try nearest(quoted, key) {
            guard let found = try compare(quoted, with: other) else { continue }
            if let known = best, (known.weight, -known.key) >= (found.weight, -other) { continue }
            best = (found.weight, other, found.cluster)
        }
        if let best { return best.cluster }
        last += 1
        return last
    }

    /// Earlier quotations that share fingerprints, those with most first, the newer of equal ones.
    private mutating func nearest(_ quoted: ArchiveEntry.Quoted, _ key: Int64) throws -> [Int64] {
        found.removeAll(keepingCapacity: true)
        let own = FingerprintHolder(quotation: key, fingerprints: Int32(quoted.fingerprints.count))
        for hash in quoted.fingerprints { try index.visit(hash, adding: own, found: &found) }
        guard !found.isEmpty else { return [] }
        found.sort { $0.quotation < $1.quotation }
        var near: [(shared: Int, quotation: Int64)] = []
        var start = 0
        for end in 1...found.count where end == found.count || found[end].quotation != found[start].quotation {
            // Where two are one, the shorter shares most of its fingerprints.
            if (end - start) * Self.leastShare >= Int(min(own.fingerprints, found[start].fingerprints)) {
                near.append((end - start, found[start].quotation))
            }
            start = end
        }
        near.sort { $0 > $1 }
        return near.prefix(Self.compared).map(\.quotation)
    }

    private func compare(_ quoted: ArchiveEntry.Quoted, with other: Int64) throws -> (weight: Double, cluster: Int64)? {
        candidate.bind(1, other)
        defer { candidate.reset() }
        guard try candidate.step(), let text = candidate.text(0) else { return nil }
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
