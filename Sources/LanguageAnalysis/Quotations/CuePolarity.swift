internal import NewsModel

/// Whether a cue asserts that something was said, denies it, or only supposes it.
enum CuePolarity {
    /// From the cue's own words, the verbs, negations and adverbs that govern it, and its subject.
    static func of(_ cue: Range<Int>, _ scan: TokenizedText) -> Quotation.Polarity {
        guard !cue.isEmpty, cue.lowerBound >= 0, cue.upperBound <= scan.tokens.count else { return .asserted }
        var group = CueGroup(cue, scan)
        group.read()
        return group.polarity
    }
}

/// A cue with all that stands before it and bears on it, read from right to left.
private struct CueGroup {
    private let scan: TokenizedText
    private let cue: Range<Int>
    /// The quotation that the cue stands in, or -1: nothing outside bears on it.
    private let region: Int32
    /// The cue's verb or noun.
    private let head: Int
    /// The first token read.
    private var start: Int
    /// What the token to the right of the one being read is part of.
    private var link = Link.none

    /// not, never, without, and governors that turn what they govern: refuse, avoid.
    private var negations = 0
    private var turns = 0
    private var denies = false
    private var supposed = false
    private var habitual = false
    private var perfect = false
    /// "should not have said": it was said.
    private var regretted = false

    private enum Link { case none, infinitive, preposition }

    /// Words of a verb group, of a subject, and of an object between a governor and what it governs, at most.
    private static let longest = 24
    private static let reach = 14
    private static let objectReach = 6

    init(_ cue: Range<Int>, _ scan: TokenizedText) {
        self.scan = scan
        self.cue = cue
        region = scan.marks.regionOfToken[cue.lowerBound]
        start = cue.upperBound
        head = cue.last { !scan.tokens[$0].cue.isEmpty || PolarityLexicon.role(scan.tokens[$0]).contains(.denying) }
            ?? cue.upperBound - 1
    }

    var polarity: Quotation.Polarity {
        if regretted { return .asserted }
        let negated = (negations + turns) % 2 == 1
        if denies {
            if negated { return .asserted }
            return supposed ? .hypothetical : .denied
        }
        if negated { return .negated }
        if negations + turns > 0 { return .asserted }
        return supposed ? .hypothetical : .asserted
    }

    mutating func read() {
        while start > cue.lowerBound {
            guard let next = step(from: start - 1, within: true) else { break }
            start = next
        }
        start = min(start, cue.lowerBound)
        denies = denies || rejectsClaim()
        readGroup()
        if link == .infinitive { readGovernor() }
        if negations == 0 {
            readAfter()
            readSubject()
        }
    }

    /// Auxiliaries, negations, adverbs and governors to the left of what was read.
    private mutating func readGroup() {
        let last = max(1, start - Self.longest)
        while start >= last, scan.marks.regionOfToken[start - 1] == region, !breaks(before: start),
            let next = step(from: start - 1, within: false)
        {
            start = next
        }
    }

    private func role(_ index: Int) -> PolarityRole {
        scan.tokens.indices.contains(index) ? PolarityLexicon.role(scan.tokens[index]) : []
    }

    /// Whether a line begins at a token.
    private func breaks(before index: Int) -> Bool {
        scan.tokens.indices.contains(index) && scan.tokens[index].shape.contains(.lineBefore)
    }

    // MARK: The verb group

    /// Takes in the token at `index`.
    /// - Returns: the first token then read; nil when the token does not belong to the verb.
    private mutating func step(from index: Int, within: Bool) -> Int? {
        let token = scan.tokens[index]
        let role = PolarityLexicon.role(token)
        if token.kind == .clitic { return stepClitic(index, token) }
        guard token.isWord else { return within ? index : stepAside(index) }
        if role.contains(.denying), let next = stepDenial(index, within: within) { return next }
        if token.has(.negation) || role.contains(.negating) && (within || !role.contains(.negativeSubject)) {
            return stepNegation(index, token)
        }
        if link != .none, govern(role) {
            link = .none
            return index
        }
        // "went on to say"
        if link == .infinitive, scan.isWord(index, "on"), isGoing(index - 1) {
            habitual = true
            link = .none
            return index - 1
        }
        if index != head, role.contains(.avoiding), isParticiple(index + 1), govern(.avoiding) { return index }
        if token.has(.modal), !token.isCapital || index == cue.lowerBound && isClauseStart(index) {
            addModal(index)
            return index
        }
        if role.contains(.perfect) { perfect = true }
        if token.has(.auxiliary) {
            link = .none
            return index
        }
        if index < head, scan.isWord(index, "to") {
            link = .infinitive
            return index
        }
        if index < head, isLeading(index) {
            link = .preposition
            return index
        }
        if index < head, role.contains(.habitual) { habitual = true }
        if role.contains(.filler) || token.has(.adverb) || endsInLy(token) { return index }
        return within ? index : nil
    }

    private mutating func stepClitic(_ index: Int, _ token: Token) -> Int? {
        let will = token.first == UInt8(ascii: "l")
        let would = token.first == UInt8(ascii: "d") && isBase
        if index < head, will || would && !habitual { supposed = true }
        return index
    }

    /// ", however,"
    private func stepAside(_ index: Int) -> Int? {
        guard scan.tokens[index].kind == .comma, index >= 3, scan.tokens[index - 2].kind == .comma else { return nil }
        let word = scan.tokens[index - 1]
        guard word.has(.adverb) || endsInLy(word) else { return nil }
        return scan.tokens[index - 3].has([.negation, .auxiliary]) ? index - 2 : nil
    }

    private mutating func stepNegation(_ index: Int, _ token: Token) -> Int {
        let next = role(index + 1)
        if next.contains(.additive) && scan.isWord(index, "not") { return index }
        if next.contains(.noted) || scan.isWord(index, "without") && isGoing(index - 1) { return index }
        if perfect, role(index).contains(.regretting) { regretted = true }
        // "neither … nor" is one negation.
        if negations == 0 { negations = 1 }
        link = .none
        return index
    }

    /// A denial that is the cue, or that governs it: "denied having said".
    private mutating func stepDenial(_ index: Int, within: Bool) -> Int? {
        guard within || isParticiple(index + 1) || scan.isWord(index + 1, "ever") else { return nil }
        if index >= 2, scan.isWord(index - 1, "nor") || scan.isWord(index - 1, "or"),
            role(index - 2).contains(.performed) || scan.isWord(index - 2, "confirmed")
        {
            // "neither confirmed nor denied"
            return max(index - 2, 0)
        }
        denies = true
        link = .none
        return index
    }

    /// Takes in a word that governs what was read so far.
    private mutating func govern(_ role: PolarityRole) -> Bool {
        if link == .infinitive, role.contains(.refusing) {
            turns += 1
        } else if link == .infinitive, role.contains(.planning) {
            supposed = true
        } else if link != .infinitive, role.contains(.avoiding) {
            turns += 1
        } else {
            return false
        }
        return true
    }

    private mutating func addModal(_ index: Int) {
        link = .none
        if negations > 0, perfect, role(index).contains(.regretting) { regretted = true }
        if habitual, scan.isWord(index, "would") { return }
        if scan.isWord(index, "can"), role(head).contains(.performed) { return }
        supposed = true
    }

    private func isGoing(_ index: Int) -> Bool {
        scan.isWord(index, "go") || scan.isWord(index, "went") || scan.isWord(index, "goes")
            || scan.isWord(index, "going") || scan.isWord(index, "gone")
    }

    /// "short of saying", "refrain from saying", "rather than say"
    private func isLeading(_ index: Int) -> Bool {
        let leads =
            scan.isWord(index, "of") || scan.isWord(index, "from") || scan.isWord(index, "than")
            || scan.isWord(index, "at") || scan.isWord(index, "away")
        return leads && (role(index - 1).contains(.avoiding) || scan.isWord(index - 1, "away"))
    }

    private func isParticiple(_ index: Int) -> Bool {
        guard scan.tokens.indices.contains(index) else { return false }
        return scan.tokens[index].cue.contains(.participle) || scan.isWord(index, "having")
    }

    private var isBase: Bool {
        scan.tokens[head].cue.contains(.base) && !scan.tokens[head].cue.contains(.past)
    }

    private func endsInLy(_ token: Token) -> Bool {
        guard token.isWord, token.end - token.start > 4, !token.isCapital else { return false }
        let end = Int(token.end)
        return scan.text.utf8[end - 1] == UInt8(ascii: "y") && scan.text.utf8[end - 2] == UInt8(ascii: "l")
    }

    /// "urged the minister to say": the governor stands before its object.
    private mutating func readGovernor() {
        var index = start - 1
        while index >= 0, index >= start - Self.objectReach, scan.marks.regionOfToken[index] == region {
            let token = scan.tokens[index]
            guard token.isWord || token.kind == .clitic || token.kind == .number,
                !token.has([.auxiliary, .relative, .subordinator])
            else { return }
            let role = role(index)
            if !role.isDisjoint(with: [.refusing, .planning]), !token.has([.adverb, .preposition]), govern(role) {
                link = .none
                start = index
                readGroup()
                return
            }
            index -= 1
        }
    }

    // MARK: What is rejected, and the subject

    /// "dismissed the rumours", but not "dismissed the plan" nor "dismissed the rumours as “a joke”".
    private func rejectsClaim() -> Bool {
        guard let verb = cue.first(where: { role($0).contains(.rejecting) }) else { return false }
        var index = verb + 1
        let end = min(scan.tokens.count, max(cue.upperBound, verb) + Self.objectReach)
        while index < end, scan.tokens[index].kind != .terminator, !scan.isWord(index, "that") {
            if role(index).contains(.claim) { return !isNamed(after: index) }
            index += 1
        }
        return false
    }

    private func isNamed(after claim: Int) -> Bool {
        for index in claim + 1..<max(claim + 1, min(scan.tokens.count, claim + 5)) {
            if scan.isWord(index, "as") { return true }
            if scan.isWord(index, "that") || scan.isWord(index, "of") || !scan.tokens[index].isWord { return false }
        }
        return false
    }

    /// "said nothing about it", "told nobody that", "said no one".
    private mutating func readAfter() {
        let next = cue.upperBound
        guard next < scan.tokens.count, scan.marks.regionOfToken[next] == region else { return }
        if scan.isWord(next, "nothing") {
            if role(next + 1).contains(.nothing) { negations = 1 }
        } else if scan.isWord(next, "nobody") || scan.isWord(next, "no") && scan.isWord(next + 1, "one") {
            let after = scan.isWord(next, "nobody") ? next + 1 : next + 2
            let heard = scan.tokens[head].cue.contains(.listener) && role(after).contains(.clauseOpener)
            let ends = !scan.tokens.indices.contains(after) || scan.tokens[after].kind == .terminator
            if heard || ends { negations = 1 }
        }
    }

    /// "Neither of them said", "if he says", "nor did they say", "had he said".
    private mutating func readSubject() {
        var index = start - 1
        let last = max(0, start - Self.reach)
        while index >= last, scan.marks.regionOfToken[index] == region, !breaks(before: index + 1) {
            let token = scan.tokens[index]
            guard token.isWord || token.kind == .number || token.kind == .clitic else { return }
            let role = PolarityLexicon.role(token)
            if role.contains(.condition) {
                supposed = true
                return
            }
            if token.has(.auxiliary) {
                readInversion(index, token, role)
                return
            }
            if isNegativeSubject(index, token, role) {
                negations = 1
                return
            }
            if token.has(.coordinator), !token.has(.negation), !scan.isWord(index, "or") { return }
            if token.has(.subordinator) || scan.isWord(index, "that") || isFinite(token) { return }
            index -= 1
        }
    }

    private func isFinite(_ token: Token) -> Bool {
        !token.isCapital
            && (token.has(.verb) || token.cue.contains(.sure) && !token.cue.isDisjoint(with: [.past, .present]))
    }

    private func isNegativeSubject(_ index: Int, _ token: Token, _ role: PolarityRole) -> Bool {
        let next = self.role(index + 1)
        if scan.isWord(index, "not") { return next.contains(.counted) }
        guard role.contains(.negativeSubject), !next.contains(.noted) else { return false }
        return index == 0 || !scan.tokens[index - 1].has(.preposition)
    }

    /// An auxiliary before the subject: a condition, a question, or after "nor", "never", "at no point".
    private mutating func readInversion(_ index: Int, _ token: Token, _ role: PolarityRole) {
        guard index + 1 < start else { return }
        var before = index - 1
        while before >= max(0, index - 4), scan.tokens[before].isWord, scan.marks.regionOfToken[before] == region {
            if scan.tokens[before].has(.negation) || self.role(before).contains(.negating) {
                if !self.role(before + 1).contains(.additive) && !self.role(before + 1).contains(.noted) {
                    negations = 1
                }
                return
            }
            before -= 1
        }
        if token.has(.negation) {
            negations = 1
        } else if isClauseStart(index), role.contains(.invertible) || token.has(.modal) && isBase {
            supposed = true
        }
    }

    private func isClauseStart(_ index: Int) -> Bool {
        guard index > 0, !breaks(before: index) else { return true }
        let before = scan.tokens[index - 1]
        return !before.isWord && before.kind != .clitic && before.kind != .number
            || before.has([.coordinator, .subordinator]) || scan.marks.regionOfToken[index - 1] != region
    }
}
