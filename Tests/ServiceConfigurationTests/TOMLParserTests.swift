import ServiceConfiguration
import Testing

@Suite struct TOMLParserTests {
    private func read(_ text: String) -> TOMLParser { TOMLParser(Array(text.utf8)) }

    @Test(arguments: [
        (#""a\tb\u00e9\U0001F642\"\\""#, TOMLParser.Value.string("a\tbé🙂\"\\")),
        (#"'C:\path'"#, .string(#"C:\path"#)), ("\"\"", .string("")), ("''", .string("")),
        ("\"\"\"\na\n\"b\"\"\"\"", .string("a\n\"b\"")), ("'''\r\na\\\r\nb'''", .string("a\\\nb")),
        ("\"\"\"a \\\n\n   b\"\"\"", .string("a b")),
        ("1_000", .scalar("1000")), ("+7", .scalar("+7")), ("-0", .scalar("-0")), ("0xff_Fe", .scalar("65534")),
        ("0o17", .scalar("15")),
        ("0b101", .scalar("5")), ("1.5e-3", .scalar("1.5e-3")), ("6e10", .scalar("6e10")), ("inf", .scalar("inf")),
        ("true", .scalar("true")),
        ("1979-05-27", .date("1979-05-27")), ("1979-05-27 07:32:00.5Z", .date("1979-05-27 07:32:00.5Z")),
        ("07:32:00", .date("07:32:00")),
        ("[]", .array([])),
        ("[ # none\n 'a' , [1, 2,], # two\n]", .array([.string("a"), .array([.scalar("1"), .scalar("2")])])),
        ("[{a = 1}, {}]", .array([.table, .table])), ("{}", .table),
    ])
    func readsValues(text: String, expected: TOMLParser.Value) {
        let parser = read("key = \(text) # end\n")
        #expect(parser.faults.isEmpty, "\(parser.faults)")
        #expect(parser.entries.count == 1)
        #expect(parser.entries.first?.path == ["key"] && parser.entries.first?.value == expected)
    }

    @Test(arguments: [
        "01", "1__0", "_1", "1_", "1.", ".5", "1.e3", "0x", "0xg", "+0x1", "True", "nope", "99999999999999999999",
        "\"a", "'a", "\"a\nb\"", "\"\\q\"",
        "\"\\uD800\"", "\"\\u12\"", "\"\u{7}\"", "[1", "[1 2]", "[,]", "{a = 1", "{a = 1,}", "{a}", "", "1 2", "= 1",
        "\"\"\"a", "1e", "a.b",
        String(repeating: "[", count: 100_000),
    ])
    func tellsWhatIsNoValue(text: String) {
        let parser = read("before = 1\nkey = \(text)")
        #expect(parser.faults.first.map { $0.line >= 2 } == true)
        #expect(parser.entries.first?.path == ["before"] && parser.entries.first?.value == .scalar("1"))
    }

    @Test func readsKeysAndSections() {
        let parser = read("a.\"b c\" . 'd' = 1\n[ x . y ]\n1-_ = {p = 1, q.r = 2}\n[x]\nz = 3\n[x.\"\"]")
        #expect(parser.faults.isEmpty, "\(parser.faults)")
        let seen = parser.entries.map { "\($0.line) \($0.path.joined(separator: "|")) \($0.value)" }
        let expected = [
            #"1 a|b c|d scalar("1")"#, "2 x|y table", "3 x|y|1-_ table", #"3 x|y|1-_|p scalar("1")"#,
            #"3 x|y|1-_|q|r scalar("2")"#,
            "4 x table", #"5 x|z scalar("3")"#, "6 x| table",
        ]
        #expect(seen == expected)
    }

    @Test(arguments: [
        "a = 1\na = 2", "[a]\n[a]", "a = 1\n[a]", "a = 1\n[a.b]", "a.b = 1\n[a]", "[a]\nb.c = 1\n[a.b]",
        "a = {b = 1}\n[a]", "a = {b = 1}\na.c = 2",
        "a = {b = 1, b = 2}", "[a]\nb = 1\n[a.b.c]", "[=\nx = 1", "[]\nx = 1", "[a\nx = 1", "[a] b\nx = 1",
        "[[a]]\nx = 1", "\n\u{0B}", "a\u{1}b", "# \u{1}", "a = 1 \r b",
        "\"\"\"a\"\"\" = 1", ". = 1", "a. = 1", "[a.]", "[.a]", "a b = 1",
    ])
    func refuses(text: String) {
        #expect(read(text).faults.count == 1, "\(read(text).faults) \(read(text).entries)")
    }

    @Test func goesOnAfterAFault() {
        let parser = read("[a]\nb = \nc = 'x\nd = 4\n[\ne = 5\n[f]\ng = [1\nh = 8\n")
        #expect(parser.faults.map(\.line) == [2, 3, 5, 9])
        #expect(parser.faults.map(\.column) == [5, 5, 2, 1])
        #expect(parser.entries.map { $0.path.joined(separator: ".") } == ["a", "a.d", "f", "f.h"])
    }
}
