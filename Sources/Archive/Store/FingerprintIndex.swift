internal import SQLite

/// Which quotations have a fingerprint: the latest few of each, so that a common phrase costs no more than a rare one.
protocol FingerprintIndex {
    /// The quotations listed so far, after which the new one is listed too.
    mutating func visit(_ hash: UInt32, adding quotation: Int64) throws -> [Int64]
    mutating func remove(_ hash: UInt32, _ quotation: Int64) throws
}

enum FingerprintList {
    static let limit = 16
}

/// The index in the archive's own table.
struct StoredFingerprintIndex: FingerprintIndex {
    private let select: Statement
    private let insert: Statement
    private let delete: Statement

    init(_ database: Database) throws {
        select = try database.prepare("SELECT quotation FROM fingerprints WHERE hash = ? ORDER BY quotation DESC")
        insert = try database.prepare("INSERT OR IGNORE INTO fingerprints VALUES (?, ?)")
        delete = try database.prepare("DELETE FROM fingerprints WHERE hash = ? AND quotation = ?")
    }

    func visit(_ hash: UInt32, adding quotation: Int64) throws -> [Int64] {
        var listed: [Int64] = []
        select.bind(1, Int64(hash))
        while try select.step() { listed.append(select.integer(0)) }
        if listed.count >= FingerprintList.limit, let oldest = listed.last {
            guard oldest < quotation else { return listed }
            try remove(hash, oldest)
        }
        insert.bind(1, Int64(hash))
        insert.bind(2, quotation)
        try insert.run()
        return listed
    }

    func remove(_ hash: UInt32, _ quotation: Int64) throws {
        delete.bind(1, Int64(hash))
        delete.bind(2, quotation)
        try delete.run()
    }
}

/// The same in memory, about a hundred bytes a quotation, for a rebuild: written to the table in the end, in its order.
final class MemoryFingerprintIndex: FingerprintIndex {
    private struct Link {
        var quotation: Int64
        var next: Int32
    }

    private var heads: [UInt32: Int32] = [:]
    private var links: [Link] = []
    private var free: [Int32] = []

    func visit(_ hash: UInt32, adding quotation: Int64) -> [Int64] {
        var listed = list(hash)
        listed.sort(by: >)
        if listed.count >= FingerprintList.limit, let oldest = listed.last {
            guard oldest < quotation else { return listed }
            remove(hash, oldest)
        }
        let link = Link(quotation: quotation, next: heads[hash] ?? -1)
        if let place = free.popLast() {
            links[Int(place)] = link
            heads[hash] = place
        } else {
            heads[hash] = Int32(links.count)
            links.append(link)
        }
        return listed
    }

    func remove(_ hash: UInt32, _ quotation: Int64) {
        guard let head = heads[hash] else { return }
        var before: Int32 = -1
        var place = head
        while place >= 0, links[Int(place)].quotation != quotation {
            before = place
            place = links[Int(place)].next
        }
        guard place >= 0 else { return }
        let next = links[Int(place)].next
        if before >= 0 { links[Int(before)].next = next } else { heads[hash] = next < 0 ? nil : next }
        free.append(place)
    }

    /// Fills the table, which is empty.
    func store(in database: Database) throws {
        let insert = try database.prepare("INSERT INTO fingerprints VALUES (?, ?)")
        for hash in heads.keys.sorted() {
            for quotation in list(hash).sorted() {
                insert.bind(1, Int64(hash))
                insert.bind(2, quotation)
                try insert.run()
            }
        }
    }

    private func list(_ hash: UInt32) -> [Int64] {
        var listed: [Int64] = []
        var place = heads[hash] ?? -1
        while place >= 0 {
            listed.append(links[Int(place)].quotation)
            place = links[Int(place)].next
        }
        return listed
    }
}
