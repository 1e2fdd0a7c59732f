internal import CSQLite

/// One connection to an SQLite file (C API, https://sqlite.org/cintro.html). One owner; calls block.
package final class Database {
    package enum Access: Sendable {
        case readOnly
        /// Created when it is not there.
        case readWrite
    }

    /// Once in the process's life; refused and harmless where something else in it has used SQLite before.
    private static let configuration = quoted_sqlite_count_no_memory()

    let handle: OpaquePointer
    package let path: String
    private let deadline = Deadline()

    /// - Parameter patience: milliseconds to wait for another connection's lock.
    /// - Throws: `SQLiteError`.
    package init(_ path: String, _ access: Access, patience: Int32 = 5_000) throws(SQLiteError) {
        self.path = path
        _ = Self.configuration
        var opened: OpaquePointer?
        let mode = access == .readOnly ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
        // One owner at a time: SQLite's own mutexes would be locked for nothing.
        let code = sqlite3_open_v2(path, &opened, mode | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, nil)
        guard let opened, code == SQLITE_OK else {
            let message = opened.map { String(cString: sqlite3_errmsg($0)) } ?? "out of memory"
            sqlite3_close_v2(opened)
            throw SQLiteError(code: code, path: path, message: message)
        }
        handle = opened
        sqlite3_busy_timeout(opened, patience)
        // Every thousand virtual machine instructions, some tens of microseconds, the deadline is looked at.
        sqlite3_progress_handler(
            opened, 1_000,
            { context in
                guard let context else { return 0 }
                return Unmanaged<Deadline>.fromOpaque(context).takeUnretainedValue().hasPassed ? 1 : 0
            }, Unmanaged.passUnretained(deadline).toOpaque())
    }

    deinit {
        sqlite3_progress_handler(handle, 0, nil, nil)
        // Closes when the last statement is gone.
        sqlite3_close_v2(handle)
    }

    /// What takes longer from now on ends with `.interrupted`; nil lifts the limit.
    package func limit(to instant: ContinuousClock.Instant?) { deadline.instant = instant }

    /// Runs statements that give no rows, separated by semicolons.
    package func execute(_ sql: String) throws(SQLiteError) {
        guard sqlite3_exec(handle, sql, nil, nil, nil) == SQLITE_OK else { throw lastError() }
    }

    /// Compiles one statement; it stays usable as long as it is held.
    package func prepare(_ sql: String) throws(SQLiteError) -> Statement { try Statement(sql, on: self) }

    /// The first column of the first row as a whole number; nil without a row, or for NULL.
    package func integer(_ sql: String) throws(SQLiteError) -> Int64? {
        let statement = try prepare(sql)
        return try statement.step() && !statement.isNull(0) ? statement.integer(0) : nil
    }

    /// The first column of the first row as text; nil without a row, or for NULL.
    package func text(_ sql: String) throws(SQLiteError) -> String? {
        let statement = try prepare(sql)
        return try statement.step() ? statement.text(0) : nil
    }

    /// Runs the body within a transaction that takes the write lock at once; what it throws undoes all of it.
    package func transaction<Value>(_ body: () throws -> Value) throws -> Value {
        try execute("BEGIN IMMEDIATE")
        do {
            let value = try body()
            try execute("COMMIT")
            return value
        } catch {
            // SQLite may have rolled back already, for instance on a full disk.
            if sqlite3_get_autocommit(handle) == 0 { try? execute("ROLLBACK") }
            throw error
        }
    }

    /// Rows that the last INSERT, UPDATE or DELETE changed.
    package var changes: Int { Int(sqlite3_changes(handle)) }

    func lastError() -> SQLiteError {
        SQLiteError(
            code: sqlite3_extended_errcode(handle), path: path, message: String(cString: sqlite3_errmsg(handle)))
    }
}

/// The time after which a connection's statements end.
private final class Deadline {
    var instant: ContinuousClock.Instant?
    var hasPassed: Bool { instant.map { ContinuousClock.now > $0 } ?? false }
}
