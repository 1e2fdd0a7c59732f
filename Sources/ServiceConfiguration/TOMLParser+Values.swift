extension TOMLParser {
    /// Arrays and inline tables nest no deeper.
    private static let maximumDepth = 32

    /// The value that begins here. Pairs of an inline table become entries below `path`.
    mutating func readValue(path: [String], depth: Int) throws(Fault) -> Value {
        guard depth < Self.maximumDepth else {
            throw Fault(index: index, message: "nested deeper than \(Self.maximumDepth) levels")
        }
        switch peek() {
        case UInt8(ascii: "\""), UInt8(ascii: "'"): return .string(try readString(mayBeMultiline: true))
        case UInt8(ascii: "["): return .array(try readArray(depth: depth))
        case UInt8(ascii: "{"):
            try readInlineTable(path: path, depth: depth)
            return .table
        default: return try readWord()
        }
    }

    private mutating func readArray(depth: Int) throws(Fault) -> [Value] {
        let begin = index
        index += 1
        var values: [Value] = []
        while true {
            try skipSpacesAndLines()
            if peek() == UInt8(ascii: "]") { break }
            // What tables in an array hold belongs to no key: "[" marks its path so.
            values.append(try readValue(path: ["["], depth: depth + 1))
            try skipSpacesAndLines()
            if peek() == UInt8(ascii: "]") { break }
            guard peek() == UInt8(ascii: ",") else {
                throw index == bytes.count
                    ? Fault(index: begin, message: "a list begins here and does not end; expected ]")
                    : Fault(index: index, message: "expected , or ] in a list")
            }
            index += 1
        }
        index += 1
        return values
    }

    private mutating func skipSpacesAndLines() throws(Fault) {
        repeat {
            skipSpaces()
            try skipComment()
        } while skipLineEnd()
    }

    private mutating func readInlineTable(path: [String], depth: Int) throws(Fault) {
        index += 1
        skipSpaces()
        if peek() == UInt8(ascii: "}") {
            index += 1
            return
        }
        while true {
            try readPair(below: path, depth: depth + 1)
            skipSpaces()
            if peek() == UInt8(ascii: "}") { break }
            try expect(UInt8(ascii: ","), "expected , or } in a table on one line")
        }
        index += 1
    }

    // MARK: Numbers, truth values, dates

    private mutating func readWord() throws(Fault) -> Value {
        let begin = index
        while let byte = peek(), !Self.endsWord(byte) { index += 1 }
        // A date and a time may have one space between them.
        if index - begin == 10, bytes[begin + 4] == UInt8(ascii: "-"), peek() == 0x20, let next = peek(1),
            Self.isDigit(next)
        {
            index += 1
            while let byte = peek(), !Self.endsWord(byte) { index += 1 }
        }
        let word = String(decoding: bytes[begin..<index], as: UTF8.self)
        if let value = Self.value(of: word) { return value }
        throw Fault(
            index: begin,
            message: word.isEmpty
                ? "expected a value" : "found \(quotedText(word)), which is no value; write text in quotation marks")
    }

    private static func endsWord(_ byte: UInt8) -> Bool {
        byte <= 0x20 || byte == UInt8(ascii: ",") || byte == UInt8(ascii: "]") || byte == UInt8(ascii: "}")
            || byte == UInt8(ascii: "#")
            || byte == UInt8(ascii: "=")
    }

    private static func value(of word: String) -> Value? {
        if word == "true" || word == "false" { return .scalar(word) }
        for (prefix, radix) in [("0x", 16), ("0o", 8), ("0b", 2)] where word.hasPrefix(prefix) {
            let digits = word.utf8.dropFirst(2)
            guard separated(digits, isDigit: { Unicode.Scalar($0).properties.isASCIIHexDigit }) else { return nil }
            let plain = String(decoding: digits.filter { $0 != UInt8(ascii: "_") }, as: UTF8.self)
            return Int(plain, radix: radix).map { .scalar(String($0)) }
        }
        if isNumber(word) { return .scalar(String(word.filter { $0 != "_" })) }
        return isDate(word) ? .date(word) : nil
    }

    /// An integer or a floating-point number in decimal.
    private static func isNumber(_ word: String) -> Bool {
        var rest = Array(word.utf8)[...]
        if rest.first == UInt8(ascii: "+") || rest.first == UInt8(ascii: "-") { rest = rest.dropFirst() }
        if rest.elementsEqual("inf".utf8) || rest.elementsEqual("nan".utf8) { return true }
        let whole = rest.prefix { isDigit($0) || $0 == UInt8(ascii: "_") }
        guard separated(whole, isDigit: isDigit), whole.count == 1 || whole.first != UInt8(ascii: "0") else {
            return false
        }
        rest = rest.dropFirst(whole.count)
        let isInteger = rest.isEmpty
        if rest.first == UInt8(ascii: ".") {
            let fraction = rest.dropFirst().prefix { isDigit($0) || $0 == UInt8(ascii: "_") }
            guard separated(fraction, isDigit: isDigit) else { return false }
            rest = rest.dropFirst(1 + fraction.count)
        }
        if rest.first == UInt8(ascii: "e") || rest.first == UInt8(ascii: "E") {
            rest = rest.dropFirst()
            if rest.first == UInt8(ascii: "+") || rest.first == UInt8(ascii: "-") { rest = rest.dropFirst() }
            guard separated(rest, isDigit: isDigit) else { return false }
            rest = []
        }
        return rest.isEmpty && (!isInteger || Int(word.filter { $0 != "_" }) != nil)
    }

    /// Digits, with single underscores between them.
    private static func separated(_ digits: some Collection<UInt8>, isDigit: (UInt8) -> Bool) -> Bool {
        var wasDigit = false
        for byte in digits {
            if isDigit(byte) {
                wasDigit = true
            } else {
                guard byte == UInt8(ascii: "_"), wasDigit else { return false }
                wasDigit = false
            }
        }
        return wasDigit
    }

    /// Something with the shape of a date or time. No key takes one, so their ranges are not looked at.
    private static func isDate(_ word: String) -> Bool {
        let bytes = Array(word.utf8)
        guard bytes.count >= 8, isDigit(bytes[0]), bytes[2] == UInt8(ascii: ":") || bytes[4] == UInt8(ascii: "-") else {
            return false
        }
        return bytes.allSatisfy { isDigit($0) || ":-+.TtZz ".utf8.contains($0) }
    }

    private static func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }

    // MARK: Text

    /// Text in quotation marks, single or double, of one line or of several.
    mutating func readString(mayBeMultiline: Bool) throws(Fault) -> String {
        let begin = index
        let mark = bytes[index]
        var isMultiline = false
        index += 1
        if peek() == mark, peek(1) == mark {
            guard mayBeMultiline else { throw Fault(index: begin, message: "a key cannot be text of several lines") }
            index += 2
            isMultiline = true
            _ = skipLineEnd()
        }
        var text: [UInt8] = []
        while let byte = peek() {
            if byte == mark {
                if !isMultiline {
                    index += 1
                    return String(decoding: text, as: UTF8.self)
                }
                if readClosingMarks(mark, into: &text) { return String(decoding: text, as: UTF8.self) }
            } else if byte == UInt8(ascii: "\\"), mark == UInt8(ascii: "\"") {
                try readEscape(isMultiline: isMultiline, into: &text)
            } else if byte == UInt8(ascii: "\n") || (byte == UInt8(ascii: "\r") && peek(1) == UInt8(ascii: "\n")) {
                guard isMultiline else { break }
                text.append(UInt8(ascii: "\n"))
                _ = skipLineEnd()
            } else {
                guard byte >= 0x20 && byte != 0x7F || byte == 0x09 else {
                    throw Fault(index: index, message: "text holds a control character; write it as \\uXXXX")
                }
                text.append(byte)
                index += 1
            }
        }
        throw Fault(index: begin, message: "text begins here and does not end; is a quotation mark missing?")
    }

    /// At marks inside text of several lines: three close it, up to two more before them belong to it.
    private mutating func readClosingMarks(_ mark: UInt8, into text: inout [UInt8]) -> Bool {
        var count = 0
        while peek(count) == mark, count < 5 { count += 1 }
        index += count
        let isEnd = count >= 3
        text += [UInt8](repeating: mark, count: isEnd ? count - 3 : count)
        return isEnd
    }

    private mutating func readEscape(isMultiline: Bool, into text: inout [UInt8]) throws(Fault) {
        let begin = index
        index += 1
        let letter = peek() ?? 0
        if isMultiline, skipsToNextLine() { return }
        index += 1
        switch letter {
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "f"): text.append(0x0C)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): text.append(letter)
        case UInt8(ascii: "u"), UInt8(ascii: "U"):
            let count = letter == UInt8(ascii: "u") ? 4 : 8
            let digits = bytes[index..<min(index + count, bytes.count)]
            guard digits.count == count, digits.allSatisfy({ Unicode.Scalar($0).properties.isASCIIHexDigit }),
                let scalar = UInt32(String(decoding: digits, as: UTF8.self), radix: 16).flatMap(Unicode.Scalar.init)
            else { throw Fault(index: begin, message: "expected \(count) hexadecimal digits of a character") }
            text += Array(String(Character(scalar)).utf8)
            index += count
        default:
            throw Fault(
                index: begin,
                message: "unknown escape; write \\\\ for a backslash, or the text in single quotation marks")
        }
    }

    /// A backslash at a line's end takes away all space up to the next text.
    private mutating func skipsToNextLine() -> Bool {
        let begin = index
        skipSpaces()
        guard skipLineEnd() else {
            index = begin
            return false
        }
        repeat { skipSpaces() } while skipLineEnd()
        return true
    }
}
