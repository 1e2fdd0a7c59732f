package import Pipeline

/// Notices that the calendar's clock was set, or that the machine slept: that clock then moves by another amount than the
/// monotonic one.
package struct ClockWatch: Sendable {
    /// How often that happened.
    package private(set) var jumps = 0
    /// How far the clock went the last time; negative when it was set back.
    package private(set) var lastJump = Duration.zero
    /// When that was noticed.
    package private(set) var lastTime: Moment?
    private var last: (now: Moment, calendar: Int64)?

    /// What time synchronisation does little by little is less than this between two looks.
    private static let tolerance = Duration.seconds(2)

    package init() {}

    /// To be called regularly.
    /// - Parameter calendar: milliseconds since 1970.
    /// - Returns: how far the clock jumped since the last look, if it did.
    package mutating func look(now: Moment, calendar: Int64) -> Duration? {
        defer { last = (now, calendar) }
        guard let last else { return nil }
        let jump = Duration.milliseconds(calendar - last.calendar) - last.now.duration(to: now)
        guard jump > Self.tolerance || jump < .zero - Self.tolerance else { return nil }
        jumps += 1
        lastJump = jump
        lastTime = now
        return jump
    }
}
