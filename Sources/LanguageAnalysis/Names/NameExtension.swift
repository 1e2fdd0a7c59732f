internal import NewsModel

/// The whole name of an organisation of which the tagger marked the place or people in it apart: "Wall Street" and
/// "Journal", "Federation of", "Thai" and "Industries".
enum NameExtension {
    struct Part {
        var tokens: Range<Int>
        var type: EntityType
    }

    /// For each part, in the order of the text, the tokens of the organisation's name that it belongs to; its own when
    /// it stands alone.
    static func whole(_ parts: [Part], _ scan: TokenizedText) -> [Range<Int>] {
        var result = parts.map(\.tokens)
        var first = 0
        while first < parts.count {
            var last = first
            while last + 1 < parts.count, last - first < longest, joins(parts[last], parts[last + 1], scan) { last += 1 }
            if last > first, parts[first...last].contains(where: { $0.type == .organization }) {
                let range = parts[first].tokens.lowerBound..<parts[last].tokens.upperBound
                for index in first...last where parts[index].type == .organization { result[index] = range }
            }
            first = last + 1
        }
        for index in parts.indices where parts[index].type == .organization {
            if let end = bracketEnd(result[index].upperBound, scan) { result[index] = result[index].lowerBound..<end }
        }
        return result
    }

    /// Mentions with the whole of their names; they come in the order of the text.
    static func extended(_ mentions: [NameMention], _ scan: TokenizedText) -> [NameMention] {
        let ranges = whole(mentions.map { Part(tokens: $0.tokens, type: $0.type) }, scan)
        return zip(mentions, ranges).map { mention, range in
            guard range != mention.tokens, mention.part == nil else { return mention }
            var mention = mention
            mention.whole = range
            return mention
        }
    }

    private static let longest = 4

    private static func joins(_ left: Part, _ right: Part, _ scan: TokenizedText) -> Bool {
        guard left.tokens.upperBound == right.tokens.lowerBound, !left.tokens.isEmpty, !right.tokens.isEmpty,
            scan.tokens[right.tokens.lowerBound].shape.contains(.spaceBefore),
            !scan.tokens[right.tokens.lowerBound].shape.contains(.lineBefore)
        else { return false }
        switch (left.type, right.type) {
        case (.organization, .location), (.organization, .norp), (.location, .organization), (.norp, .organization),
            (.person, .organization):
            return true
        case (.organization, .organization):
            return dangles(left.tokens.upperBound - 1, scan) || !scan.tokens[right.tokens.lowerBound].shape.contains(.allCapitals)
        default: return false
        }
    }

    /// "JD(S)": where a bracket that is part of the name ends.
    private static func bracketEnd(_ open: Int, _ scan: TokenizedText) -> Int? {
        guard open + 2 < scan.tokens.count, scan.tokens[open].kind == .openBracket,
            !scan.tokens[open].shape.contains(.spaceBefore), scan.tokens[open + 1].isCapital,
            scan.tokens[open + 2].kind == .closeBracket
        else { return nil }
        return open + 3
    }

    /// "University of", "Association of Democratic Solidarity with"
    private static func dangles(_ token: Int, _ scan: TokenizedText) -> Bool {
        scan.tokens[token].has([.preposition, .determiner])
    }
}
