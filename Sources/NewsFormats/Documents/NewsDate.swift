internal import NewsModel

/// Dates as news formats write them, brought to RFC 3339.
enum NewsDate {
    /// The date in RFC 3339: as it stands where it is so already, else from ISO 8601 in its basic form
    /// (`20250604T211000Z`, as NITF and NewsML have it) or from RFC 5322 (`Wed, 4 Jun 2025 21:10:00 GMT`, as RSS has
    /// it). Nil for anything else.
    static func normalised(_ text: String?) -> String? {
        guard let text else { return nil }
        let trimmed = text.split { $0.isWhitespace }.joined(separator: " ")
        guard !trimmed.isEmpty, trimmed.utf8.count <= 64 else { return nil }
        if PublicationDate.isValid(trimmed) { return trimmed }
        let made = (ISODate.parse(trimmed) ?? MailDate.parse(trimmed))?.text
        return made.flatMap { PublicationDate.isValid($0) ? $0 : nil }
    }

    /// The moment in UTC, to the second: `2025-06-04T21:10:00Z`; nil for what is no date.
    static func universal(_ date: String?) -> String? {
        guard let seconds = seconds(date) else { return nil }
        let days = seconds >= 0 ? seconds / 86_400 : (seconds - 86_399) / 86_400
        let time = seconds - days * 86_400
        let date = CivilDate(dayNumber: days)
        let parts = DateParts(
            year: date.year, month: date.month, day: date.day, time: (time / 3600, time / 60 % 60, time % 60, ""), offset: 0)
        return parts.text
    }

    /// Seconds since 1970 of an RFC 3339 date; without a time or an offset, those of midnight or UTC.
    static func seconds(_ date: String?) -> Int? {
        guard let date, let parts = ISODate.parse(date), PublicationDate.isValid(date) else { return nil }
        let days = CivilDate(year: parts.year, month: parts.month, day: parts.day).dayNumber
        let time = parts.time.map { $0.hour * 3600 + $0.minute * 60 + min($0.second, 59) } ?? 0
        return days * 86_400 + time - (parts.offset ?? 0) * 60
    }
}

/// A date with what was given of its time.
private struct DateParts {
    var year: Int
    var month: Int
    var day: Int
    var time: (hour: Int, minute: Int, second: Int, fraction: String)?
    /// From UTC, in minutes.
    var offset: Int?

    var text: String {
        var text = CivilDate.padded(year, 4) + "-" + CivilDate.padded(month, 2) + "-" + CivilDate.padded(day, 2)
        guard let time else { return text }
        text += "T" + CivilDate.padded(time.hour, 2) + ":" + CivilDate.padded(time.minute, 2) + ":" + CivilDate.padded(time.second, 2)
        if !time.fraction.isEmpty { text += "." + time.fraction.prefix(9) }
        guard let offset else { return text }
        guard offset != 0 else { return text + "Z" }
        let size = abs(offset)
        return text + (offset < 0 ? "-" : "+") + CivilDate.padded(size / 60, 2) + ":" + CivilDate.padded(size % 60, 2)
    }
}

/// Takes digits and marks from the front of a text.
private struct DateScanner {
    private var rest: Substring.UTF8View

    init(_ text: String) { rest = Substring(text).utf8 }

    var isAtEnd: Bool { rest.isEmpty }

    mutating func number(_ digits: ClosedRange<Int>) -> Int? {
        let found = rest.prefix(digits.upperBound).prefix { $0 >= 0x30 && $0 <= 0x39 }
        guard digits.contains(found.count) else { return nil }
        rest = rest.dropFirst(found.count)
        return found.reduce(0) { $0 * 10 + Int($1 - 0x30) }
    }

    mutating func digits() -> String {
        let found = rest.prefix { $0 >= 0x30 && $0 <= 0x39 }
        rest = rest.dropFirst(found.count)
        return String(Substring(found))
    }

    mutating func letters() -> String {
        let found = rest.prefix { ($0 | 0x20) >= 0x61 && ($0 | 0x20) <= 0x7A }
        rest = rest.dropFirst(found.count)
        return String(Substring(found)).lowercased()
    }

    mutating func take(_ choices: String) -> UInt8? {
        guard let byte = rest.first, choices.utf8.contains(byte) else { return nil }
        rest = rest.dropFirst()
        return byte
    }

    /// `+hh:mm`, `+hhmm` or `+hh`, in minutes.
    mutating func offset() -> Int? {
        guard let sign = take("+-"), let hours = number(2...2), hours <= 23 else { return nil }
        _ = take(":")
        let minutes = isAtEnd ? 0 : number(2...2) ?? 99
        guard minutes <= 59 else { return nil }
        return (sign == UInt8(ascii: "-") ? -1 : 1) * (hours * 60 + minutes)
    }
}

/// ISO 8601, with or without its dashes and colons.
private enum ISODate {
    static func parse(_ text: String) -> DateParts? {
        var scanner = DateScanner(text)
        guard let year = scanner.number(4...4) else { return nil }
        _ = scanner.take("-")
        guard let month = scanner.number(2...2) else { return nil }
        _ = scanner.take("-")
        guard let day = scanner.number(2...2) else { return nil }
        var parts = DateParts(year: year, month: month, day: day)
        if scanner.isAtEnd { return parts }
        guard scanner.take("Tt ") != nil, let hour = scanner.number(2...2) else { return nil }
        _ = scanner.take(":")
        guard let minute = scanner.number(2...2) else { return nil }
        _ = scanner.take(":")
        let second = scanner.number(2...2) ?? 0
        let fraction = scanner.take(".,") == nil ? "" : scanner.digits()
        parts.time = (hour, minute, second, fraction)
        _ = scanner.take(" ")
        if scanner.isAtEnd { return parts }
        parts.offset = scanner.take("Zz") != nil ? 0 : scanner.offset()
        return parts.offset != nil && scanner.isAtEnd ? parts : nil
    }
}

/// RFC 5322 (and 822): a weekday may stand before, the year may have two digits, zones may have names.
private enum MailDate {
    private static let months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
    private static let zones = [
        "z": 0, "gmt": 0, "ut": 0, "utc": 0, "est": -300, "edt": -240, "cst": -360, "cdt": -300, "mst": -420, "mdt": -360,
        "pst": -480, "pdt": -420, "bst": 60, "cet": 60, "cest": 120,
    ]

    static func parse(_ text: String) -> DateParts? {
        var scanner = DateScanner(text)
        if !scanner.letters().isEmpty {
            _ = scanner.take(",")
            _ = scanner.take(" ")
        }
        guard let day = scanner.number(1...2), scanner.take(" -") != nil,
            let month = months.firstIndex(of: String(scanner.letters().prefix(3))), scanner.take(" -") != nil,
            let year = scanner.number(2...4)
        else { return nil }
        let fullYear = year >= 100 ? year : year < 50 ? 2000 + year : 1900 + year
        var parts = DateParts(year: fullYear, month: month + 1, day: day)
        if scanner.isAtEnd { return parts }
        guard scanner.take(" ") != nil, let hour = scanner.number(1...2), scanner.take(":") != nil,
            let minute = scanner.number(2...2)
        else { return nil }
        let second = scanner.take(":") == nil ? 0 : scanner.number(2...2) ?? 0
        parts.time = (hour, minute, second, "")
        _ = scanner.take(" ")
        if scanner.isAtEnd { return parts }
        // Of a zone that nobody knows the time is kept.
        parts.offset = scanner.offset() ?? zones[scanner.letters()]
        return parts
    }
}
