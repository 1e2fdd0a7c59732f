internal import Glibc

/// A point of the monotonic clock, in nanoseconds; `forever` never comes.
struct MonotonicTime: Comparable {
    let nanoseconds: UInt64

    static let forever = MonotonicTime(nanoseconds: .max)

    static var now: MonotonicTime {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return MonotonicTime(nanoseconds: UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec))
    }

    static func < (left: MonotonicTime, right: MonotonicTime) -> Bool { left.nanoseconds < right.nanoseconds }

    /// Saturates: a duration of centuries is forever, a negative one is none.
    static func + (time: MonotonicTime, duration: Duration) -> MonotonicTime {
        let (seconds, attoseconds) = duration.components
        guard seconds >= 0, attoseconds >= 0 else { return time }
        let (whole, overflow) = UInt64(seconds).multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, overflow2) = whole.addingReportingOverflow(UInt64(attoseconds / 1_000_000_000))
        let (total, overflow3) = time.nanoseconds.addingReportingOverflow(sum)
        return overflow || overflow2 || overflow3 ? .forever : MonotonicTime(nanoseconds: total)
    }

    /// Rounded up, so that whoever sleeps this long does not wake before the time; -1 for `forever`, as poll(2) has it.
    var millisecondsFromNow: Int {
        guard self != .forever else { return -1 }
        let now = MonotonicTime.now.nanoseconds
        guard nanoseconds > now else { return 0 }
        return Int((nanoseconds - now - 1) / 1_000_000 + 1)
    }
}
