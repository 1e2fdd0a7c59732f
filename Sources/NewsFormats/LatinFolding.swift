/// Latin letters without their diacritics, in lower case.
package enum LatinFolding {
    /// What a scalar becomes in a slug or a search; nil when it belongs to no word.
    package static func fold(_ scalar: Unicode.Scalar) -> String? {
        switch scalar.value {
        case 0x30...0x39, 0x61...0x7A: return String(scalar)
        case 0x41...0x5A: return scalar.properties.lowercaseMapping
        case firstExtended..<firstExtended + UInt32(extended.count):
            if let folded = entry(extended[Int(scalar.value - firstExtended)]) { return folded }
        case firstAdditional..<firstAdditional + UInt32(additional.count):
            if let folded = entry(additional[Int(scalar.value - firstAdditional)]) { return folded }
        default: break
        }
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .otherLetter, .decimalNumber, .spacingMark:
            return scalar.properties.lowercaseMapping
        default: return nil
        }
    }

    private static func entry(_ folded: Substring) -> String? { folded == "?" ? nil : String(folded) }

    private static let firstExtended: UInt32 = 0xC0
    private static let firstAdditional: UInt32 = 0x1E00

    /// U+00C0 … U+024F: compatibility decompositions without their marks (Unicode 14) and the usual spelling of letters
    /// that have none, such as `ß`, `ø` and `þ`; `?` where nothing is folded.
    private static let extended = """
        a a a a a a ae c e e e e i i i i d n o o o o o ? o u u u u y th ss
        a a a a a a ae c e e e e i i i i d n o o o o o ? o u u u u y th y
        a a a a a a c c c c c c c c d d d d e e e e e e e e e e g g g g
        g g g g h h h h i i i i i i i i i i ij ij j j k k k l l l l l l l
        l l l n n n n n n n n n o o o o o o oe oe r r r r r r s s s s s s
        s s t t t t t t u u u u u u u u u u u u w w y y y z z z z z z s
        b b ? ? ? ? o ? ? ? d ? ? ? e e e f f ? ? hv ? i k k l ? ? ? n ?
        o o oi oi ? ? ? ? ? ? ? ? ? ? ? u u ? ? y y z z ? ? ? ? ? ? ? ? w
        ? ? ? ? dz dz dz lj lj lj nj nj nj a a i i o o u u u u u u u u u u e a a
        a a ae ae g g g g k k o o o o ? ? j dz dz dz g g hv w n n a a ae ae o o
        a a a a e e e e i i i i o o o o r r r r u u u u s s t t y y h h
        n d ou ou z z a a e e o o o o o o o o y y ? ? ? ? ? ? a c c l t ?
        ? ? ? b u ? e e j j ? ? r r y y
        """.split { $0 == " " || $0 == "\n" }

    /// U+1E00 … U+1EFF.
    private static let additional = """
        a a b b b b b b c c d d d d d d d d d d e e e e e e e e e e f f
        g g h h h h h h h h h h i i i i k k k k k k l l l l l l l l m m
        m m m m n n n n n n n n o o o o o o o o p p p p r r r r r r r r
        s s s s s s s s s s t t t t t t t t u u u u u u u u u u v v v v
        w w w w w w w w w w x x x x y y z z z z z z h t w y a s ? ? ss d
        a a a a a a a a a a a a a a a a a a a a a a a a e e e e e e e e
        e e e e e e e e i i i i o o o o o o o o o o o o o o o o o o o o
        o o o o u u u u u u u u u u u u u u y y y y y y y y ll ll v v y y
        """.split { $0 == " " || $0 == "\n" }
}
