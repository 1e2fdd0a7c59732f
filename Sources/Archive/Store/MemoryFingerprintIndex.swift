internal import SQLite

/// The index in memory, about a hundred bytes a quotation, for a rebuild: written to the table in the end, in its order.
///
/// An open hash table with linear probing whose slots hold the hash and the place of a list's first link.
final class MemoryFingerprintIndex: FingerprintIndex {
    private struct Link {
        var holder: FingerprintHolder
        var next: Int32
    }

    /// The hash in the upper half, one more than the first link's place in the lower: 0 for a free slot, and a lower half
    /// of 0 for a hash whose list is empty again.
    private var slots = [UInt64](repeating: 0, count: 1 << 16)
    private var shift: UInt32 = 16
    private var used = 0
    private var links: [Link] = []
    private var free: [Int32] = []

    func visit(_ hash: UInt32, adding holder: FingerprintHolder, found: inout [FingerprintHolder]) {
        if used * 4 > slots.count * 3 { grow() }
        let slot = slot(of: hash)
        var count = 0
        var oldest = Int64.max
        var place = Self.first(slots[slot])
        while place >= 0 {
            let link = links[Int(place)]
            found.append(link.holder)
            oldest = min(oldest, link.holder.quotation)
            count += 1
            place = link.next
        }
        if count >= FingerprintList.limit {
            guard oldest < holder.quotation else { return }
            remove(oldest, from: slot)
        }
        let link = Link(holder: holder, next: Self.first(slots[slot]))
        if let place = free.popLast() {
            links[Int(place)] = link
            set(slot, hash, first: place)
        } else {
            set(slot, hash, first: Int32(links.count))
            links.append(link)
        }
    }

    func remove(_ hash: UInt32, _ quotation: Int64) { remove(quotation, from: slot(of: hash)) }

    /// Fills the table, which is empty.
    func store(in database: Database) throws {
        let insert = try database.prepare("INSERT INTO fingerprints VALUES (?, ?, ?)")
        for entry in slots.filter({ $0 & 0xFFFF_FFFF != 0 }).sorted() {
            insert.bind(1, Int64(entry >> 32))
            for holder in list(from: Self.first(entry)).sorted(by: { $0.quotation < $1.quotation }) {
                insert.bind(2, holder.quotation)
                insert.bind(3, Int(holder.fingerprints))
                try insert.run()
            }
        }
    }

    // MARK: Slots

    /// Where a hash stands, or would stand.
    private func slot(of hash: UInt32) -> Int {
        var slot = Int((hash &* 0x9E37_79B9) >> (32 - shift))
        while slots[slot] != 0, UInt32(slots[slot] >> 32) != hash { slot = (slot + 1) & (slots.count - 1) }
        return slot
    }

    /// The place of the list's first link, -1 when it is empty.
    private static func first(_ entry: UInt64) -> Int32 { Int32(truncatingIfNeeded: entry & 0xFFFF_FFFF) - 1 }

    private func set(_ slot: Int, _ hash: UInt32, first place: Int32) {
        if slots[slot] == 0 { used += 1 }
        slots[slot] = UInt64(hash) << 32 | UInt64(place + 1)
    }

    private func grow() {
        let old = slots
        shift += 1
        slots = [UInt64](repeating: 0, count: old.count * 2)
        used = 0
        for entry in old where entry & 0xFFFF_FFFF != 0 {
            slots[slot(of: UInt32(entry >> 32))] = entry
            used += 1
        }
    }

    private func list(from first: Int32) -> [FingerprintHolder] {
        var listed: [FingerprintHolder] = []
        var place = first
        while place >= 0 {
            listed.append(links[Int(place)].holder)
            place = links[Int(place)].next
        }
        return listed
    }

    private func remove(_ quotation: Int64, from slot: Int) {
        var before: Int32 = -1
        var place = Self.first(slots[slot])
        while place >= 0, links[Int(place)].holder.quotation != quotation {
            before = place
            place = links[Int(place)].next
        }
        guard place >= 0 else { return }
        let next = links[Int(place)].next
        if before >= 0 {
            links[Int(before)].next = next
        } else {
            set(slot, UInt32(slots[slot] >> 32), first: next)
        }
        free.append(place)
    }
}
