package import Pipeline

/// What the dispatcher counted since its start, and how things stand.
package struct DispatchFigures: Sendable {
    package struct Stage: Sendable {
        package let name: StageName
        package var received = 0
        package var done = 0
        package var retried = 0
        package var dead = 0
        /// From entering the stage's queue to the result.
        package var latency = LatencyHistogram()
        package var waiting = 0
        package var waitingBytes = 0
        package var running = 0
        package var workers = 0
        /// Workers lost since the start.
        package var lost = 0
        /// How long the oldest of the articles that are here has been in flight.
        package var oldest = Duration.zero
    }

    /// Accepted since the start, and unfinished ones found at the start.
    package var received = 0
    package var published = 0
    package var dead = 0
    package var inFlight = 0
    /// Part of `inFlight`: on disk only, not taken up yet.
    package var backlog = 0
    package var inFlightBytes = 0
    package var isStaffed = false
    /// How long nothing may get done while articles are in flight before that is a fault.
    package var patience = Duration.seconds(40)
    /// How long the oldest article has been in flight since it was taken up.
    package var oldest = Duration.zero
    /// From being taken up to being in the record log.
    package var latency = LatencyHistogram()
    package var stages: [Stage]
    package var workers: [WorkerReport] = []
    /// Those that ask for work and cannot be used.
    package var refused: [RefusedWorkers.Entry] = []
    /// The last workers that were lost, latest at the end.
    package var lostWorkers: [LostWorker] = []
    /// The moment that the figures are of.
    package var now = Moment(nanoseconds: 0)
    package var timeBudget = Duration.seconds(10)
    package var clock = ClockWatch()

    package init(stages: [StageName]) {
        self.stages = stages.map { Stage(name: $0) }
    }
}
