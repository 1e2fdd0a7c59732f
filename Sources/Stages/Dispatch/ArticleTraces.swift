internal import DequeModule
package import Pipeline

/// Where the latest articles have been: each stage, when, how long, how it ended. Bounded: the oldest article is
/// forgotten first.
package struct ArticleTraces: Sendable {
    package enum Ending: String, Sendable {
        case done, retried, dead
    }

    package struct Step: Sendable, Hashable {
        /// Index of the stage.
        package let stage: UInt8
        package let ending: Ending
        /// When it ended: milliseconds since 1970.
        package let time: Int64
        /// From entering the stage's queue, in microseconds.
        package let microseconds: Int64
    }

    private let capacity: Int
    private var steps: [JobID: [Step]] = [:]
    private var order: Deque<JobID> = []

    /// - Parameter capacity: articles that are remembered; about 250 bytes each.
    package init(capacity: Int) {
        self.capacity = max(1, capacity)
    }

    package subscript(_ job: JobID) -> [Step] { steps[job] ?? [] }

    package mutating func add(
        _ job: JobID, stage: Int, _ ending: Ending, time: Int64, elapsed: Duration
    ) {
        let step = Step(
            stage: UInt8(clamping: stage), ending: ending, time: time, microseconds: elapsed.nanoseconds / 1_000)
        if steps[job] == nil {
            if order.count >= capacity, let oldest = order.popFirst() { steps[oldest] = nil }
            order.append(job)
            steps[job] = [step]
        } else if let count = steps[job]?.count, count < 64 {
            steps[job]?.append(step)
        }
    }
}
