internal import Glibc
internal import NewsModel

/// A moment of UTC as RFC 3339 writes it, to the millisecond. Works without Foundation's formatters, whose first use
/// costs a service's start milliseconds.
struct Timestamp: CustomStringConvertible {
    /// Seconds since 1970-01-01T00:00:00Z.
    var seconds: Int
    var milliseconds: Int

    /// The present moment.
    static func now() -> Timestamp {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        return Timestamp(seconds: now.tv_sec, milliseconds: now.tv_nsec / 1_000_000)
    }

    /// `2025-06-04T21:10:00.123Z`. Years from 0000 to 9999.
    var description: String {
        var days = seconds / 86400
        var rest = seconds % 86400
        if rest < 0 {
            rest += 86400
            days -= 1
        }
        let time = "\(CivilDate.padded(rest / 3600, 2)):\(CivilDate.padded(rest / 60 % 60, 2)):\(CivilDate.padded(rest % 60, 2))"
        return "\(CivilDate(dayNumber: days).text)T\(time).\(CivilDate.padded(milliseconds, 3))Z"
    }
}

extension Timestamp {
    /// `Sun, 06 Nov 1994 08:49:37 GMT`, as HTTP writes it (RFC 9110, 5.6.7).
    var httpDate: String {
        let dayNumber = Int((Double(seconds) / 86_400).rounded(.down))
        let rest = seconds - dayNumber * 86_400
        let date = CivilDate(dayNumber: dayNumber)
        // 1970-01-01 was a Thursday.
        let weekday = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"][((dayNumber % 7) + 7) % 7]
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let time = [rest / 3_600, rest / 60 % 60, rest % 60].map { CivilDate.padded($0, 2) }.joined(separator: ":")
        return "\(weekday), \(CivilDate.padded(date.day, 2)) \(months[date.month - 1]) \(CivilDate.padded(date.year, 4)) \(time) GMT"
    }
}
