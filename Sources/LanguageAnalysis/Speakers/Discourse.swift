internal import NewsModel

/// Who and what a text speaks of, and where: names from the start, pronouns and descriptions as they are understood.
struct Discourse {
    let scan: TokenizedText
    let units: [Unit]
    var participants: [Participant]
    let names: NameIndex
    /// Participants that were found to be meant by pronouns and descriptions, in the order in which they were understood.
    private(set) var understood: [Mention] = []
    private var surnames: [UInt32: [Int]] = [:]
    private var groups: [String: Int] = [:]
    /// The person who spoke last, and the unit.
    private(set) var lastSpeaker: (participant: Int, unit: Int)?

    init(_ scan: TokenizedText, units: [Unit], entities: [Entity]) {
        self.scan = scan
        self.units = units
        participants = entities.map {
            Participant(entity: $0, isNamed: true, kind: Participant.kind(of: $0.type))
        }
        names = NameIndex(scan, units: units, entities: entities)
        for mention in names.mentions {
            if units.indices.contains(mention.unit), units[mention.unit].block == 0 {
                participants[mention.participant].inHeadline = true
            }
            for token in mention.whole where scan.tokens[token].isWord {
                participants[mention.participant].words.insert(scan.tokens[token].key)
                participants[mention.participant].stems.insert(scan.stem(token))
            }
        }
        for index in participants.indices where participants[index].entity.type == .person {
            guard let key = FoldedKey.ofLastWord(participants[index].entity.name) else { continue }
            if surnames[key, default: []].count < Self.namesakes { surnames[key, default: []].append(index) }
        }
        describe()
    }

    /// People of one surname that are told apart.
    private static let namesakes = 6

    /// A group that was introduced under a name of its own.
    func group(named name: String) -> Int? { groups[name] }

    /// Whom a surname alone may mean.
    func bearers(of surname: UInt32) -> [Int] { surnames[surname] ?? [] }

    // MARK: What is understood

    /// A pronoun or description means a participant.
    mutating func understand(_ tokens: Range<Int>, _ form: Mention.Form, as participant: Int, unit: Int) {
        let mention = Mention(tokens: tokens, participant: participant, unit: unit, form: form, subject: true)
        understood.append(mention)
        participants[participant].lastAnaphor = mention
        participants[participant].added.append(
            EntityMention(span: scan.span(tokens), form: form == .pronoun ? .pronoun : .description))
    }

    /// A participant has spoken.
    mutating func spoke(_ participant: Int, unit: Int) {
        participants[participant].known = true
        participants[participant].quotations += 1
        participants[participant].lastQuotation = unit
        if participants[participant].isPerson { lastSpeaker = (participant, unit) }
    }

    /// A participant of whom only a description is known.
    mutating func introduce(_ participant: Participant) -> Int {
        participants.append(participant)
        if participant.kind == .group { groups[participant.entity.name] = participants.count - 1 }
        return participants.count - 1
    }

    // MARK: Result

    /// The named ones with the mentions that were understood.
    func entities() -> [Entity] {
        participants.filter(\.isNamed).map { participant in
            var entity = participant.entity
            if !participant.added.isEmpty {
                var known = Set(entity.mentions.map(\.span))
                let added = participant.added.filter { known.insert($0.span).inserted }
                entity.mentions = (entity.mentions + added).sorted { $0.span < $1.span }
            }
            return entity
        }
    }
}
