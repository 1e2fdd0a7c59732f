/// One word, number, mark or sign of the text, in byte offsets.
struct Token {
    enum Kind: UInt8 {
        case word, number
        /// `.`, `?`, `!`, `…`, several of them in a row included.
        case terminator
        case comma, colon, semicolon
        /// A dash between words (a hyphen within a word belongs to the word).
        case dash
        case openBracket, closeBracket
        /// `"`, `“`, `”`, `„`, `«`, `»`, ` `` `, `''`, `＂`.
        case doubleMark
        /// `'`, `‘`, `’`, standing outside a word or at its edge.
        case singleMark
        /// `'s` and other clitics, split off the word before them.
        case clitic
        case other
    }

    struct Shape: OptionSet {
        let rawValue: UInt8
        /// The first letter is a capital.
        static let capital = Shape(rawValue: 1)
        /// All letters are capitals, and there are at least two.
        static let allCapitals = Shape(rawValue: 2)
        static let spaceBefore = Shape(rawValue: 4)
        /// A line end stands before the token.
        static let lineBefore = Shape(rawValue: 8)
        /// A blank line stands before the token.
        static let blankLineBefore = Shape(rawValue: 16)
        /// Ends in a full stop that belongs to the token: an abbreviation or an initial.
        static let abbreviation = Shape(rawValue: 32)
        static let digits = Shape(rawValue: 64)
        static let endsInS = Shape(rawValue: 128)
    }

    var start: Int32
    var end: Int32
    var kind: Kind
    var shape: Shape
    /// First byte, or for marks the kind of mark as ASCII.
    var first: UInt8
    var classes: WordClass
    var cue: CueFrames
    /// Hash of the word with case and common diacritics folded.
    var key: UInt32

    var range: Range<Int> { Int(start)..<Int(end) }
    var isWord: Bool { kind == .word }
    var isCapital: Bool { shape.contains(.capital) }
    func has(_ wanted: WordClass) -> Bool { !classes.isDisjoint(with: wanted) }
}

/// What kind of quotation mark a token is.
enum MarkForm {
    static let straight = UInt8(ascii: "\"")
    static let opening = UInt8(ascii: "<")
    static let closing = UInt8(ascii: ">")
    static let low = UInt8(ascii: ",")
    static let openGuillemet = UInt8(ascii: "{")
    static let closeGuillemet = UInt8(ascii: "}")
    static let straightSingle = UInt8(ascii: "'")
    static let openSingle = UInt8(ascii: "(")
    static let closeSingle = UInt8(ascii: ")")
}
