/// The seed and the operator's office holders: tab-separated lines, `#` begins a comment.
package enum SeedFiles {
    /// Lines `kind<TAB>country<TAB>text`; kinds: country, demonym, capital, metonym.
    /// - Throws: `NameLogFault` naming the line.
    package static func places(_ text: String, name: String) throws(NameLogFault) -> [PlaceName] {
        var places: [PlaceName] = []
        for (line, fields) in rows(text) {
            guard fields.count == 3, let kind = PlaceName.Kind(rawValue: fields[0]), fields[1].utf8.count == 2,
                !fields[2].isEmpty
            else {
                throw NameLogFault(
                    "\(name):\(line): expected country, demonym, capital or metonym, a code of two letters and a name, "
                        + "separated by tabs")
            }
            places.append(PlaceName(kind: kind, country: fields[1], text: fields[2]))
        }
        return places
    }

    /// Lines `name<TAB>office<TAB>from<TAB>until`; the dates as 2025-01-20, or empty where the time is open.
    /// - Throws: `NameLogFault` naming the line.
    package static func holders(_ text: String, name: String) throws(NameLogFault) -> [OfficeHolder] {
        var holders: [OfficeHolder] = []
        for (line, row) in rows(text) {
            let fields = row + Array(repeating: "", count: max(0, 4 - row.count))
            func date(_ text: String) throws(NameLogFault) -> Int? {
                if text.isEmpty { return nil }
                guard text.utf8.count == 10, let day = CalendarDay.day(of: text) else {
                    throw NameLogFault("\(name):\(line): \"\(text.prefix(20))\" is no date; write it as 2025-01-20")
                }
                return day
            }
            guard fields.count == 4, fields[0].split(separator: " ").count > 1, !fields[1].isEmpty else {
                throw NameLogFault(
                    "\(name):\(line): expected a full name, an office, and two dates or nothing, separated by tabs")
            }
            let holder = OfficeHolder(name: fields[0], role: fields[1], from: try date(fields[2]), until: try date(fields[3]))
            if let from = holder.from, let until = holder.until, from > until {
                throw NameLogFault("\(name):\(line): the office ends before it begins")
            }
            guard RolePhrase(fields[1], places: PlaceNames()) != nil else {
                throw NameLogFault(
                    "\(name):\(line): \"\(fields[1].prefix(60))\" names no office; write it as \"president of …\" or \"… minister\"")
            }
            holders.append(holder)
        }
        return holders
    }

    private static func rows(_ text: String) -> [(line: Int, fields: [String])] {
        var rows: [(Int, [String])] = []
        // By bytes: to Swift, a carriage return and a line feed are one character.
        for (number, raw) in text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated() {
            let bytes = raw.last == UInt8(ascii: "\r") ? raw.dropLast() : raw
            guard !bytes.isEmpty, bytes.first != UInt8(ascii: "#") else { continue }
            let line = String(decoding: bytes, as: UTF8.self)
            let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map {
                $0.split(separator: " ").joined(separator: " ")
            }
            rows.append((number + 1, fields))
        }
        return rows
    }
}
