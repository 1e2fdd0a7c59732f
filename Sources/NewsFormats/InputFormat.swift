/// What a message or file with an article looks like, by its first bytes.
package enum InputFormat: Sendable, Hashable, CaseIterable {
    case articleJSON
    case plainText

    /// A brace always begins JSON, a bracket only where the next character could not begin a note in the text.
    package static func detect(_ bytes: UnsafeBufferPointer<UInt8>) -> InputFormat {
        let isSpace = { (byte: UInt8) in byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 }
        let start = bytes.drop(while: isSpace)
        switch start.first {
        case UInt8(ascii: "{"): return .articleJSON
        case UInt8(ascii: "["):
            switch start.dropFirst().drop(while: isSpace).first {
            case nil, UInt8(ascii: "{"), UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "\""): return .articleJSON
            default: return .plainText
            }
        default: return .plainText
        }
    }
}
