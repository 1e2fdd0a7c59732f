/// Places in a text, put so that a person finds them.
enum TextPlace {
    /// `line 3, column 7`, both from 1; columns in scalars.
    static func line(_ bytes: UnsafeBufferPointer<UInt8>, at offset: Int) -> String {
        var line = 1
        var column = 1
        for byte in bytes.prefix(offset) {
            if byte == 0x0A {
                line += 1
                column = 1
            } else if byte & 0xC0 != 0x80 {
                column += 1
            }
        }
        return "line \(line), column \(column)"
    }

    /// The character at an offset of valid UTF-8: itself in quotation marks if it can be shown, else its number.
    static func describe(_ bytes: UnsafeBufferPointer<UInt8>, at offset: Int) -> String {
        let text = String(decoding: UnsafeBufferPointer(rebasing: bytes[offset..<min(offset + 4, bytes.count)]), as: UTF8.self)
        guard let scalar = text.unicodeScalars.first else { return "nothing" }
        guard scalar.value >= 0x20, scalar.value != 0x7F else { return "the control character \(number(scalar.value))" }
        switch scalar.properties.generalCategory {
        case .control, .format, .nonspacingMark, .surrogate, .unassigned, .privateUse, .lineSeparator, .paragraphSeparator:
            return number(scalar.value)
        default: return "\"\(scalar)\""
        }
    }

    /// `U+001B`.
    static func number(_ value: UInt32) -> String {
        let digits = String(value, radix: 16, uppercase: true)
        return "U+" + String(repeating: "0", count: max(0, 4 - digits.utf8.count)) + digits
    }
}
