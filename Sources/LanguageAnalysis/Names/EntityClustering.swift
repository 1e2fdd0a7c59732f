internal import NewsModel

/// Names that mean the same person, organisation or place, grouped.
struct EntityClustering {
    struct Cluster {
        var mentions: [NameMention]
        /// Folded words of the fullest name.
        var words: [String]
        var type: EntityType
        var gender: Gender
        var certainty: Int
        /// Bytes of the fullest name.
        var fullest: Range<Int>
        /// "Jr." or "III": another person than the one without.
        var suffix: UInt32?
    }

    private let scan: TokenizedText
    private(set) var clusters: [Cluster] = []
    /// Clusters by each word that can stand for them alone: a surname, a given name, an acronym.
    private var byWord: [String: [Int]] = [:]
    private var byName: [String: Int] = [:]
    /// Where a headline in title case ends; 0 without one.
    private var headline = 0
    /// The mentions' types can be trusted: the same word as a place and as a person's name is two entities.
    private let typesApart: Bool

    static func cluster(_ mentions: [NameMention], _ scan: TokenizedText, typesApart: Bool = false) -> [Cluster] {
        var clustering = EntityClustering(scan: scan, typesApart: typesApart)
        // full names first, so that a surname in the headline finds its person
        // in the headline last, where a verb with a capital may have run into them
        let full = mentions.filter { ($0.whole ?? $0.tokens).count > 1 }
        for mention in full where !clustering.isInHeadline(mention) { clustering.add(mention) }
        for mention in full where clustering.isInHeadline(mention) { clustering.add(mention) }
        // "Mr. Obama" before "President Obama": what cannot be the only full name's bearer is somebody else
        let single = mentions.filter { ($0.whole ?? $0.tokens).count == 1 }
        for mention in single where mention.gender != .unknown { clustering.add(mention) }
        for mention in single where mention.gender == .unknown { clustering.add(mention) }
        return clustering.clusters.map { cluster in
            var cluster = cluster
            cluster.mentions.sort { $0.bytes(scan).lowerBound < $1.bytes(scan).lowerBound }
            return cluster
        }.sorted { $0.mentions[0].bytes(scan).lowerBound < $1.mentions[0].bytes(scan).lowerBound }
    }

    private init(scan: TokenizedText, typesApart: Bool) {
        self.scan = scan
        self.typesApart = typesApart
        guard scan.blocks.count > 1, NameFinder.isHeadline(scan, scan.blocks[0], first: true) else { return }
        headline = scan.blocks[0].upperBound
    }

    private mutating func add(_ mention: NameMention) {
        let words = mention.part.map(foldedWords(ofPart:)) ?? foldedWords(mention.whole ?? mention.tokens)
        guard let last = words.last else { return }
        var full = words.joined(separator: " ")
        if typesApart { full += "/\(mention.type.rawValue)" }
        let suffix = suffix(mention)
        if let suffix { full += "/\(suffix)" }
        if let known = byName[full], compatible(known, mention, words) {
            merge(mention, into: known, words)
            return
        }
        if !typesApart || Self.groups(mention.type), let known = find(mention, words, last) {
            merge(mention, into: known, words)
            if words.count > 1 { byName[full] = known }
            return
        }
        let index = clusters.count
        clusters.append(
            Cluster(
                mentions: [mention], words: words, type: mention.type, gender: mention.gender,
                certainty: mention.certainty, fullest: mention.nameBytes(scan), suffix: suffix))
        byName[full] = index
        if !typesApart || Self.groups(mention.type) { register(words, mention.type, index) }
    }

    /// Whether names of a type have short forms.
    private static func groups(_ type: EntityType) -> Bool {
        switch type {
        case .person, .organization, .location, .facility: true
        case .norp, .product, .date, .money, .misc: false
        }
    }

    private func foldedWords(_ range: Range<Int>) -> [String] {
        scan.text.utf8.withUnsafeBufferPointer { bytes in
            range.compactMap { index in
                let token = scan.tokens[index]
                guard token.isWord || token.kind == .number, token.end - token.start <= 64 else { return nil }
                if token.has(.nameSuffix) && range.count > 1 && index == range.upperBound - 1 { return nil }
                let word = FoldedKey.string(bytes, token.range)
                return word.contains(".") ? String(word.filter { $0 != "." }) : word
            }
        }
    }

    private func foldedWords(ofPart part: Range<Int>) -> [String] {
        guard part.count <= 64 else { return [] }
        return scan.text.utf8.withUnsafeBufferPointer { bytes in
            FoldedKey.string(bytes, part).split(whereSeparator: \.isWhitespace).map(String.init)
        }
    }

    private mutating func register(_ words: [String], _ type: EntityType, _ index: Int) {
        func note(_ word: String) {
            guard byWord[word, default: []].count < 8, byWord[word]?.contains(index) != true else { return }
            byWord[word, default: []].append(index)
        }
        if let last = words.last { note(last) }
        if words.count > 1 {
            note(words[0])
            if type == .organization, words.count <= 6 { for word in content(words) { note(word) } }
            // "Barón" of Rafael Barón Herazo, "Ghanem" of Marzouq Al-Ghanem
            if type == .person, words.count <= 6 {
                for word in words.dropFirst().dropLast() where word.utf8.count > 3 { note(word) }
                if let last = words.last, last.hasPrefix("al-") { note(String(last.dropFirst(3))) }
            }
            if type != .person {
                let initials = words.filter { !["of", "the", "and", "for", "on"].contains($0) }.compactMap(\.first)
                if initials.count > 1 { note(String(initials)) }
                let all = words.compactMap(\.first)
                if all.count > 2 { note(String(all)) }
            }
        }
    }

    private func isInHeadline(_ mention: NameMention) -> Bool {
        mention.tokens.lowerBound < headline
    }

    /// The folded hash of "Jr.", "III" at a name's end.
    private func suffix(_ mention: NameMention) -> UInt32? {
        guard mention.type == .person, mention.tokens.count > 1, mention.part == nil else { return nil }
        let last = scan.tokens[mention.tokens.upperBound - 1]
        return last.has(.nameSuffix) ? last.key : nil
    }

    // MARK: Which cluster

    private func find(_ mention: NameMention, _ words: [String], _ last: String) -> Int? {
        var best: (index: Int, score: Int)?
        var candidates = (byWord[last] ?? []) + (words.count > 1 ? byWord[words[0]] ?? [] : [])
        if last.hasPrefix("al-"), mention.type == .person { candidates += byWord[String(last.dropFirst(3))] ?? [] }
        for index in candidates {
            if typesApart, clusters[index].type != mention.type { continue }
            guard let score = fit(mention, words, clusters[index]) else { continue }
            if score > best?.score ?? .min { best = (index, score) }
        }
        return best?.index
    }

    private func compatible(_ index: Int, _ mention: NameMention, _ words: [String]) -> Bool {
        clusters[index].gender.agrees(mention.gender) || words.count > 1
    }

    /// How well a mention fits a cluster, or nil if it cannot.
    private func fit(_ mention: NameMention, _ words: [String], _ cluster: Cluster) -> Int? {
        let person = cluster.type == .person
        if person, words.count > 1 || suffix(mention) != nil, suffix(mention) != cluster.suffix { return nil }
        if words.count == 1 {
            guard cluster.words.count > 1 else { return nil }
            guard cluster.gender.agrees(mention.gender) || (mention.title.isEmpty && mention.certainty < 3) else {
                return nil
            }
            let byLast = cluster.words.last == words[0]
            // "China" is not the China Bank, nor "Paris" Paris Hilton
            if mention.type == .location || mention.type == .norp, mention.certainty >= 2, !(person && byLast) {
                return nil
            }
            if person {
                if mention.type == .location, mention.certainty >= 3 { return nil }
                // the nearest bearer before, else the first after
                let before = cluster.mentions.suffix(64).last { $0.tokens.lowerBound < mention.tokens.lowerBound }
                let distance = before.map { mention.tokens.lowerBound - $0.tokens.lowerBound } ?? 1_000_000
                return (byLast ? 3_000_000 : 0) - distance
            }
            if !mention.title.isEmpty { return nil }
            if cluster.type == .organization { return byLast && mention.type != .organization ? nil : 1 }
            return mention.type == cluster.type && scan.tokens[mention.tokens.lowerBound].shape.contains(.allCapitals)
                ? 0 : nil
        }
        guard person, mention.type == .person || mention.certainty < 2 else {
            return cluster.type == .organization && sameOrganization(words, cluster.words) ? 1 : nil
        }
        guard cluster.gender.agrees(mention.gender) else { return nil }
        // "Marino Protti" of Marino Protti Quesada, "Khan Muttaqi" of Amir Khan Muttaqi
        if cluster.words.count > 1, words.count != cluster.words.count, isRun(words, cluster.words) { return 4_000_000 }
        guard cluster.words.last == words.last else { return nil }
        guard cluster.words.count > 1 else { return 0 }
        return givenAgree(words[0], cluster.words[0]) || isSubset(words, cluster.words) ? 5_000_000 : nil
    }

    private func sameOrganization(_ a: [String], _ b: [String]) -> Bool {
        let (short, long) = a.count < b.count ? (a, b) : (b, a)
        guard short.count > 1 else { return false }
        if Set(content(a)) == Set(content(b)) { return true }
        return long.count - short.count == 1 && Array(long.prefix(short.count)) == short
            || long.count - short.count <= 2 && Array(long.suffix(short.count)) == short
    }

    /// "Ministry of Defence", "Defence Ministry": the words without those that only join them.
    private func content(_ words: [String]) -> [String] {
        words.filter { !["of", "the", "for", "and", "on"].contains($0) }
    }

    /// Whether the shorter of two names stands in the longer one as it is.
    private func isRun(_ a: [String], _ b: [String]) -> Bool {
        let (short, long) = a.count < b.count ? (a, b) : (b, a)
        return (0...long.count - short.count).contains { Array(long[$0..<$0 + short.count]) == short }
    }

    private func isSubset(_ a: [String], _ b: [String]) -> Bool {
        let (short, long) = a.count < b.count ? (a, b) : (b, a)
        return short.allSatisfy(long.contains)
    }

    private func givenAgree(_ a: String, _ b: String) -> Bool {
        if a == b { return true }
        let (short, long) = a.count < b.count ? (a, b) : (b, a)
        return [1, 3, 4, 5].contains(short.count) && long.hasPrefix(short) || ShortNames.agree(a, b)
    }

    private mutating func merge(_ mention: NameMention, into index: Int, _ words: [String]) {
        clusters[index].mentions.append(mention)
        if mention.certainty > clusters[index].certainty {
            clusters[index].type = mention.type
            clusters[index].certainty = mention.certainty
        }
        if clusters[index].gender == .unknown { clusters[index].gender = mention.gender }
        if words.count > clusters[index].words.count, clusters[index].words.count < 2 || !isInHeadline(mention) {
            clusters[index].words = words
            clusters[index].fullest = mention.nameBytes(scan)
            register(words, clusters[index].type, index)
        }
    }
}
