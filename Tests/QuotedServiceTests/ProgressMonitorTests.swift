import QuotedService
import Testing

struct ProgressMonitorTests {
    @Test func standstillWithArticlesInFlightIsSeen() {
        let start = ContinuousClock.now
        var monitor = ProgressMonitor(patience: .seconds(10))
        let moves1 = monitor.isMoving((done: 0, inFlight: 5), at: start)
        #expect(moves1)
        let moves2 = monitor.isMoving((done: 0, inFlight: 5), at: start + .seconds(9))
        #expect(moves2)
        let moves3 = monitor.isMoving((done: 0, inFlight: 5), at: start + .seconds(11))
        #expect(!moves3)
        let moves4 = monitor.isMoving((done: 1, inFlight: 5), at: start + .seconds(12))
        #expect(moves4)
    }

    @Test func nothingToDoIsNoStandstill() {
        let start = ContinuousClock.now
        var monitor = ProgressMonitor(patience: .seconds(10))
        for second in stride(from: 0, to: 100, by: 5) {
            let moves5 = monitor.isMoving((done: 3, inFlight: 0), at: start + .seconds(second))
            #expect(moves5)
        }
    }
}
