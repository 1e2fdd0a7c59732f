internal import NewsModel

/// From a source as it stands ("he", "the minister", "Smith, a farmer") to the one who spoke.
///
/// Names are looked up; pronouns and descriptions go to the candidate that the scorer ranks first, within hard limits
/// of gender, number and kind.
struct SpeakerResolver {
    var discourse: Discourse
    private let scorer: CandidateScorer
    private var features = CandidateFeatures()
    /// A name behind a dash ended the last speaker's words.
    private var isSigned = false
    /// Whether the last ranking is kept, for training.
    var keepsRanking = false
    /// The last ranking for the last draft: the anaphor, the candidates and what the scorer sees of each.
    private(set) var ranking: (anaphor: Anaphor, candidates: [Candidate], features: [[Float]])?
    /// Whether the evidence holds the candidates, too.
    var explains = false
    /// How the last speaker was found.
    var evidence = SpeakerEvidence(rule: .none)

    var scan: TokenizedText { discourse.scan }

    init(_ scan: TokenizedText, units: [Unit], entities: [Entity], scorer: CandidateScorer = .shipped) {
        discourse = Discourse(scan, units: units, entities: entities)
        self.scorer = scorer
    }

    func finalEntities() -> [Entity] { discourse.entities() }

    /// Speakers of drafts, in their order; sources are understood in the order of the text.
    mutating func resolveAll(_ drafts: [Draft]) -> [(speaker: Speaker?, evidence: SpeakerEvidence)] {
        var result = [(speaker: Speaker?, evidence: SpeakerEvidence)](repeating: (nil, .init(rule: .none)), count: drafts.count)
        for index in order(drafts) {
            let speaker = resolve(drafts[index])
            result[index] = (speaker, evidence)
        }
        resolveSelves(drafts) { index, outer in result[index] = (result[outer].speaker, SpeakerEvidence(rule: .pronoun)) }
        return result
    }

    /// The drafts in the order in which they are resolved, without those that `resolveSelves` is for.
    func order(_ drafts: [Draft]) -> [Int] {
        let place = { (draft: Draft) in draft.source?.lowerBound ?? draft.content.first?.lowerBound ?? 0 }
        return drafts.indices.filter { !isFirstPerson(drafts[$0]) }
            .sorted { (place(drafts[$0]), $0) < (place(drafts[$1]), $1) }
    }

    /// Calls back with each draft whose source is "I" and the one that holds it.
    func resolveSelves(_ drafts: [Draft], _ found: (_ draft: Int, _ outer: Int) -> Void) {
        let selves = drafts.indices.filter { isFirstPerson(drafts[$0]) }
        guard !selves.isEmpty else { return }
        var owner: [Int: Int] = [:]
        for (index, draft) in drafts.enumerated() where !isFirstPerson(draft) {
            // What is said within the marks by others does not make them hers.
            if let source = draft.source, scan.marks.regionOfToken[source.lowerBound] >= 0 { continue }
            for piece in draft.content {
                let region = Int(scan.marks.regionOfToken[piece.lowerBound])
                if region >= 0 { owner[region] = index }
            }
        }
        for index in selves {
            guard let source = drafts[index].source,
                let outer = owner[Int(scan.marks.regionOfToken[source.lowerBound])]
            else { continue }
            found(index, outer)
        }
    }

    /// "I" within what somebody says: whoever says it.
    private func isFirstPerson(_ draft: Draft) -> Bool {
        guard let source = draft.source, source.count == 1, scan.marks.regionOfToken[source.lowerBound] >= 0 else { return false }
        return scan.isAny(source.lowerBound, "i", "me", "my")
    }

    /// - Parameter speaks: count the quotation as the speaker's.
    mutating func resolve(_ draft: Draft, speaks: Bool = true) -> Speaker? {
        evidence = SpeakerEvidence(rule: .none)
        ranking = nil
        guard let source = draft.source else {
            guard draft.cue == nil || draft.startsWithQuote, !isSigned, let last = discourse.lastSpeaker,
                draft.unit - last.unit <= Self.silence
            else { return nil }
            evidence = SpeakerEvidence(rule: .goesOn)
            return discourse.participants[last.participant].speaker
        }
        if let line = interview(source) {
            evidence.rule = line == nil ? .none : .interviewee
            return line.map { discourse.participants[$0].speaker }
        }
        guard let participant = resolve(source, draft, depth: 0) else { return nil }
        if speaks {
            discourse.spoke(participant, unit: draft.unit)
            isSigned = draft.cue.map { scan.tokens[$0.lowerBound].kind == .dash } ?? false
        }
        return discourse.participants[participant].speaker
    }

    /// "A:" is the person named first, "Q:" nobody that the text names; nil for other sources.
    private func interview(_ source: Range<Int>) -> Int?? {
        guard source.count == 1, source.upperBound < scan.tokens.count, scan.tokens[source.upperBound].kind == .colon else {
            return nil
        }
        if scan.isWord(source.lowerBound, "q") { return .some(nil) }
        guard scan.isWord(source.lowerBound, "a") else { return nil }
        return .some(discourse.names.firstPerson)
    }

    /// Units after which the last speaker no longer goes on.
    private static let silence = 4
    /// Sources within sources.
    private static let deepest = 3

    private mutating func resolve(_ source: Range<Int>, _ draft: Draft, depth: Int) -> Int? {
        guard depth < Self.deepest, let phrase = SourcePhrase(source, scan, discourse.names) else { return nil }
        let start = phrase.tokens.lowerBound
        if phrase.tokens.count == 1 || phrase.first.has(.subjectPronoun) && !phrase.first.has(.determiner),
            phrase.first.has(.pronoun)
        {
            return pronoun(start, draft)
        }
        if phrase.tokens.count == 1, !phrase.first.shape.contains(.allCapitals),
            scan.isAny(start, "who", "which", "that", "whom", "whose")
        {
            guard let phrase = antecedent(of: start) else { return nil }
            return resolve(phrase, draft, depth: depth + 1)
        }
        if let group = collective(phrase) { return group }
        if let possessor = phrase.possessor {
            evidence.rule = .possessor
            return resolve(possessor, draft, depth: depth + 1)
        }
        if let deliverer = phrase.deliverer {
            evidence.rule = .author
            return resolve(deliverer, draft, depth: depth + 1)
        }
        if let name = phrase.headName ?? phrase.titledName { return bearer(name, draft) }
        if let name = phrase.apposedName { return named(name, .apposition) }
        if let name = phrase.author { return named(name, .author) }
        return surname(phrase, draft) ?? description(phrase, draft)
    }

    /// Somebody of whom only the description at `tokens` is known.
    mutating func introduce(_ participant: Participant, _ tokens: Range<Int>) -> Int {
        let index = discourse.introduce(participant)
        discourse.understand(tokens, .description, as: index, unit: discourse.units.index(ofToken: tokens.lowerBound))
        return index
    }

    /// The participant that is most likely meant; nil for somebody new.
    mutating func rank(_ anaphor: Anaphor, mayBeNew: Bool, among wanted: Set<Int>? = nil) -> Int? {
        var candidates = discourse.candidates(for: anaphor)
        if let wanted { candidates.removeAll { candidate in candidate.participant.map { !wanted.contains($0) } ?? true } }
        if mayBeNew { candidates.append(Candidate(rank: candidates.count)) }
        guard !candidates.isEmpty else { return nil }
        var (inContent, inQuotedContent) = (Set<Int>(), Set<Int>())
        for piece in anaphor.content {
            for mention in discourse.names[piece].prefix(20) {
                if mention.quoted { inQuotedContent.insert(mention.participant) } else { inContent.insert(mention.participant) }
            }
        }
        var best: (index: Int, score: Float)?
        var seen: [[Float]] = []
        var choices: [SpeakerEvidence.Choice] = []
        for (index, candidate) in candidates.enumerated() {
            features.fill(anaphor, candidate, of: candidates.count, discourse, inContent: inContent,
                inQuotedContent: inQuotedContent)
            let score = scorer.score(features.values)
            if score > best?.score ?? -.infinity { best = (index, score) }
            if explains {
                let name = candidate.participant.map { discourse.participants[$0].entity.name }
                choices.append(SpeakerEvidence.Choice(name: name, score: (Double(score) * 100).rounded() / 100))
            }
            if keepsRanking { seen.append(features.values) }
        }
        if keepsRanking { ranking = (anaphor, candidates, seen) }
        if explains { evidence.choices = Array(choices.sorted { $0.score > $1.score }.prefix(SpeakerEvidence.longest)) }
        guard let best, let found = candidates[best.index].participant else { return nil }
        evidence.mention = candidates[best.index].mention.map { scan.span($0.tokens) }
        return found
    }
}
