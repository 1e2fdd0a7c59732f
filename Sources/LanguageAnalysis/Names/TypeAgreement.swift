internal import NewsModel

/// One name, one type: within an article the same words hardly ever name things of two kinds.
enum TypeAgreement {
    /// Gives mentions of the same words the type that most of their scores speak for, where it is clear.
    ///
    /// A single word that ends the name of a person elsewhere counts as that person's.
    static func agree(_ names: [(mention: NameMention, score: Float)], _ scan: TokenizedText) -> [NameMention] {
        var votes: [String: [EntityType: Float]] = [:]
        var keys: [String?] = []
        for (mention, score) in names {
            let key = key(mention, scan)
            keys.append(key)
            guard let key else { continue }
            votes[key, default: [:]][mention.type, default: 0] += score
            if mention.type == .person, mention.tokens.count > 1, mention.part == nil,
                let surname = word(mention.tokens.upperBound - 1, scan)
            {
                votes[surname, default: [:]][.person, default: 0] += score / 2
            }
        }
        return names.enumerated().map { index, name in
            var mention = name.mention
            guard let key = keys[index], let vote = votes[key], vote.count > 1 else { return mention }
            let ranked = vote.sorted { ($0.value, $1.key.rawValue) > ($1.value, $0.key.rawValue) }
            if ranked[0].value >= clear * ranked[1].value, ranked[0].key != mention.type { mention.type = ranked[0].key }
            return mention
        }
    }

    private static let clear: Float = 1.5

    /// The folded words of a name that can be mistaken for another kind; nil for the rest.
    private static func key(_ mention: NameMention, _ scan: TokenizedText) -> String? {
        switch mention.type {
        case .person, .organization, .location, .facility, .product, .misc: break
        case .norp, .date, .money: return nil
        }
        let bytes = mention.bytes(scan)
        guard bytes.count <= 64 else { return nil }
        return scan.text.utf8.withUnsafeBufferPointer { FoldedKey.string($0, bytes) }
    }

    private static func word(_ token: Int, _ scan: TokenizedText) -> String? {
        let range = scan.tokens[token].range
        guard range.count > 2, range.count <= 64 else { return nil }
        return scan.text.utf8.withUnsafeBufferPointer { FoldedKey.string($0, range) }
    }
}
