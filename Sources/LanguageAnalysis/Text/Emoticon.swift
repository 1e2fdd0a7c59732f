/// Faces made of signs: `:)`, `;-)`, `=(`, `(:`, `^_^`.
enum Emoticon {
    private static let whole: [StaticString] = ["^_^", "-_-", "^^"]

    /// Bytes of the emoticon that starts at `start` and ends before white space, else nil.
    static func width(in bytes: [UInt8], at start: Int) -> Int? {
        switch bytes[start] {
        case UInt8(ascii: "^"), UInt8(ascii: "-"): wholeWidth(bytes, start)
        case UInt8(ascii: "("):
            start + 1 < bytes.count && isEyes(bytes[start + 1]) && isGap(bytes, start + 2) ? 2 : nil
        case UInt8(ascii: ">"): faceWidth(bytes, start + 1).map { $0 + 1 }
        default: faceWidth(bytes, start)
        }
    }

    private static func wholeWidth(_ bytes: [UInt8], _ start: Int) -> Int? {
        for face in whole where isGap(bytes, start + face.utf8CodeUnitCount) {
            if face.withUTF8Buffer({ bytes[start...].starts(with: $0) }) { return face.utf8CodeUnitCount }
        }
        return nil
    }

    /// Eyes, perhaps a nose, and a mouth, which may be drawn out: `:))))`.
    private static func faceWidth(_ bytes: [UInt8], _ start: Int) -> Int? {
        guard start + 1 < bytes.count, isEyes(bytes[start]) else { return nil }
        var offset = start + 1
        if isNose(bytes[offset]), !isGap(bytes, offset + 1) { offset += 1 }
        let mouth = bytes[offset]
        guard isMouth(mouth) else { return nil }
        while offset < min(bytes.count, start + 16), bytes[offset] == mouth { offset += 1 }
        return isGap(bytes, offset) ? offset - start : nil
    }

    private static func isGap(_ bytes: [UInt8], _ offset: Int) -> Bool {
        offset >= bytes.count || bytes[offset] <= 0x20
    }

    private static func isEyes(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: ":") || byte == UInt8(ascii: ";") || byte == UInt8(ascii: "=")
    }

    private static func isNose(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "-") || byte == UInt8(ascii: "'") || byte == UInt8(ascii: "o") || byte == UInt8(ascii: "^")
    }

    private static func isMouth(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "D"),
            UInt8(ascii: "P"), UInt8(ascii: "p"), UInt8(ascii: "o"), UInt8(ascii: "O"), UInt8(ascii: "/"),
            UInt8(ascii: "\\"), UInt8(ascii: "|"), UInt8(ascii: "3"), UInt8(ascii: "*"):
            true
        default: false
        }
    }
}
