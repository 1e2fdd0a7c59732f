import Foundation
import SQLite
import Testing

@Suite struct DatabaseTests {
    private func database() throws -> Database { try Database(":memory:", .readWrite) }

    @Test func bindsAndReadsEveryType() throws {
        let database = try database()
        try database.execute("CREATE TABLE t(a, b, c, d, e)")
        let insert = try database.prepare("INSERT INTO t VALUES (?, ?, ?, ?, ?)")
        insert.bind(1, Int64.min)
        insert.bind(2, 0.25)
        insert.bind(3, "Zoë\u{0}x")
        insert.bind(4, "")
        insert.bind(5, nil as String?)
        try insert.run()
        let row = try database.prepare("SELECT a, b, c, d, e FROM t")
        #expect(try row.step())
        #expect(row.integer(0) == .min)
        #expect(row.double(1) == 0.25)
        #expect(row.text(2) == "Zoë\u{0}x")
        #expect(row.text(3) == "" && !row.isNull(3))
        #expect(row.text(4) == nil && row.isNull(4))
        #expect(try !row.step())
    }

    @Test func aTransactionThatThrowsLeavesNothing() throws {
        struct Fault: Error {}
        let database = try database()
        try database.execute("CREATE TABLE t(a)")
        #expect(throws: Fault.self) {
            try database.transaction {
                try database.execute("INSERT INTO t VALUES (1)")
                throw Fault()
            }
        }
        #expect(try database.integer("SELECT count(*) FROM t") == 0)
        try database.transaction { try database.execute("INSERT INTO t VALUES (2)") }
        #expect(try database.integer("SELECT a FROM t") == 2)
    }

    @Test(.timeLimit(.minutes(1))) func whatTakesTooLongIsInterrupted() throws {
        let database = try database()
        database.limit(to: .now + .milliseconds(50))
        let endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
        #expect { try database.integer(endless) } throws: { ($0 as? SQLiteError)?.kind == .interrupted }
        database.limit(to: nil)
        #expect(try database.integer("SELECT 7") == 7)
    }

    @Test func faultsSayWhatAndWhere() throws {
        #expect { try Database("/nowhere/at/all", .readOnly) } throws: { error in
            guard let error = error as? SQLiteError else { return false }
            return error.kind == .cannotOpen && error.description.contains("/nowhere/at/all")
        }
        #expect { try database().execute("SELEC 1") } throws: { "\($0)".contains("syntax error") }
        let path = NSTemporaryDirectory() + "no-database-\(UInt32.random(in: 0 ... .max))"
        try Data("This is a text and no database, whatever its name may say.".utf8).write(to: URL(fileURLWithPath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }
        #expect { try Database(path, .readWrite).integer("SELECT count(*) FROM sqlite_schema") } throws: {
            ($0 as? SQLiteError)?.kind == .damaged
        }
    }
}
