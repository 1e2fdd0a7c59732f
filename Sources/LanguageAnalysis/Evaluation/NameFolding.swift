/// Names as words without case, diacritics, punctuation and possessives, for comparing them.
enum NameFolding {
    /// The folded words of a name.
    static func words(_ name: String) -> [String] {
        var scalars = withoutPossessives(name.unicodeScalars.flatMap(folded))
        scalars = scalars.flatMap { $0 == "&" ? Array(" and ".unicodeScalars) : [$0] }
        scalars = withoutInitialsDots(scalars).filter { $0 != "'" && $0 != "’" && $0 != "." }
        var words: [String] = []
        var index = 0
        while index < scalars.count {
            guard isWord(scalars[index]) else {
                index += 1
                continue
            }
            var word = String.UnicodeScalarView()
            while index < scalars.count {
                if isWord(scalars[index]) {
                    word.append(scalars[index])
                } else if scalars[index] == "-", index + 1 < scalars.count, isWord(scalars[index + 1]) {
                    word.append("-")
                } else {
                    break
                }
                index += 1
            }
            words.append(String(word))
        }
        return words
    }

    /// Letters, numbers and the low line.
    static func isWord(_ scalar: Unicode.Scalar) -> Bool {
        if scalar == "_" { return true }
        return isAlphanumeric(scalar)
    }

    static func isAlphanumeric(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .decimalNumber,
            .letterNumber, .otherNumber:
            true
        default: false
        }
    }

    static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.isWhitespace || (0x1C...0x1F).contains(scalar.value)
    }

    private static func withoutPossessives(_ scalars: [Unicode.Scalar]) -> [Unicode.Scalar] {
        var result: [Unicode.Scalar] = []
        var index = 0
        while index < scalars.count {
            let scalar = scalars[index]
            if scalar == "'" || scalar == "’" {
                let next = index + 1 < scalars.count ? scalars[index + 1] : nil
                let afterNext = index + 2 < scalars.count ? scalars[index + 2] : nil
                if next == "s", !(afterNext.map(isWord) ?? false) {
                    index += 2
                    continue
                }
                if index > 0, scalars[index - 1] == "s", next.map(isSpace) ?? true {
                    index += 1
                    continue
                }
            }
            result.append(scalar)
            index += 1
        }
        return result
    }

    /// `u.s.` without its first dot.
    private static func withoutInitialsDots(_ scalars: [Unicode.Scalar]) -> [Unicode.Scalar] {
        scalars.indices.filter { index in
            guard scalars[index] == ".", index > 0, isWord(scalars[index - 1]) else { return true }
            guard index < 2 || !isWord(scalars[index - 2]) else { return true }
            guard index + 1 < scalars.count, isWord(scalars[index + 1]) else { return true }
            return index + 2 < scalars.count && isWord(scalars[index + 2])
        }.map { scalars[$0] }
    }

    /// Small letters without diacritics; nothing for a combining mark.
    private static func folded(_ scalar: Unicode.Scalar) -> [Unicode.Scalar] {
        let value = Int(scalar.value)
        if value < 0x80 { return [scalar.properties.lowercaseMapping.unicodeScalars.first ?? scalar] }
        if scalar.properties.canonicalCombiningClass != .notReordered { return [] }
        if let special = special[value] { return Array(special.unicodeScalars) }
        if value >= 0xC0 && value < 0x250 { return [latin[value - 0xC0]] }
        if value >= 0x1E00 && value < 0x1F00 { return [latinAdditional[value - 0x1E00]] }
        return Array(scalar.properties.lowercaseMapping.unicodeScalars)
    }

    /// Compatibility decomposition (Unicode NFKD) without combining marks, case folded, of U+00C0 … U+024F.
    private static let latin: [Unicode.Scalar] = Array(
        ("aaaaaaæceeeeiiiiðnooooo×øuuuuyþ?aaaaaaæceeeeiiiiðnooooo÷øuuuuyþy"
            + "aaaaaaccccccccddđđeeeeeeeeeegggggggghhħħiiiiiiiiiı??jjkkĸllllll?"
            + "?łłnnnnnn?ŋŋooooooœœrrrrrrssssssssttttŧŧuuuuuuuuuuuuwwyyyzzzzzzs"
            + "ƀɓƃƃƅƅɔƈƈɖɗƌƌƍǝəɛƒƒɠɣƕɩɨƙƙƚƛɯɲƞɵooƣƣƥƥʀƨƨʃƪƫƭƭʈuuʊʋƴƴƶƶʒƹƹƺƻƽƽƾƿ"
            + "ǀǁǂǃ?????????aaiioouuuuuuuuuuǝaaaaææǥǥggkkooooʒʒj???ggƕƿnnaaææøø"
            + "aaaaeeeeiiiioooorrrruuuussttȝȝhhƞȡȣȣȥȥaaeeooooooooyyȴȵȶȷȸȹⱥȼȼƚⱦȿ" + "ɀɂɂƀʉʌɇɇɉɉɋɋɍɍɏɏ").unicodeScalars)

    /// The same of U+1E00 … U+1EFF.
    private static let latinAdditional: [Unicode.Scalar] = Array(
        ("aabbbbbbccddddddddddeeeeeeeeeeffgghhhhhhhhhhiiiikkkkkkllllllllmm"
            + "mmmmnnnnnnnnoooooooopppprrrrrrrrssssssssssttttttttuuuuuuuuuuvvvv"
            + "wwwwwwwwwwxxxxyyzzzzzzhtwy?sẜẝ?ẟaaaaaaaaaaaaaaaaaaaaaaaaeeeeeeee"
            + "eeeeeeeeiiiioooooooooooooooooooooooouuuuuuuuuuuuuuyyyyyyyyỻỻỽỽỿỿ").unicodeScalars)

    /// Where more than one letter results.
    private static let special: [Int: String] = [
        0xDF: "ss", 0x132: "ij", 0x133: "ij", 0x13F: "l·", 0x140: "l·", 0x149: "ʼn", 0x1C4: "dz", 0x1C5: "dz",
        0x1C6: "dz", 0x1C7: "lj", 0x1C8: "lj", 0x1C9: "lj", 0x1CA: "nj", 0x1CB: "nj", 0x1CC: "nj", 0x1F1: "dz",
        0x1F2: "dz", 0x1F3: "dz", 0x1E9A: "aʾ", 0x1E9E: "ss",
        0xA0: " ", 0xAA: "a", 0xBA: "o", 0xB2: "2", 0xB3: "3", 0xB9: "1", 0x2026: "...",
    ]
}
