internal import CSQLite

/// What SQLite refused, and why.
package struct SQLiteError: Error, Sendable, Hashable, CustomStringConvertible {
    package enum Kind: Sendable, Hashable {
        /// The file is no database, or it is damaged.
        case damaged
        /// The disk or a quota is full.
        case noSpace
        /// Another connection holds a lock for longer than the patience given.
        case busy
        /// The deadline passed, see `Database.limit(to:)`.
        case interrupted
        /// The file is missing or may not be opened.
        case cannotOpen
        case other
    }

    package let kind: Kind
    /// SQLite's extended result code.
    package let code: Int32
    package let path: String
    package let message: String

    init(code: Int32, path: String, message: String) {
        kind =
            switch code & 0xFF {
            case SQLITE_CORRUPT, SQLITE_NOTADB: .damaged
            case SQLITE_FULL: .noSpace
            case SQLITE_BUSY, SQLITE_LOCKED: .busy
            case SQLITE_INTERRUPT: .interrupted
            case SQLITE_CANTOPEN, SQLITE_PERM, SQLITE_READONLY: .cannotOpen
            default: .other
            }
        self.code = code
        self.path = path
        self.message = message
    }

    package var description: String { "\(path): \(message) (SQLite \(code))" }
}
