internal import NewsModel

/// A name as it stands in the text, before names are grouped.
struct NameMention {
    /// The name itself, without titles before it.
    var tokens: Range<Int>
    /// Titles and descriptions directly before it: "President", "Ukrainian Foreign Minister".
    var title: Range<Int>
    var type: EntityType
    var gender: Gender
    /// How sure the type is: 0 a guess, 3 certain.
    var certainty: Int
    /// The name's bytes where it is only a part of its tokens: the place in "Panama-flagged".
    var part: Range<Int>?
    /// The whole name where the mention is a part of it: "Wall Street Journal" of "Journal".
    var whole: Range<Int>?

    func bytes(_ scan: TokenizedText) -> Range<Int> { part ?? scan.bytes(tokens) }

    func nameBytes(_ scan: TokenizedText) -> Range<Int> { whole.map(scan.bytes) ?? bytes(scan) }
}

/// Finds names by capital letters, word lists and what stands around them.
struct NameFinder {
    private let scan: TokenizedText
    /// Folded hashes of words that occur in small letters, and of those that occur with a capital inside a sentence.
    private var small: Set<UInt32> = []
    private var capitalInside: Set<UInt32> = []
    private var headline: [Bool] = []
    private var sentenceStart: [Bool]
    private var mentions: [NameMention] = []
    private static let longestName = 12

    static func find(_ scan: TokenizedText, sentences: [Span], budget: AnalysisBudget) throws -> [NameMention] {
        var finder = NameFinder(scan, sentences: sentences)
        for (index, block) in scan.blocks.enumerated() {
            try budget.check()
            finder.find(in: block, isHeadline: finder.headline[index])
        }
        return finder.mentions
    }

    private init(_ scan: TokenizedText, sentences: [Span]) {
        self.scan = scan
        sentenceStart = [Bool](repeating: false, count: scan.tokens.count + 1)
        for block in scan.blocks { sentenceStart[block.lowerBound] = true }
        for sentence in sentences {
            sentenceStart[scan.firstToken(at: scan.text.byteOffset(ofScalar: sentence.start))] = true
        }
        for (index, block) in scan.blocks.enumerated() {
            headline.append(Self.isHeadline(scan, block, first: index == 0))
        }
        for (index, block) in scan.blocks.enumerated() where !headline[index] {
            for token in block where scan.tokens[token].isWord {
                if !scan.tokens[token].isCapital {
                    small.insert(scan.tokens[token].key)
                } else if !startsSentence(token) {
                    capitalInside.insert(scan.tokens[token].key)
                }
            }
        }
    }

    /// Most words with a capital, and no sentence: a headline in title case or capitals.
    static func isHeadline(_ scan: TokenizedText, _ block: Range<Int>, first: Bool) -> Bool {
        guard block.count <= 40, let last = block.last else { return false }
        var capitals = 0
        var others = 0
        for token in scan.tokens[block] where token.isWord && token.end - token.start > 2 {
            if token.isCapital {
                capitals += 1
            } else if !token.has([.preposition, .determiner, .coordinator]) {
                others += 1
            }
        }
        // some sources end their headlines with a full stop
        if scan.tokens[last].kind == .terminator { return first && capitals >= 4 && others == 0 }
        return capitals >= 4 && others * 4 <= capitals
    }

    /// After a sentence's start, an opening mark or bracket, a capital says nothing.
    private func startsSentence(_ index: Int) -> Bool {
        if sentenceStart[index] { return true }
        let kind = scan.tokens[index - 1].kind
        if kind == .doubleMark || kind == .singleMark || kind == .openBracket || kind == .other {
            return index < 2 || sentenceStart[index - 1] || kind == .doubleMark
        }
        return kind == .colon
    }

    // MARK: Runs of capitals

    private mutating func find(in block: Range<Int>, isHeadline: Bool) {
        var index = block.lowerBound
        while index < block.upperBound {
            let run = runOfCapitals(from: index, block)
            if run.isEmpty {
                index += 1
                continue
            }
            index = run.upperBound
            take(run, isHeadline: isHeadline, block)
        }
    }

    private func isNameWord(_ index: Int) -> Bool {
        let token = scan.tokens[index]
        return token.isWord && token.isCapital
    }

    /// The longest run of capitalised words from `start`, joined by particles, "of", "&" and the like.
    private func runOfCapitals(from start: Int, _ block: Range<Int>) -> Range<Int> {
        guard isNameWord(start) else { return start..<start }
        var end = start + 1
        while end < block.upperBound, end - start < Self.longestName {
            if sentenceStart[end] || scan.tokens[end - 1].kind == .terminator { break }
            if isNameWord(end) {
                // U.S. Smith is a new sentence only where the splitter said so
                end += 1
                continue
            }
            let joint = jointLength(at: end, from: start, block)
            if joint == 0 { break }
            end += joint
        }
        return start..<end
    }

    /// Tokens of a joint between two capitalised words, the word after it included; 0 where there is none.
    private func jointLength(at index: Int, from start: Int, _ block: Range<Int>) -> Int {
        let token = scan.tokens[index]
        func capitalAfter(_ count: Int) -> Bool {
            index + count < block.upperBound && isNameWord(index + count) && !sentenceStart[index + count]
        }
        if token.isWord, token.has(.nameParticle), !token.isCapital {
            if capitalAfter(1) { return 2 }
            if index + 1 < block.upperBound, scan.tokens[index + 1].has(.nameParticle), capitalAfter(2) { return 3 }
            if scan.isAny(index + 1, "la", "los"), capitalAfter(2) { return 3 }
        }
        if token.kind == .other, token.first == UInt8(ascii: "&"), capitalAfter(1) { return 2 }
        let organization = (start..<index).contains { scan.tokens[$0].has(.organizationWord) }
        if scan.isWord(index, "of") && organization {
            if capitalAfter(1) { return 2 }
            if scan.isWord(index + 1, "the"), capitalAfter(2) { return 3 }
        }
        if organization, scan.isAny(index, "for", "and", "on"), capitalAfter(1) {
            // "Ministry of Health and Welfare", not "the Senate and President Smith"
            let ofBefore = (start..<index).contains { scan.isAny($0, "of", "for", "on") }
            if !scan.tokens[index + 1].has([.title, .common]), ofBefore || !scan.isWord(index, "and") { return 2 }
        }
        return 0
    }

    // MARK: From run to name

    private mutating func take(_ run: Range<Int>, isHeadline: Bool, _ block: Range<Int>) {
        var start = run.lowerBound
        let end = trimmedEnd(run)
        // words that only open the sentence
        while start < end, opensOnly(start, end, isHeadline) { start += 1 }
        guard start < end else { return }
        let afterTitle = start + titleLength(start..<end)
        takeNationalities(start..<afterTitle)
        guard afterTitle < end else { return }
        var name = afterTitle..<end
        if isHeadline {
            // in a headline every word has a capital: keep those that are names elsewhere
            guard let first = name.first(where: { known($0) }) else { return }
            var last = first
            while last + 1 < name.upperBound, known(last + 1) { last += 1 }
            name = first..<last + 1
        }
        if name.count == 1, weakSingle(name.lowerBound) { return }
        let title = (name.lowerBound == afterTitle ? start : name.lowerBound)..<name.lowerBound
        let (type, certainty) = type(of: name, title: title, block)
        mentions.append(
            NameMention(
                tokens: name, title: title, type: type, gender: gender(of: name, title: title, type: type),
                certainty: certainty))
    }

    /// "Indian" in "Indian Foreign Minister".
    private mutating func takeNationalities(_ title: Range<Int>) {
        for index in title where scan.tokens[index].has(.demonym) && scan.tokens[index].isCapital {
            let none = index..<index
            mentions.append(
                NameMention(tokens: index..<index + 1, title: none, type: .norp, gender: .unknown, certainty: 3))
        }
    }

    private func known(_ index: Int) -> Bool {
        let token = scan.tokens[index]
        return capitalInside.contains(token.key) && !small.contains(token.key) && !token.has(.common)
            && token.cue.isEmpty
    }

    private func trimmedEnd(_ run: Range<Int>) -> Int {
        var end = run.upperBound
        while end > run.lowerBound + 1 {
            let token = scan.tokens[end - 1]
            if token.isCapital, !token.has(.common) || token.has(.title) { break }
            if token.has(.nameSuffix) { break }
            end -= 1
        }
        return end
    }

    private func opensOnly(_ index: Int, _ end: Int, _ isHeadline: Bool) -> Bool {
        let token = scan.tokens[index]
        if token.has(.common) && !token.has([.title, .personNoun]) && !(token.has(.month) && index + 1 < end) {
            return true
        }
        guard !isHeadline, startsSentence(index), token.isCapital, !token.shape.contains(.allCapitals) else {
            return false
        }
        if capitalInside.contains(token.key) || token.has([.title, .demonym, .organizationWord]) { return false }
        if !token.cue.isEmpty { return true }
        if small.contains(token.key) { return true }
        if index + 1 < end {
            // "Asked Smith", "Young Trump": keep unless the word ends like an adverb or participle
            return false
        }
        return false
    }

    /// A single word at a sentence's start that nothing else calls a name.
    private func weakSingle(_ index: Int) -> Bool {
        let token = scan.tokens[index]
        if token.has(.common) || token.has([.month, .time]) { return true }
        if !token.cue.isEmpty, token.cue != .base { return true }
        if scan.isAny(
            index, "opposition", "kingdom", "republic", "highness", "majesty", "excellency", "constitution", "article",
            "north", "south", "east", "west")
        {
            return true
        }
        if capitalInside.contains(token.key) { return small.contains(token.key) && startsSentence(index) }
        if token.shape.contains(.allCapitals) { return false }
        guard startsSentence(index) else { return false }
        if small.contains(token.key) || !token.cue.isEmpty { return true }
        let flags = scan.gazetteer(index..<index + 1)
        if !flags.isDisjoint(with: [.maleName, .femaleName, .surname, .city, .country, .state]) { return false }
        if token.has([
            .demonym, .organizationWord, .organizationNoun, .personNoun, .groupNoun, .documentNoun, .placeWord, .verb,
            .speechNoun,
        ]) {
            return true
        }
        // what follows decides: a name is followed by a verb, a comma or a clitic
        let next = index + 1 < scan.tokens.count ? scan.tokens[index + 1] : token
        return !(next.kind == .clitic || !next.cue.isEmpty || next.has([.auxiliary, .verb]))
    }

    /// How many words at the start of a run are titles, nationalities and offices.
    private func titleLength(_ run: Range<Int>) -> Int {
        var length = 0
        var count = 0
        // an office within the run: all before it belongs to it ("CID Inspector Monir Hossain")
        if run.count > 2,
            let office = run.dropLast().last(where: { scan.tokens[$0].has(.personNoun) && scan.tokens[$0].has(.title) }
            ), office > run.lowerBound,
            run.upperBound - office <= 6, let last = run.last, !scan.tokens[last].has([.organizationWord, .placeWord]),
            scan.tokens[office + 1].isCapital
        {
            return office + 1 - run.lowerBound
        }
        for index in run {
            let token = scan.tokens[index]
            count += 1
            if token.has(.title) || token.has(.personNoun) {
                // "Justice Department", "General Motors": what follows makes it an organisation
                length = count
            } else if token.has(.demonym) || token.has(.number) || scan.gazetteer(index..<index + 1).contains(.country)
                || (token.has([.organizationNoun, .organizationWord, .placeWord]) && count < run.count)
            {
                continue
            } else if scan.isAny(index, "of", "for", "and", "the", "to") {
                // "Secretary of State John Kerry", "Minister for Health Ann Lee"
                continue
            } else {
                break
            }
        }
        guard length > 0, length <= run.count else { return 0 }
        if length == run.count { return length }
        if length < run.count, let last = run.last, scan.tokens[last].has(.organizationWord),
            !scan.tokens[run.lowerBound].has(.abbreviation)
        {
            return 0
        }
        // "Foreign Minister": the rest must not begin with a joint
        let rest = scan.tokens[run.lowerBound + length]
        return rest.isCapital || rest.has(.nameParticle) ? length : 0
    }

    // MARK: Types

    private func type(of name: Range<Int>, title: Range<Int>, _ block: Range<Int>) -> (EntityType, Int) {
        let tokens = scan.tokens
        let first = tokens[name.lowerBound]
        let last = tokens[name.upperBound - 1]
        if !title.isEmpty, !name.contains(where: { tokens[$0].has(.organizationWord) }) { return (.person, 3) }
        let flags = scan.gazetteer(name)
        if name.count == 1 {
            if first.has(.demonym) { return (.norp, 3) }
            if !flags.isDisjoint(with: [.country, .state]) { return (.location, 3) }
            if first.shape.contains(.allCapitals) {
                return (isPlaceAcronym(name.lowerBound) ? .location : .organization, 2)
            }
            if first.has([.organizationWord, .organizationNoun]) { return (.organization, 2) }
        } else {
            if !flags.isDisjoint(with: .place) { return (.location, 3) }
            if name.contains(where: { tokens[$0].has(.organizationWord) }) {
                return last.has(.placeWord) ? (.location, 2) : (.organization, 3)
            }
            if last.has(.placeWord) { return (.location, 2) }
            if name.contains(where: { tokens[$0].kind == .other || scan.isWord($0, "of") }) {
                return (.organization, 2)
            }
        }
        return guessedType(of: name, flags)
    }

    private func guessedType(of name: Range<Int>, _ flags: Gazetteer.Flags) -> (EntityType, Int) {
        let tokens = scan.tokens
        let given = scan.gazetteer(name.lowerBound..<name.lowerBound + 1)
        let lastFlags = scan.gazetteer(name.upperBound - 1..<name.upperBound)
        let before = name.lowerBound > 0 ? tokens[name.lowerBound - 1] : nil
        let afterThe = before.map { _ in scan.isWord(name.lowerBound - 1, "the") } ?? false
        let locative = scan.isAny(name.lowerBound - 1, "in", "at", "near")
        if name.count > 1 {
            if tokens[name.lowerBound].has(.demonym) { return (.misc, 1) }
            if !given.isDisjoint(with: .givenName) { return (.person, afterThe ? 1 : 3) }
            if afterThe { return (.organization, 1) }
            if locative { return (.location, 1) }
            return (.person, lastFlags.contains(.surname) ? 2 : 1)
        }
        if !flags.isDisjoint(with: .givenName) { return (.person, 1) }
        if flags.contains(.city) { return (.location, flags.contains(.surname) && !locative ? 1 : 2) }
        if locative { return (.location, 1) }
        if afterThe { return (.organization, 0) }
        if flags.contains(.surname) { return (.person, 1) }
        return (.misc, 0)
    }

    private func isPlaceAcronym(_ index: Int) -> Bool {
        scan.isAny(index, "us", "uk", "u.s.", "u.k.", "uae", "usa", "drc")
    }

    private func gender(of name: Range<Int>, title: Range<Int>, type: EntityType) -> Gender {
        let titled = Gender(ofTitle: title, scan)
        if titled != .unknown { return titled }
        guard type == .person || type == .misc else { return .unknown }
        guard name.count > 1 || type == .person else { return .unknown }
        let flags = scan.gazetteer(name.lowerBound..<name.lowerBound + 1)
        return Gender(flags)
    }
}
