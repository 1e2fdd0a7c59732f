/// The closed word lists as one hash table; built once, shared.
struct Lexicon: Sendable {
    struct Entry: Sendable {
        var classes: WordClass
        var cue: CueFrames
        static let none = Entry(classes: [], cue: [])
    }

    static let shared = Lexicon()

    private let slots: [Int32]
    private let keys: [[UInt8]]
    private let entries: [Entry]
    private let mask: Int

    private init() {
        var collected: [String: Entry] = [:]
        for (classes, words) in Self.wordLists {
            for word in words.split(whereSeparator: { $0 == " " || $0 == "\n" }) {
                collected[String(word), default: .none].classes.formUnion(classes)
            }
        }
        for (word, frames) in CueLexicon.forms { collected[word, default: .none].cue.formUnion(frames) }
        var size = 1
        while size < collected.count * 2 { size *= 2 }
        var slots = [Int32](repeating: -1, count: size)
        var keys: [[UInt8]] = []
        var entries: [Entry] = []
        for (word, entry) in collected {
            var slot = Int(FoldedKey.hash(word)) & (size - 1)
            while slots[slot] >= 0 { slot = (slot + 1) & (size - 1) }
            slots[slot] = Int32(keys.count)
            keys.append(Array(word.utf8))
            entries.append(entry)
        }
        (self.slots, self.keys, self.entries, mask) = (slots, keys, entries, size - 1)
    }

    /// The entry of the word at `range` whose folded hash is `key`.
    subscript(key: UInt32, bytes: UnsafeBufferPointer<UInt8>, range: Range<Int>) -> Entry {
        var slot = Int(key) & mask
        while slots[slot] >= 0 {
            let index = Int(slots[slot])
            if Self.matches(keys[index], bytes, range) { return entries[index] }
            slot = (slot + 1) & mask
        }
        return .none
    }

    private static func matches(_ key: [UInt8], _ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> Bool {
        var position = 0
        var same = true
        FoldedKey.forEach(bytes, range) { byte in
            if position < key.count, key[position] == byte { position += 1 } else { same = false }
        }
        return same && position == key.count
    }
}
