enum Gender {
    case unknown, male, female

    func agrees(_ other: Gender) -> Bool { self == .unknown || other == .unknown || self == other }
}

extension Gender {
    /// What a title tells: Mrs, King, spokeswoman.
    init(ofTitle title: Range<Int>, _ scan: TokenizedText) {
        for index in title {
            if scan.tokens[index].has([.maleTitle, .maleNoun]) { self = .male; return }
            if scan.tokens[index].has([.femaleTitle, .femaleNoun]) { self = .female; return }
        }
        self = .unknown
    }

    /// What the lists of given names tell: unknown where a name is in both or in none.
    init(_ flags: Gazetteer.Flags) {
        switch (flags.contains(.maleName), flags.contains(.femaleName)) {
        case (true, false): self = .male
        case (false, true): self = .female
        default: self = .unknown
        }
    }
}
