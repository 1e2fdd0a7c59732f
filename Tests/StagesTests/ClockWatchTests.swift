import Pipeline
import Stages
import Testing

struct ClockWatchTests {
    private func moment(_ milliseconds: Int64) -> Moment { Moment(nanoseconds: milliseconds * 1_000_000) }

    @Test func aClockThatGoesAlongIsNoJump() {
        var watch = ClockWatch()
        for step in 0..<100 {
            // Slewed by a tenth, as no time synchronisation does.
            let now = Int64(step) * 250
            #expect(watch.look(now: moment(now), calendar: 1_700_000_000_000 + now * 11 / 10) == nil)
        }
        #expect(watch.jumps == 0)
    }

    @Test func aClockThatIsSetIsAJumpOnce() {
        var watch = ClockWatch()
        #expect(watch.look(now: moment(0), calendar: 10_000_000) == nil)
        #expect(watch.look(now: moment(250), calendar: 13_600_250) == .seconds(3_600))
        #expect(watch.look(now: moment(500), calendar: 13_600_500) == nil)
        #expect(watch.look(now: moment(750), calendar: 10_000_750) == .seconds(-3_600))
        #expect(watch.jumps == 2 && watch.lastJump == .seconds(-3_600) && watch.lastTime == moment(750))
    }
}
