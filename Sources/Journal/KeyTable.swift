/// Sequence numbers by key: open addressing, 24 bytes a slot, at most 7/8 of them filled, growing by half: 28 to 42 bytes
/// a key. Numbers begin at 1.
package struct KeyTable {
    private struct Slot {
        var key: EntryKey
        var sequence: UInt64
    }

    private var slots: [Slot] = []
    package private(set) var count = 0
    /// Keys come from outside; a seed of this process keeps anyone from aiming them at one place.
    private let seed = UInt64.random(in: .min ... .max)

    package init() {}

    /// Bytes of memory that the table takes.
    package var memoryBytes: Int { slots.capacity * MemoryLayout<Slot>.stride }

    package subscript(key: EntryKey) -> UInt64? {
        guard !slots.isEmpty else { return nil }
        let sequence = slots[position(of: key)].sequence
        return sequence == 0 ? nil : sequence
    }

    /// - Returns: the number that the key had.
    @discardableResult
    package mutating func update(_ key: EntryKey, _ sequence: UInt64) -> UInt64? {
        if (count + 1) * 8 > slots.count * 7 { resize(to: max(64, slots.count + slots.count / 2)) }
        let position = position(of: key)
        let old = slots[position].sequence
        if old == 0 { count += 1 }
        slots[position] = Slot(key: key, sequence: sequence)
        return old == 0 ? nil : old
    }

    package mutating func remove(_ key: EntryKey) {
        guard !slots.isEmpty else { return }
        var hole = position(of: key)
        guard slots[hole].sequence != 0 else { return }
        count -= 1
        slots[hole].sequence = 0
        // Closes the hole: an entry behind it moves in if its search would begin at or before the hole.
        var next = hole
        while true {
            next = next + 1 == slots.count ? 0 : next + 1
            guard slots[next].sequence != 0 else { return }
            let home = home(of: slots[next].key)
            let distance = next >= home ? next - home : next + slots.count - home
            let gap = next >= hole ? next - hole : next + slots.count - hole
            if distance >= gap {
                slots[hole] = slots[next]
                slots[next].sequence = 0
                hole = next
            }
        }
    }

    /// Removes all keys whose number is in one of the ranges, which ascend.
    package mutating func remove(_ ranges: [Range<UInt64>]) {
        guard !ranges.isEmpty, count > 0 else { return }
        let kept = slots.filter { slot in
            guard slot.sequence != 0 else { return false }
            let index = ranges.partitionPoint { $0.upperBound > slot.sequence }
            return index == ranges.count || !ranges[index].contains(slot.sequence)
        }
        guard kept.count < count else { return }
        slots = []
        count = 0
        guard !kept.isEmpty else { return }
        resize(to: max(64, kept.count * 4 / 3))
        for slot in kept { update(slot.key, slot.sequence) }
    }

    private mutating func resize(to size: Int) {
        let old = slots
        slots = Array(repeating: Slot(key: .none, sequence: 0), count: size)
        for slot in old where slot.sequence != 0 { slots[position(of: slot.key)] = slot }
    }

    private func home(of key: EntryKey) -> Int {
        var hash = (key.high ^ seed) &* 0x9E37_79B9_7F4A_7C15
        hash = (hash ^ (hash >> 32) ^ key.low) &* 0xD6E8_FEB8_6659_FD93
        return Int(hash.multipliedFullWidth(by: UInt64(slots.count)).high)
    }

    /// Where the key is, or the empty slot where it belongs.
    private func position(of key: EntryKey) -> Int {
        var position = home(of: key)
        while slots[position].sequence != 0, slots[position].key != key {
            position = position + 1 == slots.count ? 0 : position + 1
        }
        return position
    }
}

/// A `KeyTable` whose latest changes can be taken back as long as they are not committed.
struct KeyIndex {
    private var table = KeyTable()
    private var undo: [(key: EntryKey, old: UInt64?)] = []

    var count: Int { table.count }
    subscript(key: EntryKey) -> UInt64? { table[key] }

    /// A change that is on disk already.
    mutating func load(_ key: EntryKey, _ sequence: UInt64) { table.update(key, sequence) }

    mutating func append(_ key: EntryKey, _ sequence: UInt64) {
        undo.append((key, table.update(key, sequence)))
    }

    mutating func commit() { undo.removeAll(keepingCapacity: true) }

    mutating func rollBack() {
        for (key, old) in undo.reversed() {
            if let old { table.update(key, old) } else { table.remove(key) }
        }
        undo.removeAll()
    }

    mutating func remove(_ ranges: [Range<UInt64>]) { table.remove(ranges) }
}
