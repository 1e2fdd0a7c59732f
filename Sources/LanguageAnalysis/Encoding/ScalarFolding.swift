internal import Foundation

/// What the encoder's tokenizer makes of a scalar beyond ASCII: the rules of BERT's uncased normalizer.
enum ScalarFolding {
    enum Kind: UInt8 {
        /// Part of a word, in the folded form that goes with it.
        case word
        case space
        /// A word of its own.
        case sign
        /// A word of its own that is no punctuation: a Chinese character.
        case ideograph
        /// Left out: control characters and combining marks.
        case nothing
    }

    struct Entry: Sendable {
        var kind: Kind
        /// UTF-8 of the scalar, decomposed, without marks, in small letters.
        var folded: [UInt8]
        /// Scalars of `folded`, before they became small letters.
        var scalars: Int
    }

    /// Latin, Greek, Cyrillic and general punctuation, which is nearly all that news in English has.
    private static let common: [Entry] = (0..<0x0530).map(compute)
    private static let punctuation: [Entry] = (0x1E00..<0x2100).map(compute)

    static func entry(_ scalar: UInt32) -> Entry {
        if scalar < 0x0530 { return common[Int(scalar)] }
        if scalar >= 0x1E00, scalar < 0x2100 { return punctuation[Int(scalar) - 0x1E00] }
        return compute(scalar)
    }

    private static func compute(_ value: UInt32) -> Entry {
        guard let scalar = Unicode.Scalar(value), value != 0, value != 0xFFFD else {
            return Entry(kind: .nothing, folded: [], scalars: 0)
        }
        if scalar.properties.isWhitespace { return Entry(kind: .space, folded: [], scalars: 0) }
        let parts = String(scalar).decomposedStringWithCanonicalMapping.unicodeScalars.filter {
            $0.properties.generalCategory != .nonspacingMark
        }
        guard let first = parts.first else { return Entry(kind: .nothing, folded: [], scalars: 0) }
        let folded = parts.flatMap { $0.properties.lowercaseMapping.utf8 }
        return Entry(kind: kind(of: first), folded: folded, scalars: parts.count)
    }

    private static func kind(of scalar: Unicode.Scalar) -> Kind {
        // All signs of ASCII stand alone, also those that Unicode calls symbols.
        if scalar.isASCII, !scalar.properties.isAlphabetic, scalar.properties.numericType == nil { return .sign }
        switch scalar.properties.generalCategory {
        case .control, .format, .privateUse, .surrogate, .unassigned: return .nothing
        case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation, .initialPunctuation,
            .finalPunctuation, .otherPunctuation:
            return .sign
        default: return isIdeograph(scalar.value) ? .ideograph : .word
        }
    }

    private static func isIdeograph(_ value: UInt32) -> Bool {
        switch value {
        case 0x4E00...0x9FFF, 0x3400...0x4DBF, 0x20000...0x2A6DF, 0x2A700...0x2B73F, 0x2B740...0x2B81F,
            0x2B920...0x2CEAF, 0xF900...0xFAFF, 0x2F800...0x2FA1F:
            true
        default: false
        }
    }
}
