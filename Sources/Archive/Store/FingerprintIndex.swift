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
