/// Words of persons' names: what is one's own, what only stands around it.
enum NameWords {
    /// Before a name and no part of it.
    static let titles: Set<String> = [
        "mr", "mrs", "ms", "miss", "mx", "dr", "sir", "dame", "lord", "lady", "prof", "professor", "rev", "president", "sen",
        "senator", "rep", "gov", "governor", "gen", "general", "col", "capt", "lt", "sgt", "judge", "justice", "king", "queen",
        "prince", "princess", "pope", "sheikh", "secretary", "minister", "chancellor", "mayor",
    ]
    static let maleTitles: Set<String> = ["mr", "sir", "lord", "king", "prince"]
    static let femaleTitles: Set<String> = ["mrs", "ms", "miss", "dame", "lady", "queen", "princess"]
    static let suffixes: Set<String> = ["jr", "sr", "ii", "iii", "iv"]
    static let particles: Set<String> = [
        "de", "del", "della", "da", "do", "dos", "di", "du", "la", "le", "van", "von", "der", "den", "ter", "bin", "ibn", "al",
        "el", "ben", "abu", "bint", "ul", "y", "e", "af", "av", "zu",
    ]

    /// Without titles before it; the last word always stays.
    static func untitled(_ words: [String]) -> [String] {
        var words = words[...]
        while words.count > 1, let first = words.first, titles.contains(first) { words.removeFirst() }
        return Array(words)
    }

    /// The last word that is no suffix.
    static func surname(_ words: [String]) -> String? { words.last { !suffixes.contains($0) } }

    /// Whether the words are a surname alone, particles included.
    static func isShort(_ words: [String]) -> Bool {
        guard let last = words.last, !particles.contains(last), !suffixes.contains(last) else { return false }
        return words.dropLast().allSatisfy(particles.contains)
    }

    /// Whether two full names can be one person's: the same surname, and given names that agree.
    static func agree(_ a: [String], _ b: [String]) -> Bool {
        if a == b { return true }
        guard surname(a) == surname(b), a.filter(suffixes.contains) == b.filter(suffixes.contains) else { return false }
        let (one, other) = (given(a), given(b))
        guard let first = one.first, let second = other.first, givenAgree(first, second) else { return false }
        if one.count > 1, other.count > 1 { return initialAgrees(one[1], other[1]) }
        return true
    }

    private static func given(_ words: [String]) -> [String] {
        Array(words.filter { !suffixes.contains($0) }.dropLast())
    }

    /// Equal, an initial, or a short form (Chris, Christopher).
    private static func givenAgree(_ a: String, _ b: String) -> Bool {
        if a == b { return true }
        let (short, long) = a.utf8.count < b.utf8.count ? (a, b) : (b, a)
        return [1, 3, 4, 5].contains(short.count) && long.hasPrefix(short)
    }

    private static func initialAgrees(_ a: String, _ b: String) -> Bool {
        if a == b { return true }
        let (short, long) = a.utf8.count < b.utf8.count ? (a, b) : (b, a)
        return short.count == 1 && long.hasPrefix(short)
    }
}
