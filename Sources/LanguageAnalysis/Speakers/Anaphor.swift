internal import NewsModel

/// A source that does not name its speaker: a pronoun or a description.
struct Anaphor {
    enum Class: Int, CaseIterable {
        case he, she, it, they, we
        case person, organization, document, group

        var isPronoun: Bool { rawValue <= Class.we.rawValue }
    }

    var form: Class
    var tokens: Range<Int>
    var unit: Int
    var gender = Gender.unknown
    /// Of a description: the folded hashes of its noun and of the other words before and after it.
    var head: UInt32 = 0
    var modifiers: [UInt32] = []
    /// The beginnings of the modifiers, 0 for those in small letters.
    var stems: [UInt32] = []
    /// "the", "this", a possessive, or a capital letter.
    var definite = false
    /// What it is said to have said.
    var content: [Range<Int>] = []
    /// Those it cannot mean: the "his" of "his lawyer", the names within the phrase.
    var excluded: Set<Int> = []
}

/// Somebody whom an anaphor may mean, with the mention that is nearest to it.
struct Candidate {
    /// Nil: somebody who was not mentioned before.
    var participant: Int?
    var mention: Mention?
    /// Only named after the anaphor.
    var later = false
    /// How many candidates are nearer.
    var rank = 0
    /// Its mentions in the last units.
    var recent = 1
}

extension TokenizedText {
    /// The folded hash of a capitalised word's beginning, by which a country and its people are alike; 0 for other words.
    func stem(_ token: Int) -> UInt32 {
        let range = tokens[token].range
        guard tokens[token].isCapital, range.count > 4 else { return 0 }
        return text.utf8.withUnsafeBufferPointer { FoldedKey.hash($0, range.lowerBound..<range.lowerBound + 4) }
    }
}

extension Discourse {
    /// Mentions that are looked at before an anaphor, and after it.
    private static let (reach, outlook) = (80, 16)
    /// Units that are still fresh.
    private static let recently = 6
    /// Units that are looked back.
    private static let memory = 25

    /// Those whom an anaphor may mean, the nearest first; a bounded number whatever the length of the text.
    func candidates(for anaphor: Anaphor) -> [Candidate] {
        var found: [Candidate] = []
        func consider(_ mention: Mention, later: Bool = false) {
            guard !mention.tokens.overlaps(anaphor.tokens), !anaphor.excluded.contains(mention.participant),
                fits(mention.participant, anaphor)
            else { return }
            if let known = found.firstIndex(where: { $0.participant == mention.participant }) {
                if !later, anaphor.unit - mention.unit <= Self.recently { found[known].recent += 1 }
                if !later, !found[known].later, let old = found[known].mention,
                    old.tokens.lowerBound < mention.tokens.lowerBound
                {
                    found[known].mention = mention
                }
                return
            }
            found.append(Candidate(participant: mention.participant, mention: mention, later: later))
        }
        let place = names.first(from: anaphor.tokens.lowerBound)
        for mention in names.mentions[max(0, place - Self.reach)..<place].reversed() {
            if anaphor.unit - mention.unit > Self.memory { break }
            consider(mention)
        }
        for mention in understood.suffix(Self.reach) where mention.tokens.lowerBound < anaphor.tokens.lowerBound {
            if anaphor.unit - mention.unit <= Self.memory { consider(mention) }
        }
        if let last = lastSpeaker, let mention = participants[last.participant].lastAnaphor { consider(mention) }
        found.sort { ($0.mention?.tokens.lowerBound ?? 0) > ($1.mention?.tokens.lowerBound ?? 0) }
        for mention in names.mentions[place..<min(names.mentions.count, place + Self.outlook)] { consider(mention, later: true) }
        for index in found.indices { found[index].rank = index }
        return found
    }

    private func fits(_ index: Int, _ anaphor: Anaphor) -> Bool {
        let participant = participants[index]
        let type = participant.entity.type
        switch anaphor.form {
        case .he, .she, .person:
            guard participant.isPerson || participant.isNamed && type == .misc else { return false }
            return participant.gender.agrees(anaphor.gender)
        case .it, .organization:
            guard participant.isNamed else { return participant.kind == .organization || participant.kind == .document }
            return type != .person && type != .norp
        case .they, .we, .group:
            return participant.isNamed ? type != .person : participant.kind != .unnamed
        case .document:
            return participant.isNamed ? type == .misc || type == .product : participant.kind == .document
        }
    }
}
