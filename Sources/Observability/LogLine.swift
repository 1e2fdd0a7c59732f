internal import Logging

/// The text of one log message, without its line end.
enum LogLine {
    typealias SortedMetadata = [(key: String, value: Logger.MetadataValue)]

    /// For people. For the journal the time, which it keeps itself, gives way to syslog's priority in angle brackets
    /// (sd-daemon(3)).
    static func text(_ event: LogEvent, label: String, metadata: SortedMetadata, forJournal: Bool) -> String {
        var line = forJournal ? "<\(priority(event.level))>" : "\(Timestamp.now()) "
        line += "\(event.level) \(escaped(label)): \(escaped(event.message.description))"
        for (key, value) in metadata {
            line += " \(escaped(key))=\(plain(value))"
        }
        return line
    }

    /// One JSON object.
    static func json(_ event: LogEvent, label: String, metadata: SortedMetadata) -> String {
        var line = "{\"time\":\"\(Timestamp.now())\",\"level\":\"\(event.level)\",\"logger\":\(quoted(label))"
        line += ",\"message\":\(quoted(event.message.description))"
        if !metadata.isEmpty { line += ",\"metadata\":\(object(metadata))" }
        return line + "}"
    }

    private static func priority(_ level: Logger.Level) -> Int {
        switch level {
        case .trace, .debug: 7
        case .info: 6
        case .notice: 5
        case .warning: 4
        case .error: 3
        case .critical: 2
        }
    }

    private static func plain(_ value: Logger.MetadataValue) -> String {
        switch value {
        case .string(let text): word(text)
        case .stringConvertible(let thing): word(thing.description)
        case .array(let values): "[" + values.map(plain).joined(separator: ",") + "]"
        case .dictionary(let pairs):
            "{" + pairs.sorted { $0.key < $1.key }.map { "\(word($0.key))=\(plain($0.value))" }.joined(separator: ",")
                + "}"
        }
    }

    /// As it is where that is clear, else in quotation marks.
    private static func word(_ text: String) -> String {
        let isPlain = !text.isEmpty && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && !special.contains($0) }
        return isPlain ? text : quoted(text)
    }

    private static let special = Set("\"\\=,[]{}".utf8)

    private static func object(_ pairs: SortedMetadata) -> String {
        "{" + pairs.map { "\(quoted($0.key)):\(json($0.value))" }.joined(separator: ",") + "}"
    }

    private static func json(_ value: Logger.MetadataValue) -> String {
        switch value {
        case .string(let text): quoted(text)
        case .stringConvertible(let thing): quoted(thing.description)
        case .array(let values): "[" + values.map(json).joined(separator: ",") + "]"
        case .dictionary(let pairs): object(pairs.sorted { $0.key < $1.key })
        }
    }

    private static func quoted(_ text: String) -> String {
        "\"" + escaped(text, quotes: true) + "\""
    }

    /// Control characters and those that turn the direction of text, as JSON escapes them; with `quotes`, quotation
    /// marks and backslashes too.
    private static func escaped(_ text: String, quotes: Bool = false) -> String {
        var out = ""
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0x0A: out += "\\n"
            case 0x0D: out += "\\r"
            case 0x09: out += "\\t"
            case 0x22 where quotes: out += "\\\""
            case 0x5C where quotes: out += "\\\\"
            case 0..<0x20, 0x7F..<0xA0, 0x2028...0x202E, 0x2066...0x2069, 0x200E, 0x200F:
                let hex = String(scalar.value, radix: 16, uppercase: true)
                out += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
            default: out.unicodeScalars.append(scalar)
            }
        }
        return out
    }
}
