internal import NewsModel

/// The names of a text by place; never changed once it is made.
struct NameIndex {
    /// In the order of the text.
    let mentions: [Mention]
    /// The types of the entities that they name, by participant.
    let types: [EntityType]
    /// The participant that is the first person named.
    let firstPerson: Int?

    init(_ scan: TokenizedText, units: [Unit], entities: [Entity]) {
        types = entities.map(\.type)
        var mentions: [Mention] = []
        for (index, entity) in entities.enumerated() {
            for (ordinal, mention) in entity.mentions.enumerated() {
                let tokens = scan.tokens(in: mention.span)
                guard !tokens.isEmpty else { continue }
                mentions.append(
                    Mention(
                        tokens: tokens, participant: index, unit: 0,
                        quoted: scan.marks.regionOfToken[tokens.lowerBound] >= 0, ordinal: ordinal))
            }
        }
        mentions.sort { ($0.tokens.lowerBound, $0.participant) < ($1.tokens.lowerBound, $1.participant) }
        let types = types
        let wholes = NameExtension.whole(
            mentions.map { .init(tokens: $0.tokens, type: types[$0.participant]) }, scan)
        var unit = 0
        var seen = -1
        for index in mentions.indices {
            let tokens = mentions[index].tokens
            while unit + 1 < units.count, units[unit + 1].start <= tokens.lowerBound { unit += 1 }
            mentions[index].whole = wholes[index]
            mentions[index].unit = unit
            if seen != unit, !mentions[index].quoted {
                mentions[index].subject = true
                seen = unit
            }
            let next = tokens.upperBound
            mentions[index].possessive = next < scan.tokens.count && scan.tokens[next].kind == .clitic
            mentions[index].object = Self.isObject(tokens.lowerBound, scan)
        }
        self.mentions = mentions
        firstPerson = mentions.first { types[$0.participant] == .person }?.participant
    }

    /// Whether a preposition governs the name that begins at a token: "with Mr Smith".
    private static func isObject(_ start: Int, _ scan: TokenizedText) -> Bool {
        var index = start - 1
        var steps = 0
        while index >= 0, steps < 6, scan.tokens[index].isWord {
            let token = scan.tokens[index]
            if token.has(.preposition) { return true }
            guard token.has([.title, .personNoun, .determiner, .demonym, .organizationWord]) else { return false }
            index -= 1
            steps += 1
        }
        return false
    }

    /// The first name that begins at or after a token.
    func first(from token: Int) -> Int {
        var low = 0
        var high = mentions.count
        while low < high {
            let middle = (low + high) / 2
            if mentions[middle].tokens.lowerBound < token { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// The name that begins at a token.
    func mention(at token: Int) -> Mention? {
        let index = first(from: token)
        guard index < mentions.count, mentions[index].tokens.lowerBound == token else { return nil }
        return mentions[index]
    }

    /// The names that begin within some tokens.
    subscript(range: Range<Int>) -> ArraySlice<Mention> {
        let start = first(from: range.lowerBound)
        return mentions[start..<max(start, first(from: range.upperBound))]
    }

    func type(_ mention: Mention) -> EntityType { types[mention.participant] }

    /// The last name within some tokens, an organisation's name whole: "University of Lagos", not Lagos.
    func last(in range: Range<Int>) -> Mention? {
        let inside = self[range].suffix(6)
        guard let last = inside.last(where: { $0.whole.upperBound <= range.upperBound }) else { return nil }
        return inside.last { $0.whole.count > $0.tokens.count && $0.whole.upperBound == last.tokens.upperBound } ?? last
    }
}
