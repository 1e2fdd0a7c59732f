/// Faces made of signs: `:)`, `;-)`, `=(`, `(:`, `^_^`.
enum Emoticon {
    private static let eyes = signs(":;=")
    private static let noses = signs("-'o^")
    private static let mouths = signs(")(DPpOo/\\|3*][")
    private static let whole = [signs("^_^"), signs("-_-"), signs("^^")]

    private static func signs(_ text: StaticString) -> [UInt8] { text.withUTF8Buffer(Array.init) }

    /// Bytes of the emoticon that starts at `start` and ends before white space, else nil.
    static func width(in bytes: [UInt8], at start: Int) -> Int? {
        func isGap(_ offset: Int) -> Bool { offset >= bytes.count || bytes[offset] <= 0x20 }
        for face in whole where isGap(start + face.count) && bytes[start...].starts(with: face) { return face.count }
        var offset = start
        if bytes[offset] == UInt8(ascii: ">") { offset += 1 }
        guard offset + 1 < bytes.count else { return nil }
        if bytes[offset] == UInt8(ascii: "("), eyes.contains(bytes[offset + 1]) {
            return isGap(offset + 2) ? offset + 2 - start : nil
        }
        guard eyes.contains(bytes[offset]) else { return nil }
        offset += 1
        if noses.contains(bytes[offset]), !isGap(offset + 1) { offset += 1 }
        let mouth = bytes[offset]
        guard mouths.contains(mouth) else { return nil }
        // one mouth may be drawn out: :))))
        while offset < min(bytes.count, start + 16), bytes[offset] == mouth { offset += 1 }
        return isGap(offset) ? offset - start : nil
    }
}
