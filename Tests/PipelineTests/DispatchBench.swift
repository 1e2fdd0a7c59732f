import Pipeline

/// A dispatch state with a clock of its own; workers are called by their names. The payload is the list of bytes that
/// each stage added. A class, since the expectations' macro takes no mutating calls.
final class Bench {
    typealias Outcome = DispatchState<[Int]>.Outcome

    var state: DispatchState<[Int]>
    var now = Moment(nanoseconds: 0)

    init(_ policy: DispatchPolicy = DispatchPolicy()) {
        state = DispatchState(stages: [.sentences, .entities, .sink], policy: policy)
    }

    static func id(_ worker: String) -> WorkerID { WorkerID(Array(worker.utf8)) }

    func pass(_ time: Duration) { now = now + time }

    /// - Returns: how many of them were new.
    @discardableResult
    func admit(
        _ ids: ClosedRange<UInt64>, kind: DispatcherMessage.JobKind = .article, at stage: Int = 0, bytes: Int = 100
    ) -> Int {
        ids.count { state.admit(JobID($0), kind: kind, at: stage, payload: [], bytes: bytes, now: now) }
    }

    @discardableResult
    func ready(_ worker: String, _ stage: StageName, credit: Int) -> Bool {
        state.ready(Self.id(worker), name: worker, stage: stage, credit: credit, now: now)
    }

    /// One worker for each stage, called like it.
    func staff() {
        for stage in state.stages { ready(stage.rawValue, stage, credit: 4) }
    }

    /// All assignments that can be made now, as `worker:job`, with `#attempt` if it is not the first.
    func assignAll() -> [String] {
        var made: [String] = []
        while let assignment = state.nextAssignment(now: now) {
            let worker = String(decoding: assignment.worker.routingID, as: UTF8.self)
            let attempt = assignment.attempt == 1 ? "" : "#\(assignment.attempt)"
            made.append("\(worker):\(assignment.job.id.rawValue)\(attempt)")
        }
        return made
    }

    func result(_ job: UInt64, _ stage: StageName, from worker: String, adding bytes: Int = 1) -> Outcome? {
        state.result(of: JobID(job), stage: stage, from: Self.id(worker), now: now) {
            $0.append(bytes)
            return bytes
        }
    }

    func failure(_ job: UInt64, _ stage: StageName, from worker: String) -> Outcome? {
        state.failure(of: JobID(job), stage: stage, from: Self.id(worker), reason: "it broke", now: now)
    }

    func heard(_ worker: String) { state.heard(Self.id(worker), now: now) }

    func tick() -> [String] { state.tick(now: now).map(\.summary) }

    func died(_ worker: String) -> [String] { state.died(Self.id(worker), now: now).map(\.summary) }

    func goodbye(_ worker: String) -> [String] { state.goodbye(Self.id(worker), now: now).map(\.summary) }

    /// How many jobs the worker holds; nil when it is not there.
    func outstanding(_ worker: String) -> Int? { state.workerReport.first { $0.name == worker }?.outstanding }
}

extension DispatchState.Outcome {
    var isAdvance: Bool { if case .advanced = self { true } else { false } }

    /// `kind job reason`, for comparison.
    var summary: String {
        switch self {
        case .finished(let job): "finished \(job.id.rawValue)"
        case .advanced(let id, let stage, _): "advanced \(id.rawValue) from \(stage)"
        case .retried(let id, let stage, let reason): "retried \(id.rawValue) at \(stage): \(reason)"
        case .deadLetter(let job, let stage, let reason, let tries):
            "dead \(job.id.rawValue) at \(stage) after \(tries): \(reason)"
        }
    }
}
