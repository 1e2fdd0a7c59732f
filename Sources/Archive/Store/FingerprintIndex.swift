internal import SQLite

/// A quotation that has a fingerprint.
struct FingerprintHolder {
    var quotation: Int64
    /// Fingerprints that it has in all.
    var fingerprints: Int32
}

/// Which quotations have a fingerprint: the latest few of each, so that a common phrase costs no more than a rare one.
protocol FingerprintIndex {
    /// Adds the quotations listed so far to `found`, in any order; then the new one is listed too.
    mutating func visit(_ hash: UInt32, adding holder: FingerprintHolder, found: inout [FingerprintHolder]) throws
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
        select = try database.prepare("SELECT quotation, total FROM fingerprints WHERE hash = ? ORDER BY quotation DESC")
        insert = try database.prepare("INSERT OR IGNORE INTO fingerprints VALUES (?, ?, ?)")
        delete = try database.prepare("DELETE FROM fingerprints WHERE hash = ? AND quotation = ?")
    }

    func visit(_ hash: UInt32, adding holder: FingerprintHolder, found: inout [FingerprintHolder]) throws {
        let before = found.count
        select.bind(1, Int64(hash))
        while try select.step() {
            found.append(
                FingerprintHolder(quotation: select.integer(0), fingerprints: Int32(truncatingIfNeeded: select.integer(1))))
        }
        if found.count - before >= FingerprintList.limit, let oldest = found.last?.quotation {
            guard oldest < holder.quotation else { return }
            try remove(hash, oldest)
        }
        insert.bind(1, Int64(hash))
        insert.bind(2, holder.quotation)
        insert.bind(3, Int(holder.fingerprints))
        try insert.run()
    }

    func remove(_ hash: UInt32, _ quotation: Int64) throws {
        delete.bind(1, Int64(hash))
        delete.bind(2, quotation)
        try delete.run()
    }
}
