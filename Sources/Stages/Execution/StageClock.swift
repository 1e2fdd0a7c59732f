internal import Glibc
package import Pipeline

/// The clocks that stages read: one monotonic, one for the calendar.
package struct StageClock: Sendable {
    /// Monotonic time; it goes on while the process is stopped.
    package var now: @Sendable () -> Moment
    /// Milliseconds since 1970.
    package var calendar: @Sendable () -> Int64

    package init(now: @escaping @Sendable () -> Moment, calendar: @escaping @Sendable () -> Int64) {
        self.now = now
        self.calendar = calendar
    }

    package static let system = StageClock(
        now: {
            var time = timespec()
            clock_gettime(CLOCK_MONOTONIC, &time)
            return Moment(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
        },
        calendar: {
            var time = timespec()
            clock_gettime(CLOCK_REALTIME, &time)
            return Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000
        })
}
