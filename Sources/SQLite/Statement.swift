internal import CSQLite

/// A compiled statement. Parameters count from 1, columns from 0, as in SQLite.
package final class Statement {
    private let handle: OpaquePointer
    private let database: Database

    init(_ sql: String, on database: Database) throws(SQLiteError) {
        var compiled: OpaquePointer?
        guard sqlite3_prepare_v3(database.handle, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &compiled, nil) == SQLITE_OK,
            let compiled
        else { throw database.lastError() }
        handle = compiled
        self.database = database
    }

    deinit { sqlite3_finalize(handle) }

    // MARK: Parameters

    package func bind(_ parameter: Int32, _ value: Int64?) {
        if let value { sqlite3_bind_int64(handle, parameter, value) } else { sqlite3_bind_null(handle, parameter) }
    }

    package func bind(_ parameter: Int32, _ value: Int) { sqlite3_bind_int64(handle, parameter, Int64(value)) }

    package func bind(_ parameter: Int32, _ value: Double) { sqlite3_bind_double(handle, parameter, value) }

    package func bind(_ parameter: Int32, _ value: String?) {
        guard var value else {
            sqlite3_bind_null(handle, parameter)
            return
        }
        value.withUTF8 { utf8 in
            // An empty buffer may have no address, which would bind NULL.
            guard let start = utf8.baseAddress, !utf8.isEmpty else {
                sqlite3_bind_text(handle, parameter, "", 0, quoted_sqlite_transient())
                return
            }
            start.withMemoryRebound(to: CChar.self, capacity: utf8.count) { text in
                _ = sqlite3_bind_text64(
                    handle, parameter, text, UInt64(utf8.count), quoted_sqlite_transient(), UInt8(SQLITE_UTF8))
            }
        }
    }

    // MARK: Rows

    /// Goes to the next row; false at the end, after which the statement can run again.
    package func step() throws(SQLiteError) -> Bool {
        switch sqlite3_step(handle) {
        case SQLITE_ROW: return true
        case SQLITE_DONE:
            sqlite3_reset(handle)
            return false
        default:
            let error = database.lastError()
            sqlite3_reset(handle)
            throw error
        }
    }

    /// Runs to the end, whatever rows there are.
    package func run() throws(SQLiteError) {
        while try step() {}
    }

    /// Ends a run early.
    package func reset() { sqlite3_reset(handle) }

    package func isNull(_ column: Int32) -> Bool { sqlite3_column_type(handle, column) == SQLITE_NULL }

    package func integer(_ column: Int32) -> Int64 { sqlite3_column_int64(handle, column) }

    package func double(_ column: Int32) -> Double { sqlite3_column_double(handle, column) }

    /// Nil for NULL.
    package func text(_ column: Int32) -> String? {
        guard let bytes = sqlite3_column_text(handle, column) else { return nil }
        let count = Int(sqlite3_column_bytes(handle, column))
        return String(decoding: UnsafeBufferPointer(start: bytes, count: count), as: UTF8.self)
    }
}
