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
            if first + 1 < parts.count, let end = nicknamed(parts, first, scan) {
                let range = parts[first].tokens.lowerBound..<parts[end].tokens.upperBound
                for index in first...end where parts[index].type == .person { result[index] = range }
                last = end
            } else if last > first, parts[first...last].contains(where: { $0.type == .organization }) {
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

    /// "Antonio “Toni” Barbosa": the part that the name ends with.
    private static func nicknamed(_ parts: [Part], _ first: Int, _ scan: TokenizedText) -> Int? {
        guard parts[first].type == .person else { return nil }
        for last in first + 1..<min(parts.count, first + 3) where parts[last].type == .person {
            let gap = parts[first].tokens.upperBound..<max(parts[first].tokens.upperBound, parts[last].tokens.lowerBound)
            // The tagger may begin the second part at the nickname: “Pepe” Mujica
            if gap.count == 1, let open = gap.first, isMark(scan.tokens[open]),
                parts[last].tokens.dropFirst().first.map({ isMark(scan.tokens[$0]) }) == true
            {
                return last
            }
            guard gap.count >= 3, gap.count <= 4, let open = gap.first, let close = gap.last,
                isMark(scan.tokens[open]), isMark(scan.tokens[close]),
                gap.dropFirst().dropLast().allSatisfy({ scan.tokens[$0].isWord && scan.tokens[$0].isCapital })
            else { continue }
            return last
        }
        return nil
    }

    private static func isMark(_ token: Token) -> Bool {
        switch token.kind {
        case .doubleMark, .singleMark, .openBracket, .closeBracket: true
        default: false
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
