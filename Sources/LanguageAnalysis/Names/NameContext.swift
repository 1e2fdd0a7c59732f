internal import NewsModel

/// What stands before a name and what its words tell: titles and gender.
enum NameContext {
    /// The mention with its title and gender filled in.
    static func described(_ mention: NameMention, _ scan: TokenizedText) -> NameMention {
        guard mention.type == .person, mention.part == nil else { return mention }
        var mention = mention
        // Titles that the tagger took into the name.
        var start = mention.tokens.lowerBound
        while start + 1 < mention.tokens.upperBound, isTitle(start, scan) { start += 1 }
        mention.tokens = start..<mention.tokens.upperBound
        mention.title = titleStart(start, scan)..<start
        mention.gender = gender(mention, scan)
        return mention
    }

    private static func isTitle(_ index: Int, _ scan: TokenizedText) -> Bool {
        let token = scan.tokens[index]
        return token.has([.maleTitle, .femaleTitle]) || token.has(.title) && token.shape.contains(.abbreviation)
            || honorifics.contains(token.key)
    }

    /// Titles that taggers take for a given name.
    private static let honorifics = FoldedKey.hashes("mullah maulana sheikh shaikh sheik begum haji hajji hon")

    /// The first token of the titles, offices and nationalities directly before a name.
    private static func titleStart(_ name: Int, _ scan: TokenizedText) -> Int {
        var start = name
        var cursor = name - 1
        while cursor >= 0, name - cursor <= 6 {
            let token = scan.tokens[cursor]
            guard token.isWord, !scan.tokens[cursor + 1].shape.contains(.lineBefore), token.cue.isEmpty else { break }
            if token.has([.title, .personNoun]) {
                start = cursor
            } else if !(token.isCapital && (token.has([.demonym, .organizationNoun]) || start < name)
                || token.has(.demonym))
            {
                break
            } else if start < name, token.has([.demonym, .organizationNoun]) || token.isCapital && !token.has(.common) {
                start = cursor
            }
            cursor -= 1
        }
        return start
    }

    private static func gender(_ mention: NameMention, _ scan: TokenizedText) -> Gender {
        let titled = Gender(ofTitle: mention.title, scan)
        if titled != .unknown { return titled }
        let first = mention.tokens.lowerBound
        let flags = scan.gazetteer(first..<first + 1)
        // "Lee said": a surname that is a given name as well tells nothing
        guard mention.tokens.count > 1 || !flags.contains(.surname) else { return .unknown }
        return Gender(flags)
    }
}
