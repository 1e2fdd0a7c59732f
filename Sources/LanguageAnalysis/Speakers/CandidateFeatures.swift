internal import NewsModel

/// What the scorer sees of an anaphor and one candidate: numbers from 0 to about 1.
struct CandidateFeatures {
    /// The order is the weights' order: a new slot goes to the end, and the weights are trained anew.
    enum Slot: Int, CaseIterable {
        case he, she, it, they, we, person, organization, document, group
        case isNew
        case candidatePerson, candidateOrganization, candidatePlace, candidateGroup, candidateMisc
        case candidateDescribed, candidateDocument, candidatePlural
        case genderAgrees, genderUnknown, genderOfAnaphor
        case distance0, distance1, distance2, distance3, distance5, distanceFar
        case rank0, rank1, rank2, rankMore, onlyCandidate
        case sameParagraph, subject, quoted, possessive, object, mentionPronoun, mentionDescription, later
        case sameUnitBefore, subjectBefore
        case lastSpeaker, lastSpeakerNear, spokeNear, quotations
        case mentionsBefore, mentionsAll, first, headline
        case inContent, known
        case headInRoles, headInWords, modifiersMatch, modifiersNone, sameHead, hasRoles, definite, longDescription
        case paragraphStart, sameClassBefore
        case recentMentions, inQuotedContent, fullName, afterTitle, anaphorQuoted, subjectSameUnit
    }

    static let count = Slot.allCases.count
    private(set) var values = [Float](repeating: 0, count: count)

    private mutating func set(_ slot: Slot, _ value: Float = 1) { values[slot.rawValue] = value }
    private mutating func set(_ slot: Slot, if condition: Bool) { if condition { set(slot) } }

    /// - Parameters:
    ///   - inContent: the participants named in what was said, outside quotation marks.
    ///   - inQuotedContent: those named within them.
    mutating func fill(
        _ anaphor: Anaphor, _ candidate: Candidate, of count: Int, _ discourse: Discourse, inContent: Set<Int>,
        inQuotedContent: Set<Int>
    ) {
        for index in values.indices { values[index] = 0 }
        values[anaphor.form.rawValue] = 1
        set(.genderOfAnaphor, if: anaphor.gender != .unknown)
        set(.definite, if: anaphor.definite)
        set(.longDescription, Float(min(anaphor.modifiers.count, 4)) / 4)
        let start = anaphor.tokens.lowerBound
        let unit = discourse.units.indices.contains(anaphor.unit) ? discourse.units[anaphor.unit] : nil
        if let unit { set(.paragraphStart, if: discourse.scan.blocks[unit.block].lowerBound == unit.start) }
        guard let index = candidate.participant, let mention = candidate.mention else {
            set(.isNew)
            set(.rankMore, Float(min(count, 6)) / 6)
            return
        }
        let participant = discourse.participants[index]
        describe(participant, anaphor)
        place(mention, candidate, anaphor, unit, of: count, discourse)
        speech(index, participant, anaphor, discourse)
        set(.inContent, if: inContent.contains(index))
        set(.inQuotedContent, if: inQuotedContent.contains(index))
        set(.recentMentions, Float(min(candidate.recent, 6)) / 6)
        set(.fullName, if: mention.form == .name && mention.tokens.count > 1)
        let before = mention.tokens.lowerBound - 1
        set(.afterTitle, if: mention.form == .name && before >= 0 && discourse.scan.tokens[before].has([.title, .personNoun]))
        set(.anaphorQuoted, if: discourse.scan.marks.regionOfToken[start] >= 0)
        set(.subjectSameUnit, if: mention.subject && mention.unit == anaphor.unit && mention.tokens.lowerBound < start)
        set(.mentionsBefore, Float(min(mention.ordinal, 8)) / 8)
        set(.mentionsAll, Float(min(participant.entity.mentions.count, 12)) / 12)
        set(.first, if: discourse.names.mentions.first?.participant == index)
        set(.sameUnitBefore, if: mention.unit == anaphor.unit && mention.tokens.lowerBound < start)
    }

    private mutating func describe(_ participant: Participant, _ anaphor: Anaphor) {
        switch participant.entity.type {
        case .person: set(.candidatePerson)
        case .organization: set(.candidateOrganization)
        case .location, .facility: set(.candidatePlace)
        case .norp: set(.candidateGroup)
        default: set(.candidateMisc, if: participant.isNamed)
        }
        set(.candidateDescribed, if: !participant.isNamed)
        set(.candidateDocument, if: participant.kind == .document)
        set(.candidatePlural, if: participant.kind == .group)
        set(.known, if: participant.known)
        set(.headline, if: participant.inHeadline)
        set(.hasRoles, if: !participant.roles.isEmpty)
        set(.genderAgrees, if: anaphor.gender != .unknown && participant.gender == anaphor.gender)
        set(.genderUnknown, if: participant.gender == .unknown)
        guard !anaphor.form.isPronoun else { return }
        set(.headInRoles, if: participant.roles.contains(anaphor.head))
        set(.headInWords, if: participant.words.contains(anaphor.head))
        set(.sameHead, if: !participant.isNamed && participant.roles.contains(anaphor.head))
        let shared = zip(anaphor.modifiers, anaphor.stems).reduce(0) { sum, word in
            sum + (participant.words.contains(word.0) || word.1 != 0 && participant.stems.contains(word.1) ? 1 : 0)
        }
        if !anaphor.modifiers.isEmpty {
            set(.modifiersMatch, Float(shared) / Float(anaphor.modifiers.count))
            set(.modifiersNone, if: shared == 0)
        }
    }

    private mutating func place(
        _ mention: Mention, _ candidate: Candidate, _ anaphor: Anaphor, _ unit: Unit?, of count: Int,
        _ discourse: Discourse
    ) {
        switch candidate.rank {
        case 0: set(.rank0)
        case 1: set(.rank1)
        case 2: set(.rank2)
        default: set(.rankMore, Float(min(candidate.rank, 10)) / 10)
        }
        set(.onlyCandidate, if: count == 1)
        set(.later, if: candidate.later)
        switch abs(anaphor.unit - mention.unit) {
        case 0: set(.distance0)
        case 1: set(.distance1)
        case 2: set(.distance2)
        case 3, 4: set(.distance3)
        case 5...8: set(.distance5)
        default: set(.distanceFar)
        }
        set(.subject, if: mention.subject)
        set(.quoted, if: mention.quoted)
        set(.possessive, if: mention.possessive)
        set(.object, if: mention.object)
        set(.mentionPronoun, if: mention.form == .pronoun)
        set(.mentionDescription, if: mention.form == .description)
        if let unit, discourse.units.indices.contains(mention.unit) {
            set(.sameParagraph, if: discourse.units[mention.unit].block == unit.block)
        }
        set(.subjectBefore, if: mention.subject && anaphor.unit - mention.unit == 1)
    }

    private mutating func speech(
        _ index: Int, _ participant: Participant, _ anaphor: Anaphor, _ discourse: Discourse
    ) {
        set(.quotations, Float(min(participant.quotations, 6)) / 6)
        if let last = participant.lastQuotation, anaphor.unit - last <= 8 {
            set(.spokeNear, 1 - Float(max(0, anaphor.unit - last)) / 8)
        }
        if let last = discourse.lastSpeaker, last.participant == index {
            set(.lastSpeaker)
            if anaphor.unit - last.unit <= 6 { set(.lastSpeakerNear, 1 - Float(max(0, anaphor.unit - last.unit)) / 6) }
        }
        if let last = participant.lastAnaphor, anaphor.unit - last.unit <= 8, last.form == .pronoun {
            set(.sameClassBefore, if: anaphor.form.isPronoun)
        }
    }
}
