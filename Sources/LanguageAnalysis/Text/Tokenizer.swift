/// Cuts a text into tokens: one pass over its bytes.
struct Tokenizer {
    private let bytes: UnsafeBufferPointer<UInt8>
    private let lexicon: Lexicon
    private var offset = 0
    private var tokens: [Token] = []
    private var pendingShape: Token.Shape = []

    static func tokenize(_ text: DocumentText) -> [Token] {
        text.utf8.withUnsafeBufferPointer { bytes in
            var tokenizer = Tokenizer(bytes)
            tokenizer.run()
            return tokenizer.tokens
        }
    }

    private init(_ bytes: UnsafeBufferPointer<UInt8>) {
        self.bytes = bytes
        lexicon = Lexicon.shared
        tokens.reserveCapacity(bytes.count / 5 + 8)
    }

    private mutating func run() {
        while offset < bytes.count {
            if skipSpace() { continue }
            let byte = bytes[offset]
            if isWordStart(offset) {
                scanWord()
            } else if byte < 0x80 {
                scanSign(byte)
            } else {
                scanWideSign()
            }
        }
    }

    // MARK: Space

    private mutating func skipSpace() -> Bool {
        let byte = bytes[offset]
        if byte <= 0x20 || byte == 0x7F {
            if byte == 0x0A || (byte == 0x0D && !(offset + 1 < bytes.count && bytes[offset + 1] == 0x0A)) {
                if pendingShape.contains(.lineBefore) { pendingShape.insert(.blankLineBefore) }
                pendingShape.insert(.lineBefore)
            }
            pendingShape.insert(.spaceBefore)
            offset += 1
            return true
        }
        let width = Self.spaceWidth(bytes, offset)
        if width > 0 {
            pendingShape.insert(.spaceBefore)
            offset += width
        }
        return width > 0
    }

    /// Bytes of a space or invisible character beyond ASCII at `offset`, else 0.
    static func spaceWidth(_ bytes: UnsafeBufferPointer<UInt8>, _ offset: Int) -> Int {
        let byte = bytes[offset]
        if byte == 0xC2 { return bytes[offset + 1] <= 0xA0 ? 2 : 0 }
        if byte == 0xE2 {
            let second = bytes[offset + 1]
            let third = bytes[offset + 2]
            if second == 0x80 && (third <= 0x8F || (third >= 0xA8 && third <= 0xAF)) { return 3 }
            if second == 0x81 && (third == 0x9F || (third >= 0xA0 && third <= 0xAF)) { return 3 }
        }
        if byte == 0xE3 && bytes[offset + 1] == 0x80 && bytes[offset + 2] == 0x80 { return 3 }
        if byte == 0xEF && bytes[offset + 1] == 0xBB && bytes[offset + 2] == 0xBF { return 3 }
        return 0
    }

    // MARK: Words

    private func isWordStart(_ offset: Int) -> Bool { wordWidth(offset) > 0 }

    /// Bytes of the letter or digit at `offset`, else 0.
    @inline(__always)
    private func wordWidth(_ offset: Int) -> Int {
        let byte = bytes[offset]
        if byte < 0x80 {
            return (byte | 0x20) &- 0x61 < 26 || byte &- 0x30 < 10 ? 1 : 0
        }
        if byte < 0xC3 {
            // Latin-1 signs; ª, µ and º are letters
            guard byte == 0xC2 else { return 0 }
            let second = bytes[offset + 1]
            return second == 0xAA || second == 0xB5 || second == 0xBA ? 2 : 0
        }
        if byte < 0xE0 { return byte == 0xC3 && (bytes[offset + 1] == 0x97 || bytes[offset + 1] == 0xB7) ? 0 : 2 }
        if byte < 0xF0 {
            let second = bytes[offset + 1]
            if byte == 0xE2 && second < 0xB0 { return 0 }
            if byte == 0xE3 && second == 0x80 { return 0 }
            if byte == 0xEF && (second == 0xBC || second == 0xBB || second == 0xBF) { return 0 }
            return 3
        }
        return 0
    }

    private mutating func scanWord() {
        let start = offset
        var cursor = offset
        var letters = 0
        var capitals = 0
        var digits = 0
        var dots = 0
        let first = bytes[start]
        while cursor < bytes.count {
            let width = wordWidth(cursor)
            if width > 0 {
                let byte = bytes[cursor]
                if byte &- 0x30 < 10 {
                    digits += 1
                } else {
                    letters += 1
                    if isCapital(cursor) { capitals += 1 }
                }
                cursor += width
                continue
            }
            guard let joint = joint(at: cursor, start: start, digitsOnly: letters == 0) else { break }
            if joint.isDot { dots += 1 }
            cursor += joint.width
        }
        var shape = pendingShape
        if letters > 0 && isCapital(start) { shape.insert(.capital) }
        if letters > 1 && capitals == letters { shape.insert(.allCapitals) }
        if digits > 0 { shape.insert(.digits) }
        if bytes[cursor - 1] | 0x20 == 0x73 { shape.insert(.endsInS) }
        let split = cliticStart(start, cursor)
        if let split {
            emitWord(start, split, shape, first, letters: letters, dots: 0)
            emit(split, cursor, .clitic, [], bytes[cursor - 1] | 0x20)
            return
        }
        emitWord(start, cursor, shape, first, letters: letters, dots: dots)
    }

    private func isCapital(_ offset: Int) -> Bool {
        let byte = bytes[offset]
        if byte < 0x80 { return byte &- 0x41 < 26 }
        if byte == 0xC3 { return bytes[offset + 1] < 0x9F && bytes[offset + 1] != 0x97 }
        // Latin Extended-A mostly alternates capital and small letters
        if byte == 0xC4 || byte == 0xC5 {
            let scalar = Int(byte & 0x1F) << 6 | Int(bytes[offset + 1] & 0x3F)
            if (0x139...0x148).contains(scalar) || (0x179...0x17E).contains(scalar) { return scalar % 2 == 1 }
            return scalar % 2 == 0 || scalar == 0x178
        }
        if byte == 0xCE { return bytes[offset + 1] >= 0x86 && bytes[offset + 1] <= 0xAB }
        if byte == 0xD0 { return bytes[offset + 1] < 0xB0 }
        return false
    }

    /// A sign that joins two parts of a word: an apostrophe, a hyphen, the dot of `U.S.`, the comma of `1,000`.
    private func joint(at cursor: Int, start: Int, digitsOnly: Bool) -> (width: Int, isDot: Bool)? {
        let byte = bytes[cursor]
        let width: Int
        switch byte {
        case 0x27, 0x2D, 0x26, 0x2E, 0x2C, 0x40, 0x5F, 0x2F, 0x3A: width = 1
        case 0xE2:
            let sign = bytes[cursor + 2]
            guard bytes[cursor + 1] == 0x80, sign == 0x99 || sign == 0x90 || sign == 0x91 else { return nil }
            width = 3
        default: return nil
        }
        guard cursor + width < bytes.count else { return nil }
        let next = bytes[cursor + width]
        let previous = bytes[cursor - 1]
        switch byte {
        case 0x2C, 0x3A:
            return digitsOnly && previous &- 0x30 < 10 && next &- 0x30 < 10 ? (1, false) : nil
        case 0x2E:
            if previous &- 0x30 < 10 && next &- 0x30 < 10 { return (1, false) }
            // a letter, a dot, a letter: U.S., e.g., p.m., J.K.
            let single = cursor - start == 1 || bytes[cursor - 2] == 0x2E
            guard single, (next | 0x20) &- 0x61 < 26 else { return addressDot(cursor, start) }
            let after = cursor + 2
            return after >= bytes.count || (bytes[after] | 0x20) &- 0x61 >= 26 ? (1, true) : nil
        case 0x26, 0x2F, 0x40, 0x5F:
            return wordWidth(cursor + width) > 0 && (byte != 0x2F || digitsOnly) ? (1, false) : nil
        default:
            return wordWidth(cursor + width) > 0 ? (width, false) : nil
        }
    }

    /// `example.com`: a dot between small letters without a space.
    private func addressDot(_ cursor: Int, _ start: Int) -> (width: Int, isDot: Bool)? {
        let previous = bytes[cursor - 1]
        let next = bytes[cursor + 1]
        return previous &- 0x61 < 26 && next &- 0x61 < 26 ? (1, false) : nil
    }

    /// Where `'s`, `'re`, `'ll`, `'ve`, `'d` or `'m` begins at the end of the word.
    private func cliticStart(_ start: Int, _ end: Int) -> Int? {
        var tail = end
        var letters = 0
        while tail > start, letters < 3, (bytes[tail - 1] | 0x20) &- 0x61 < 26 {
            tail -= 1
            letters += 1
        }
        guard letters == 1 || letters == 2, tail > start else { return nil }
        let apostrophe: Int
        if bytes[tail - 1] == 0x27 {
            apostrophe = tail - 1
        } else if tail - start > 3, bytes[tail - 1] == 0x99, bytes[tail - 2] == 0x80, bytes[tail - 3] == 0xE2 {
            apostrophe = tail - 3
        } else {
            return nil
        }
        guard apostrophe > start else { return nil }
        let last = bytes[end - 1] | 0x20
        if letters == 1 { return last == 0x73 || last == 0x64 || last == 0x6D ? apostrophe : nil }
        let before = bytes[end - 2] | 0x20
        let known =
            (before == 0x72 && last == 0x65) || (before == 0x76 && last == 0x65) || (before == 0x6C && last == 0x6C)
        return known ? apostrophe : nil
    }

    private mutating func emitWord(
        _ start: Int, _ end: Int, _ shape: Token.Shape, _ first: UInt8, letters: Int, dots: Int
    ) {
        var end = end
        var shape = shape
        var entry = Lexicon.Entry.none
        var key: UInt32 = 0
        if end - start <= 48 {
            key = FoldedKey.hash(bytes, start..<end)
            if letters > 0 { entry = lexicon[key, bytes, start..<end] }
            // US, WHO, IT are names, whatever the words in small letters are
            if shape.contains(.allCapitals), letters <= 3,
                !entry.classes.isDisjoint(with: [.objectPronoun, .relative, .neuterPronoun])
            {
                entry = .none
            }
        }
        if end < bytes.count, bytes[end] == 0x2E, takesFullStop(start, end, entry, letters, dots, shape) {
            end += 1
            shape.insert(.abbreviation)
        }
        tokens.append(
            Token(
                start: Int32(truncatingIfNeeded: start), end: Int32(truncatingIfNeeded: end),
                kind: letters == 0 ? .number : .word, shape: shape, first: first, classes: entry.classes,
                cue: entry.cue, key: key))
        pendingShape = []
        offset = end
    }

    /// Whether the full stop after a word belongs to it.
    private func takesFullStop(
        _ start: Int, _ end: Int, _ entry: Lexicon.Entry, _ letters: Int, _ dots: Int, _ shape: Token.Shape
    ) -> Bool {
        if end + 1 < bytes.count && bytes[end + 1] == 0x2E { return false }
        if dots > 0 { return true }
        if entry.classes.contains(.abbreviation) { return true }
        // an initial: J. Smith; not the I of "than I."
        guard letters == 1, end - start == 1, shape.contains(.capital), bytes[start] != UInt8(ascii: "I") else {
            return false
        }
        return end + 2 < bytes.count && (bytes[end + 1] == 0x20 || isCapital(end + 1))
    }

    // MARK: Signs

    private mutating func emit(_ start: Int, _ end: Int, _ kind: Token.Kind, _ shape: Token.Shape, _ first: UInt8) {
        tokens.append(
            Token(
                start: Int32(truncatingIfNeeded: start), end: Int32(truncatingIfNeeded: end), kind: kind, shape: shape,
                first: first, classes: [], cue: [], key: 0))
        pendingShape = []
        offset = end
    }

    private mutating func scanSign(_ byte: UInt8) {
        let next: UInt8 = offset + 1 < bytes.count ? bytes[offset + 1] : 0
        switch byte {
        case 0x2E, 0x3F, 0x21:
            var end = offset + 1
            while end < bytes.count, bytes[end] == 0x2E || bytes[end] == 0x3F || bytes[end] == 0x21 { end += 1 }
            emit(offset, end, .terminator, pendingShape, end - offset > 1 && byte == 0x2E ? 0x5F : byte)
        case 0x2C: emit(offset, offset + 1, .comma, pendingShape, byte)
        case 0x3A: emit(offset, offset + 1, .colon, pendingShape, byte)
        case 0x3B: emit(offset, offset + 1, .semicolon, pendingShape, byte)
        case 0x28, 0x5B, 0x7B: emit(offset, offset + 1, .openBracket, pendingShape, byte)
        case 0x29, 0x5D, 0x7D: emit(offset, offset + 1, .closeBracket, pendingShape, byte)
        case 0x22: emit(offset, offset + 1, .doubleMark, pendingShape, MarkForm.straight)
        case 0x60:
            if next == 0x60 {
                emit(offset, offset + 2, .doubleMark, pendingShape, MarkForm.opening)
            } else {
                emit(offset, offset + 1, .singleMark, pendingShape, MarkForm.openSingle)
            }
        case 0x27:
            if next == 0x27 {
                emit(offset, offset + 2, .doubleMark, pendingShape, MarkForm.straight)
            } else {
                emit(offset, offset + 1, .singleMark, pendingShape, MarkForm.straightSingle)
            }
        case 0x2D:
            var end = offset + 1
            while end < bytes.count, bytes[end] == 0x2D { end += 1 }
            emit(offset, end, .dash, pendingShape, byte)
        default: emit(offset, offset + 1, .other, pendingShape, byte)
        }
    }

    private mutating func scanWideSign() {
        let byte = bytes[offset]
        let width = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : 2
        let end = min(offset + width, bytes.count)
        var kind = Token.Kind.other
        var form = byte
        if byte == 0xE2 && bytes[offset + 1] == 0x80 {
            (kind, form) = Self.generalPunctuation(bytes[offset + 2])
        } else if byte == 0xC2 && bytes[offset + 1] == 0xAB {
            (kind, form) = (.doubleMark, MarkForm.openGuillemet)
        } else if byte == 0xC2 && bytes[offset + 1] == 0xBB {
            (kind, form) = (.doubleMark, MarkForm.closeGuillemet)
        } else if byte == 0xC2 && bytes[offset + 1] == 0xB4 {
            (kind, form) = (.singleMark, MarkForm.closeSingle)
        } else if byte == 0xEF && bytes[offset + 1] == 0xBC && bytes[offset + 2] == 0x82 {
            (kind, form) = (.doubleMark, MarkForm.straight)
        }
        emit(offset, end, kind, pendingShape, form)
    }

    private static func generalPunctuation(_ last: UInt8) -> (Token.Kind, UInt8) {
        switch last {
        case 0x92...0x95: (.dash, 0x2D)
        case 0x98: (.singleMark, MarkForm.openSingle)
        case 0x99, 0x9B: (.singleMark, MarkForm.closeSingle)
        case 0x9C, 0x9F: (.doubleMark, MarkForm.opening)
        case 0x9D: (.doubleMark, MarkForm.closing)
        case 0x9E: (.doubleMark, MarkForm.low)
        case 0xA6: (.terminator, 0x5F)
        default: (.other, last)
        }
    }
}
