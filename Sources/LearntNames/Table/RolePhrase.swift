internal import LanguageAnalysis

/// An office as a phrase: "Ukraine's president", "the president of Ukraine" and "Ukrainian President" are one.
struct RolePhrase: Hashable {
    /// ISO 3166 code, where a country's name or people are named.
    let country: String?
    let office: String
    /// The other words, sorted: "foreign" of a foreign minister.
    let qualifiers: [String]

    /// - Returns: nil when no office is named, or not the holder of one: "former president", "a senator".
    init?(_ phrase: String, places: PlaceNames) {
        self.init(words: PersonName.words(phrase), places: places)
    }

    init?(words all: [String], places: PlaceNames) {
        let words = Self.normal(all)
        guard words.count <= Self.longest, !words.contains(where: Self.excluding.contains),
            let (office, range) = Self.office(in: words)
        else { return nil }
        var country: String?
        var qualifiers: [String] = []
        var index = 0
        while index < words.count {
            if range.contains(index) {
                index = range.upperBound
                continue
            }
            let limit = index < range.lowerBound ? range.lowerBound : words.count
            if let (place, count) = places.match(Array(words[..<limit]), at: index) {
                let isCountry = place.kind == .country || place.kind == .demonym || Self.leaders.contains(office)
                if isCountry, country == nil {
                    country = place.country
                    index += count
                    continue
                }
                if isCountry { return nil }
            }
            qualifiers.append(words[index])
            index += 1
        }
        if office == "nominee", qualifiers.count > 1, !qualifiers.contains("vice") {
            qualifiers.removeAll { $0 == "presidential" }
        }
        if office == "vice president" || office == "president", qualifiers.contains("vice") { return nil }
        self.country = country
        self.office = office
        self.qualifiers = qualifiers.sorted()
    }

    /// What the same office has in common, however it is put.
    var key: String { "\(country ?? "")|\(qualifiers.joined(separator: " "))|\(office)" }

    /// Keys of the offices that "leader" may mean where it stands for one.
    var leaderKeys: [String] {
        guard office == "leader", let country, qualifiers.isEmpty else { return [] }
        return Self.leaderOffices.map { "\(country)||\($0)" }
    }

    /// Whether the phrase names one person at a time.
    var identifies: Bool {
        switch Self.needs[office] {
        case .nothing: true
        case .country: country != nil && qualifiers.isEmpty || office == "president" && qualifiers.count > 1
        case .portfolio: country != nil && !qualifiers.isEmpty
        case .qualifier:
            !qualifiers.filter { !Self.vague.contains($0) }.isEmpty || country != nil && Self.national.contains(office)
        case nil: false
        }
    }

    /// Whether a word is the name of an office or profession.
    static func isOffice(_ word: String) -> Bool { needs[synonyms[word] ?? word] != nil || commonOffices.contains(word) }

    /// The words of a phrase as they are compared: without "of", American spellings made British.
    static func normalWords(_ phrase: String) -> [String] { normal(PersonName.words(phrase)) }

    // MARK: Words

    private enum Need { case nothing, country, portfolio, qualifier }

    private static let longest = 12
    private static let leaderOffices = ["president", "prime minister", "chancellor", "supreme leader", "leader"]
    private static let leaders = Set(leaderOffices)

    private static let national: Set<String> = ["leader", "attorney general", "prosecutor general"]

    private static let needs: [String: Need] = {
        var needs: [String: Need] = ["pope": .nothing, "pontiff": .nothing]
        for office in [
            "president", "prime minister", "chancellor", "supreme leader", "king", "queen", "emir", "sultan", "vice president",
        ] { needs[office] = .country }
        for office in ["minister", "secretary"] { needs[office] = .portfolio }
        for office in [
            "leader", "governor", "mayor", "nominee", "chair", "chief", "director", "head", "chief executive", "commissioner",
            "secretary general", "attorney general", "press secretary", "spokesperson", "prosecutor general", "premier",
            "speaker",
        ] { needs[office] = .qualifier }
        return needs
    }()

    /// Offices that many hold at a time: learnt and shown, never resolved.
    private static let commonOffices: Set<String> = [
        "senator", "representative", "congressman", "congresswoman", "lawmaker", "candidate", "ambassador", "envoy",
        "general", "judge", "justice", "analyst", "adviser", "advisor", "strategist", "coach", "captain", "founder",
        "prosecutor", "lawyer", "attorney", "professor", "sheriff", "commander", "deputy", "manager", "economist",
        "treasurer", "officer",
    ]

    private static let compounds: Set<String> = [
        "prime minister", "supreme leader", "vice president", "chief executive", "secretary general", "attorney general",
        "press secretary", "prosecutor general",
    ]

    private static let synonyms = [
        "defense": "defence", "spokesman": "spokesperson", "spokeswoman": "spokesperson", "chairman": "chair",
        "chairwoman": "chair", "chairperson": "chair", "pm": "prime minister", "ceo": "chief executive",
        "gop": "republican", "secretary-general": "secretary general", "labor": "labour", "frontman": "leader",
    ]

    private static let dropped: Set<String> = ["the", "of", "for"]

    private static let excluding: Set<String> = [
        "former", "ex", "then", "acting", "interim", "outgoing", "incoming", "deputy", "late", "next", "elect", "designate",
        "assistant", "onetime", "one-time", "longtime", "ousted", "exiled", "his", "her", "their", "its", "and", "or", "a",
        "an", "under", "wife", "husband", "son", "daughter", "aide", "first",
    ]

    /// Words that tell offices of one kind apart no further.
    private static let vague: Set<String> = [
        "opposition", "party", "rebel", "community", "religious", "spiritual", "military", "world", "team", "union", "local",
        "regional", "new", "current", "senior", "police", "campaign", "company", "city", "state", "national", "group",
        "department", "agency", "presumptive", "presidential", "foreign", "government", "official", "medical", "keynote", "guest", "main", "final", "previous",
    ]

    private static func normal(_ words: [String]) -> [String] {
        var result: [String] = []
        for word in words where !dropped.contains(word) {
            result += (synonyms[word] ?? word).split(separator: " ").map(String.init)
        }
        return result
    }

    /// The last office that is named, of two words where it can be.
    private static func office(in words: [String]) -> (String, Range<Int>)? {
        for start in words.indices.reversed() {
            if start + 1 < words.count {
                let pair = "\(words[start]) \(words[start + 1])"
                if compounds.contains(pair) { return (pair, start..<start + 2) }
            }
            if start > 0 {
                let pair = "\(words[start - 1]) \(words[start])"
                if compounds.contains(pair) { return (pair, start - 1..<start + 1) }
            }
            if needs[words[start]] != nil { return (words[start], start..<start + 1) }
        }
        return nil
    }
}
