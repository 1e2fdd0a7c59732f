package import NewsModel

/// A text as the encoder reads it.
package struct EncodedText: Sendable {
    package var pieces: WordPieces
    /// `EncoderFeature.allCases.count` values a piece, piece by piece.
    package var features: [UInt8]
    /// For each piece the token that it belongs to: no span begins or ends within one.
    package var tokens: [Int32]
    /// For each piece the paragraph that it is in, counted from 0.
    package var blocks: [Int32]
    /// For each piece the sentence that it is in, counted from 0.
    package var sentences: [Int32]
}

/// Computes what the encoder is told of each piece.
package struct FeatureExtractor {
    private static let width = EncoderFeature.allCases.count
    private let scan: TokenizedText
    private var tokenValues: [UInt8]

    /// - Parameters:
    ///   - rules: what the rules found, as features.
    ///   - sentences: in scalars.
    package static func extract(
        _ text: DocumentText, sentences: [Span], rules: AttributionLayer, vocabulary: WordPieceVocabulary
    ) -> EncodedText {
        extract(TokenizedText(text), sentences: sentences, rules: rules, vocabulary: vocabulary)
    }

    static func extract(
        _ scan: TokenizedText, sentences: [Span], rules: AttributionLayer, vocabulary: WordPieceVocabulary
    ) -> EncodedText {
        var extractor = FeatureExtractor(scan)
        extractor.describeTokens()
        extractor.note(rules)
        return extractor.encoded(sentences, vocabulary)
    }

    private init(_ scan: TokenizedText) {
        self.scan = scan
        tokenValues = [UInt8](repeating: 0, count: scan.tokens.count * Self.width)
    }

    private mutating func set(_ feature: EncoderFeature, _ value: UInt8, at token: Int) {
        tokenValues[token * Self.width + feature.rawValue] = value
    }

    // MARK: Tokens

    private mutating func describeTokens() {
        for index in scan.tokens.indices {
            let token = scan.tokens[index]
            set(.letters, Self.letters(token), at: index)
            set(.marks, marks(index, token), at: index)
            set(.space, Self.space(token), at: index)
            guard token.isWord else { continue }
            set(.word, Self.word(token), at: index)
            if token.isCapital { set(.gazetteer, gazetteer(index), at: index) }
        }
    }

    private static func letters(_ token: Token) -> UInt8 {
        switch token.kind {
        case .word:
            let small = token.shape.contains(.digits)
            if token.shape.contains(.allCapitals) { return 3 }
            if token.isCapital { return token.end - token.start == 1 ? 4 : small ? 6 : 2 }
            return small ? 5 : 1
        case .number: return 7
        default: return 0
        }
    }

    private func marks(_ index: Int, _ token: Token) -> UInt8 {
        let isMark = token.kind == .doubleMark || token.kind == .singleMark
        let number = Int(scan.marks.regionOfToken[index])
        guard number >= 0 else { return isMark ? 7 : 0 }
        let region = scan.marks.regions[number]
        if isMark, index == region.tokens.lowerBound { return 4 }
        if isMark, region.closed, index == region.tokens.upperBound - 1 { return 5 }
        if region.single { return 2 }
        return region.closed ? 1 : region.continues ? 6 : 3
    }

    private static func space(_ token: Token) -> UInt8 {
        if token.shape.contains(.blankLineBefore) { return 3 }
        if token.shape.contains(.lineBefore) { return 2 }
        return token.shape.contains(.spaceBefore) ? 1 : 0
    }

    private static func word(_ token: Token) -> UInt8 {
        let cue = token.cue
        if cue.contains(.sure) { return cue.contains(.participle) ? 2 : 1 }
        if cue.contains(.participle) { return 3 }
        if cue.contains(.past) { return cue.contains(.quote) ? 4 : 5 }
        if cue.contains(.present) { return 6 }
        if cue.contains(.base) { return 7 }
        let classes: [(WordClass, UInt8)] = [
            (.speechNoun, 8), (.documentNoun, 9), (.malePronoun, 10), (.femalePronoun, 11), (.neuterPronoun, 12),
            (.pluralPronoun, 12), (.relative, 13), (.negation, 14), (.title, 15), (.personNoun, 16), (.groupNoun, 17),
            (.organizationWord, 18), (.organizationNoun, 18), (.time, 19), (.demonym, 19),
        ]
        for (wanted, value) in classes where token.has(wanted) { return value }
        return 0
    }

    private func gazetteer(_ index: Int) -> UInt8 {
        // Not asked for abbreviations when the model was trained, so not now.
        guard !scan.tokens[index].shape.contains(.abbreviation) else { return 0 }
        let flags = scan.gazetteer(index..<index + 1)
        let given = !flags.isDisjoint(with: .givenName)
        let surname = flags.contains(.surname)
        let place = !flags.isDisjoint(with: .place)
        if place, given || surname { return 6 }
        if flags.contains(.country) { return 4 }
        if place { return 5 }
        if given, surname { return 3 }
        return given ? 1 : surname ? 2 : 0
    }

    // MARK: The rules' finds

    private mutating func note(_ rules: AttributionLayer) {
        for entity in rules.entities {
            let value: UInt8
            switch entity.type {
            case .person: value = 1
            case .organization: value = 3
            case .location, .facility: value = 5
            case .norp: value = 7
            default: value = 9
            }
            for mention in entity.mentions where mention.form == .name { mark(.name, value, mention.span) }
        }
        for discarded in rules.discarded { mark(.rule, 7, discarded.span) }
        // A quotation's own source and cue may lie within another's content, so they are noted later.
        for quotation in rules.quotations {
            for span in quotation.content { mark(.rule, 1, span) }
        }
        for quotation in rules.quotations {
            for span in quotation.source { mark(.rule, 5, span) }
            for span in quotation.cue { mark(.rule, 3, span) }
        }
    }

    /// Notes `value` at the first token of a span and `value + 1` at the others.
    private mutating func mark(_ feature: EncoderFeature, _ value: UInt8, _ span: Span) {
        let tokens = scan.tokens(in: span)
        for index in tokens { set(feature, index == tokens.lowerBound ? value : value + 1, at: index) }
    }

    // MARK: Pieces

    private func encoded(_ sentences: [Span], _ vocabulary: WordPieceVocabulary) -> EncodedText {
        let pieces = WordPieceTokenizer.tokenize(scan.text, vocabulary)
        let space = EncoderFeature.space.rawValue
        var features = [UInt8](repeating: 0, count: pieces.count * Self.width)
        var tokenOfPiece = [Int32](repeating: 0, count: pieces.count)
        var blocks = [Int32](repeating: 0, count: pieces.count)
        var sentenceOfPiece = [Int32](repeating: 0, count: pieces.count)
        let sentenceStarts = sentences.map { scan.text.byteOffset(ofScalar: $0.start) }
        var (token, block, sentence, last) = (0, 0, 0, -1)
        for piece in 0..<pieces.count {
            let start = Int(pieces.starts[piece])
            while token + 1 < scan.tokens.count, Int(scan.tokens[token].end) <= start { token += 1 }
            while block + 1 < scan.blocks.count, token >= scan.blocks[block].upperBound { block += 1 }
            while sentence + 1 < sentenceStarts.count, sentenceStarts[sentence + 1] <= start { sentence += 1 }
            blocks[piece] = Int32(truncatingIfNeeded: block)
            sentenceOfPiece[piece] = Int32(truncatingIfNeeded: sentence)
            tokenOfPiece[piece] = Int32(truncatingIfNeeded: token)
            guard token < scan.tokens.count else { continue }
            for feature in 0..<Self.width {
                features[piece * Self.width + feature] = tokenValues[token * Self.width + feature]
            }
            if token == last { features[piece * Self.width + space] = 0 }
            last = token
        }
        return EncodedText(
            pieces: pieces, features: features, tokens: tokenOfPiece, blocks: blocks, sentences: sentenceOfPiece)
    }
}
