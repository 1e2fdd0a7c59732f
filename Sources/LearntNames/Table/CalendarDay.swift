internal import NewsModel

/// Days since 1970-01-01, the unit in which names are young or old; 0 where no date is known.
package enum CalendarDay {
    package static let unknown = 0

    /// The day of an RFC 3339 date or date and time; nil when it is none or before 1970-01-02.
    package static func day(of text: String?) -> Int? {
        guard let text else { return nil }
        let bytes = Array(text.utf8.prefix(10))
        guard bytes.count == 10, bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-"),
            let year = number(bytes[0..<4]), let month = number(bytes[5..<7]), let day = number(bytes[8..<10]),
            (1...12).contains(month), (1...31).contains(day)
        else { return nil }
        let days = CivilDate(year: year, month: month, day: day).dayNumber
        return days > 0 ? days : nil
    }

    /// The day of milliseconds since 1970.
    package static func day(ofMilliseconds time: Int64) -> Int { max(0, Int(time / 86_400_000)) }

    /// `2025-06-04`; empty for the unknown day.
    package static func text(_ day: Int) -> String {
        guard day != unknown else { return "" }
        return CivilDate(dayNumber: day).text
    }

    private static func number(_ digits: ArraySlice<UInt8>) -> Int? {
        var value = 0
        for digit in digits {
            guard digit >= UInt8(ascii: "0"), digit <= UInt8(ascii: "9") else { return nil }
            value = value * 10 + Int(digit - UInt8(ascii: "0"))
        }
        return value
    }
}
