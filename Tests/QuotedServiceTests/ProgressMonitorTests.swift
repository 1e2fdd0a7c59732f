import QuotedService
import Testing

struct ProgressMonitorTests {
    @Test func standstillWithArticlesInFlightIsSeen() {
        let start = ContinuousClock.now
        var monitor = ProgressMonitor(patience: .seconds(10))
        #expect(monitor.isMoving((done: 0, inFlight: 5), at: start))
        #expect(monitor.isMoving((done: 0, inFlight: 5), at: start + .seconds(9)))
        #expect(!monitor.isMoving((done: 0, inFlight: 5), at: start + .seconds(11)))
        #expect(monitor.isMoving((done: 1, inFlight: 5), at: start + .seconds(12)))
    }

    @Test func nothingToDoIsNoStandstill() {
        let start = ContinuousClock.now
        var monitor = ProgressMonitor(patience: .seconds(10))
        for second in stride(from: 0, to: 100, by: 5) {
            #expect(monitor.isMoving((done: 3, inFlight: 0), at: start + .seconds(second)))
        }
    }
}
