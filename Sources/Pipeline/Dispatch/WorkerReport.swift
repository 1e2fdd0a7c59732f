/// How a worker is doing, for operators.
package struct WorkerReport: Sendable {
    package let name: String
    package let stage: StageName
    package let credit: Int
    /// Jobs that it holds.
    package let outstanding: Int
    /// The version of messages that it speaks.
    package let wireVersion: UInt8
    /// Of its program; empty when it does not tell.
    package let release: String
    /// Jobs answered with a result, and with a failure.
    package let done: Int
    package let failed: Int
    /// From a job's being handed out to its result.
    package let latency: LatencyHistogram
    /// Since when it holds the job that it has held longest.
    package let heldSince: Moment?
    package let lastHeard: Moment
    /// What it tells of its process; nil from workers of earlier versions.
    package let figures: WorkerFigures?
}

/// A worker that ended without saying so, or kept silent for too long.
package struct LostWorker: Sendable, Hashable {
    package let name: String
    package let stage: StageName
    package let time: Moment
}
