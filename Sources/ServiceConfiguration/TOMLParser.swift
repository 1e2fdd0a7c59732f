/// Reads TOML 1.0 (https://toml.io/en/v1.0.0) into a flat list of keys with their lines, and goes on after a fault, so
/// that all faults of a file are told at once.
///
/// Written here because the file is read again while the service runs: the C++ parser that Swift packages wrap ends the
/// process on a header such as `[=`, and gives no lines for values. Arrays of tables are told as faults: no key has
/// any.
package struct TOMLParser {
    /// A value, as far as configuration keys can use it.
    package enum Value: Sendable, Equatable {
        case string(String)
        /// A number or truth value, as it stands in the file without underscores, hexadecimal and the like as decimal.
        case scalar(String)
        case date(String)
        case array([Value])
        case table
    }

    /// A key with its value, or a section's header (with `.table`).
    package struct Entry: Sendable, Equatable {
        package var path: [String]
        package var value: Value
        /// Counted from 1.
        package var line: Int
    }

    /// What is no TOML.
    package struct Fault: Error, Sendable, Equatable {
        /// Byte offset; becomes `line` and `column` in `faults`.
        var index: Int
        package var message: String
        package var line = 0
        /// Bytes from the line's beginning, counted from 1.
        package var column = 0
    }

    private enum Definition {
        case value, header, implicit, dotted
    }

    package private(set) var entries: [Entry] = []
    package private(set) var faults: [Fault] = []

    let bytes: [UInt8]
    var index = 0
    private let lineStarts: [Int]
    private var section: [String] = []
    private var definitions: [[String]: (kind: Definition, line: Int)] = [:]

    /// Reads all of `bytes`, which hold valid UTF-8.
    package init(_ bytes: [UInt8]) {
        self.bytes = bytes
        lineStarts = [0] + bytes.indices.filter { bytes[$0] == UInt8(ascii: "\n") }.map { $0 + 1 }
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { index = 3 }
        while index < bytes.count {
            let begin = index
            do throws(Fault) {
                try readStatement()
            } catch {
                report(error)
                // Nothing after a fault on its line can be trusted; the next line begins anew.
                index = begin
                skipLine()
            }
        }
    }

    // MARK: Statements

    private mutating func readStatement() throws(Fault) {
        skipSpaces()
        switch peek() {
        case UInt8(ascii: "["): try readHeader()
        case nil, UInt8(ascii: "\n"), UInt8(ascii: "\r"), UInt8(ascii: "#"): break
        default: try readPair(below: section, depth: 0)
        }
        try readLineEnd()
    }

    private mutating func readHeader() throws(Fault) {
        let begin = index
        index += 1
        guard peek() != UInt8(ascii: "[") else {
            // What follows belongs to nothing here; one fault is enough.
            section = ["[["]
            throw Fault(index: begin, message: "lists of sections are not used here; write [section]")
        }
        // Keys below a header that cannot be read belong to no section.
        section = ["["]
        let path = try readKey()
        try expect(UInt8(ascii: "]"), "expected ] after the section's name")
        section = path
        try define(path, .header, at: begin)
        entries.append(Entry(path: path, value: .table, line: line(at: begin)))
    }

    /// `key = value`, also inside an inline table.
    mutating func readPair(below prefix: [String], depth: Int) throws(Fault) {
        let begin = index
        let key = try readKey()
        try expect(UInt8(ascii: "="), "expected = after the key")
        skipSpaces()
        let isKnown = prefix.first?.hasPrefix("[") != true
        let path = prefix + key
        if isKnown {
            for length in prefix.count + 1..<path.count where path.count > prefix.count + 1 {
                try define(Array(path[..<length]), .dotted, at: begin)
            }
            try define(path, .value, at: begin)
        }
        let place = entries.count
        let value = try readValue(path: path, depth: depth)
        guard isKnown else {
            entries.removeLast(entries.count - place)
            return
        }
        entries.insert(Entry(path: path, value: value, line: line(at: begin)), at: place)
    }

    private mutating func define(_ path: [String], _ kind: Definition, at place: Int) throws(Fault) {
        for length in 1..<path.count where kind == .header {
            let parent = Array(path[..<length])
            if let defined = definitions[parent] {
                guard defined.kind != .value else {
                    throw Fault(
                        index: place,
                        message: "\(named(parent)) has a value on line \(defined.line); it cannot be a section too")
                }
            } else {
                definitions[parent] = (.implicit, line(at: place))
            }
        }
        if let defined = definitions[path] {
            let isAllowed =
                (kind == .dotted && defined.kind == .dotted) || (kind == .header && defined.kind == .implicit)
            guard isAllowed else {
                throw Fault(
                    index: place, message: "\(named(path)) stands on line \(defined.line) already; remove one of them")
            }
        }
        definitions[path] = (kind, line(at: place))
    }

    private func named(_ path: [String]) -> String { quotedText(path.joined(separator: ".")) }

    // MARK: Keys

    /// One or more names, joined by points, with the space around them.
    mutating func readKey() throws(Fault) -> [String] {
        var path: [String] = []
        while true {
            skipSpaces()
            let begin = index
            switch peek() {
            case UInt8(ascii: "\""), UInt8(ascii: "'"):
                path.append(try readString(mayBeMultiline: false))
            default:
                while let byte = peek(), Self.isBareKey(byte) { index += 1 }
                guard index > begin else {
                    throw Fault(index: index, message: "expected a key: letters, digits, - and _")
                }
                path.append(String(decoding: bytes[begin..<index], as: UTF8.self))
            }
            skipSpaces()
            guard peek() == UInt8(ascii: ".") else { return path }
            index += 1
        }
    }

    private static func isBareKey(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"),
            UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default: false
        }
    }

    // MARK: Bytes

    func peek(_ offset: Int = 0) -> UInt8? {
        index + offset < bytes.count ? bytes[index + offset] : nil
    }

    mutating func skipSpaces() {
        while let byte = peek(), byte == 0x20 || byte == 0x09 { index += 1 }
    }

    mutating func expect(_ byte: UInt8, _ message: String) throws(Fault) {
        guard peek() == byte else { throw Fault(index: index, message: message) }
        index += 1
    }

    /// A comment, if there is one; stops before the line's end.
    mutating func skipComment() throws(Fault) {
        guard peek() == UInt8(ascii: "#") else { return }
        while let byte = peek(), byte != UInt8(ascii: "\n"),
            !(byte == UInt8(ascii: "\r") && peek(1) == UInt8(ascii: "\n"))
        {
            guard byte >= 0x20 && byte != 0x7F || byte == 0x09 else {
                throw Fault(index: index, message: "a comment holds a control character; remove it")
            }
            index += 1
        }
    }

    /// Steps over a line's end; false when there is none here.
    mutating func skipLineEnd() -> Bool {
        if peek() == UInt8(ascii: "\r"), peek(1) == UInt8(ascii: "\n") {
            index += 2
        } else if peek() == UInt8(ascii: "\n") {
            index += 1
        } else {
            return false
        }
        return true
    }

    private mutating func readLineEnd() throws(Fault) {
        skipSpaces()
        try skipComment()
        guard index == bytes.count || skipLineEnd() else {
            throw Fault(index: index, message: "expected the line's end or a comment; is a quotation mark missing?")
        }
    }

    private mutating func skipLine() {
        while let byte = peek() {
            index += 1
            if byte == UInt8(ascii: "\n") { return }
        }
    }

    private mutating func report(_ fault: Fault) {
        var fault = fault
        fault.line = line(at: fault.index)
        fault.column = fault.index - lineStarts[fault.line - 1] + 1
        faults.append(fault)
    }

    private func line(at place: Int) -> Int {
        var low = 0
        var high = lineStarts.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if lineStarts[middle] <= place { low = middle } else { high = middle }
        }
        return low + 1
    }
}
