/// Case and diacritics folded away, and the hash of the result: what word lists are looked up by.
///
/// The hash is 32-bit FNV-1a; `training/gazetteer.py` computes the same.
enum FoldedKey {
    static let offsetBasis: UInt32 = 2_166_136_261
    static let prime: UInt32 = 16_777_619

    @inline(__always)
    static func add(_ byte: UInt8, to hash: inout UInt32) {
        hash = (hash ^ UInt32(byte)) &* prime
    }

    /// Base letters of U+00C0 … U+017F, one per scalar; a space where there is none.
    private static let latin: [UInt8] = Array(
        ("aaaaaaaceeeeiiii" + "dnooooo ouuuuyts" + "aaaaaaaceeeeiiii" + "dnooooo ouuuuyty"
            + "aaaaaaccccccccdd" + "ddeeeeeeeeeegggg" + "gggghhhhiiiiiiii" + "iiiijjkkklllllll"
            + "lllnnnnnnnnnoooo" + "oooorrrrrrssssss" + "ssttttttuuuuuuuu" + "uuuuwwyyyzzzzzzs").utf8)

    /// Hash of the folded bytes of `range`.
    static func hash(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> UInt32 {
        var hash = offsetBasis
        forEach(bytes, range) { add($0, to: &hash) }
        return hash
    }

    /// The hashes of words that white space parts.
    static func hashes(_ words: String) -> Set<UInt32> {
        Set(words.split(whereSeparator: \.isWhitespace).map { hash(String($0)) })
    }

    /// The hash of a name's last word: the surname of most people.
    static func ofLastWord(_ name: String) -> UInt32? { name.split(separator: " ").last.map { hash(String($0)) } }

    static func hash(_ text: String) -> UInt32 {
        var text = text
        return text.withUTF8 { hash($0, 0..<$0.count) }
    }

    /// The folded bytes one by one: ASCII letters in lower case, Latin letters without their marks, a typographic
    /// apostrophe as a straight one, everything else as it is.
    @inline(__always)
    static func forEach(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, _ body: (UInt8) -> Void) {
        var offset = range.lowerBound
        while offset < range.upperBound {
            let byte = bytes[offset]
            if byte < 0x80 {
                body(byte &- 0x41 < 26 ? byte | 0x20 : byte)
                offset += 1
            } else if byte >= 0xC3 && byte <= 0xC5 && offset + 1 < range.upperBound {
                let scalar = Int(byte & 0x1F) << 6 | Int(bytes[offset + 1] & 0x3F)
                body(latin[scalar - 0xC0])
                offset += 2
            } else if byte == 0xE2 && offset + 2 < range.upperBound && bytes[offset + 1] == 0x80
                && bytes[offset + 2] == 0x99
            {
                body(0x27)
                offset += 3
            } else {
                body(byte)
                offset += 1
            }
        }
    }

    static func string(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> String {
        var folded: [UInt8] = []
        forEach(bytes, range) { folded.append($0) }
        return String(decoding: folded, as: UTF8.self)
    }
}
