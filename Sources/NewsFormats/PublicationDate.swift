internal import NewsModel

/// RFC 3339 dates, taken as they come: a date alone, or with a time, with or without its offset from UTC.
package enum PublicationDate {
    /// What a date means.
    package struct Moment: Sendable, Hashable {
        /// Seconds since 1970-01-01T00:00:00Z; of a date alone its first, and without an offset as in UTC.
        package var seconds: Int
        /// Whether it is a date alone.
        package var isDay: Bool
    }

    package static func isValid(_ text: String) -> Bool { moment(text) != nil }

    /// Nil when the text is no date.
    package static func moment(_ text: String) -> Moment? {
        var bytes = Substring(text).utf8
        guard let year = number(&bytes, digits: 4), skip(&bytes, "-"), let month = number(&bytes, digits: 2),
            skip(&bytes, "-"), let day = number(&bytes, digits: 2)
        else { return nil }
        guard (1...12).contains(month), (1...days(in: month, of: year)).contains(day) else { return nil }
        let midnight = CivilDate(year: year, month: month, day: day).dayNumber * 86_400
        if bytes.isEmpty { return Moment(seconds: midnight, isDay: true) }
        guard skip(&bytes, "Tt "), let hour = number(&bytes, digits: 2), skip(&bytes, ":"),
            let minute = number(&bytes, digits: 2), hour <= 23, minute <= 59
        else { return nil }
        var seconds = midnight + hour * 3_600 + minute * 60
        if skip(&bytes, ":") {
            guard let second = number(&bytes, digits: 2), second <= 60 else { return nil }
            seconds += second
            if skip(&bytes, ".") {
                let fraction = bytes.prefix { $0 >= 0x30 && $0 <= 0x39 }
                guard !fraction.isEmpty, fraction.count <= 9 else { return nil }
                bytes = bytes.dropFirst(fraction.count)
            }
        }
        if bytes.isEmpty { return Moment(seconds: seconds, isDay: false) }
        if skip(&bytes, "Zz") { return bytes.isEmpty ? Moment(seconds: seconds, isDay: false) : nil }
        let isWest = bytes.first == UInt8(ascii: "-")
        guard skip(&bytes, "+-"), let hours = number(&bytes, digits: 2), hours <= 23 else { return nil }
        _ = skip(&bytes, ":")
        guard let minutes = number(&bytes, digits: 2), minutes <= 59, bytes.isEmpty else { return nil }
        let offset = hours * 3_600 + minutes * 60
        return Moment(seconds: isWest ? seconds + offset : seconds - offset, isDay: false)
    }

    private static func days(in month: Int, of year: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    private static func number(_ bytes: inout Substring.UTF8View, digits: Int) -> Int? {
        var value = 0
        for _ in 0..<digits {
            guard let byte = bytes.first, byte >= 0x30, byte <= 0x39 else { return nil }
            value = value * 10 + Int(byte - 0x30)
            bytes = bytes.dropFirst()
        }
        return value
    }

    private static func skip(_ bytes: inout Substring.UTF8View, _ choices: String) -> Bool {
        guard let byte = bytes.first, choices.utf8.contains(byte) else { return false }
        bytes = bytes.dropFirst()
        return true
    }
}
