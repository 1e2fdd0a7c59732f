internal import CGazetteer

/// Given names, surnames and places, read in place from the embedded table.
struct Gazetteer: @unchecked Sendable {
    // unchecked: the pointer is to constant data of the program itself

    struct Flags: OptionSet {
        let rawValue: UInt16
        static let maleName = Flags(rawValue: 1)
        static let femaleName = Flags(rawValue: 2)
        static let surname = Flags(rawValue: 4)
        static let country = Flags(rawValue: 8)
        static let state = Flags(rawValue: 16)
        static let city = Flags(rawValue: 32)
        static let givenName: Flags = [.maleName, .femaleName]
        static let place: Flags = [.country, .state, .city]
    }

    static let shared = Gazetteer()

    private let bytes: UnsafeBufferPointer<UInt8>
    private let mask: Int

    private init() {
        let start = UnsafeRawPointer(quoted_gazetteer_bytes()).assumingMemoryBound(to: UInt8.self)
        bytes = UnsafeBufferPointer(start: start, count: quoted_gazetteer_size)
        mask = bytes.count >= 8 ? Self.word(bytes, 4) - 1 : -1
    }

    private static func word(_ bytes: UnsafeBufferPointer<UInt8>, _ offset: Int) -> Int {
        Int(bytes[offset]) | Int(bytes[offset + 1]) << 8 | Int(bytes[offset + 2]) << 16 | Int(bytes[offset + 3]) << 24
    }

    /// What is known of a folded key (words joined by one space) whose hash is `hash`.
    subscript(folded key: [UInt8], hash: UInt32) -> Flags {
        guard mask >= 0 else { return [] }
        var slot = Int(hash) & mask
        while true {
            let entry = Self.word(bytes, 8 + 4 * slot)
            if entry == 0 { return [] }
            if Int(bytes[entry]) == key.count {
                let start = entry + 3
                var same = true
                for position in 0..<key.count where bytes[start + position] != key[position] {
                    same = false
                    break
                }
                if same { return Flags(rawValue: UInt16(bytes[entry + 1]) | UInt16(bytes[entry + 2]) << 8) }
            }
            slot = (slot + 1) & mask
        }
    }

    subscript(_ text: String) -> Flags {
        var text = text
        return text.withUTF8 { utf8 in
            var key: [UInt8] = []
            FoldedKey.forEach(utf8, 0..<utf8.count) { key.append($0) }
            return self[folded: key, FoldedKey.hash(utf8, 0..<utf8.count)]
        }
    }
}
