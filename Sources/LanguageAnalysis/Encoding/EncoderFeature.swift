/// What the encoder is told of each piece beside the piece itself; the model has one table of vectors for each.
///
/// The order, names and sizes are part of the model file: a file made for others is refused.
package enum EncoderFeature: Int, CaseIterable, Sendable {
    /// Letter case of the whole word.
    case letters
    /// Within, at the edge of, or outside quotation marks.
    case marks
    /// Space, line end or nothing before the piece.
    case space
    /// What the rules take the word for: content, cue, source, discarded marks.
    case rule
    /// The kind of name that the rules see.
    case name
    /// What the word lists say.
    case word
    /// What the lists of names and places say.
    case gazetteer

    package var name: String {
        switch self {
        case .letters: "letters"
        case .marks: "marks"
        case .space: "space"
        case .rule: "rule"
        case .name: "name"
        case .word: "word"
        case .gazetteer: "gazetteer"
        }
    }

    /// Values are 0 ..< size; 0 says nothing in particular.
    package var size: Int {
        switch self {
        case .letters: 8
        case .marks: 8
        case .space: 4
        case .rule: 10
        case .name: 12
        case .word: 20
        case .gazetteer: 8
        }
    }
}
