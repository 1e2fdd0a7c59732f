import Pipeline

/// What `DispatchState` should do, kept in the simplest way: lists that are searched from end to end. It is told every call
/// with its answer, and throws at the first answer that it can't agree with.
struct DispatchModel {
    struct Fault: Error, CustomStringConvertible {
        let description: String
    }

    struct Job {
        let id: JobID
        let kind: DispatcherMessage.JobKind
        var stage: Int
        var bytes: Int
        var failures = 0
        var deaths = 0
        var holder: WorkerID?
        var deadline: Moment?
        var shunned: WorkerID?
    }

    struct Worker {
        let id: WorkerID
        let stage: Int
        var credit: Int
        var outstanding: [JobID] = []
        var lastHeard: Moment
    }

    typealias Outcome = DispatchState<Int>.Outcome

    let stages: [StageName]
    let policy: DispatchPolicy
    var open: [JobID: Job] = [:]
    var workers: [WorkerID: Worker] = [:]
    /// Waiting jobs of each stage, the next one first.
    var queues: [[JobID]]
    var received: Set<JobID> = []
    var finished: Set<JobID> = []
    var dead: Set<JobID> = []

    init(stages: [StageName], policy: DispatchPolicy) {
        self.stages = stages
        self.policy = policy
        queues = Array(repeating: [], count: stages.count)
    }

    func expect(_ condition: Bool, _ message: @autoclosure () -> String) throws {
        if !condition { throw Fault(description: message()) }
    }

    // MARK: Calls

    mutating func admitted(_ id: JobID, kind: DispatcherMessage.JobKind, at stage: Int, bytes: Int, _ answer: Bool)
        throws
    {
        try expect(answer == (open[id] == nil), "admit \(id): \(answer)")
        guard answer else { return }
        open[id] = Job(id: id, kind: kind, stage: stage, bytes: bytes)
        queues[stage].append(id)
        received.insert(id)
    }

    mutating func ready(_ id: WorkerID, stage: Int, credit: Int, now: Moment) {
        if workers[id] == nil {
            workers[id] = Worker(id: id, stage: stage, credit: credit, lastHeard: now)
        } else {
            workers[id]?.credit = credit
            workers[id]?.lastHeard = now
        }
    }

    mutating func heard(_ id: WorkerID, now: Moment) { workers[id]?.lastHeard = now }

    mutating func forgave(now: Moment) {
        for id in workers.keys { workers[id]?.lastHeard = now }
        for (id, job) in open where job.holder != nil { open[id]?.deadline = now + policy.lease }
    }

    mutating func assigned(_ assignment: DispatchState<Int>.Assignment?, now: Moment) throws {
        guard let assignment else {
            for stage in stages.indices {
                try expect(firstFitting(stage) == nil, "a job at \(stage) could be assigned")
            }
            return
        }
        let id = assignment.job.id
        guard let job = open[id] else { throw Fault(description: "assigned \(id), which is not open") }
        guard let worker = workers[assignment.worker] else { throw Fault(description: "assigned to a stranger") }
        try expect(job.holder == nil, "assigned \(id), which is held")
        try expect(worker.stage == job.stage, "assigned \(id) of \(job.stage) to a worker of \(worker.stage)")
        try expect(worker.outstanding.count < worker.credit, "over credit: \(worker)")
        try expect(assignment.attempt == job.failures + job.deaths + 1, "attempt \(assignment.attempt): \(job)")
        let peers = workers.values.filter { $0.stage == job.stage }
        try expect(worker.id != job.shunned || peers.count == 1, "assigned \(id) to the worker that failed it")
        let stage = stages.indices.last { firstFitting($0) != nil }
        try expect(stage == job.stage && firstFitting(job.stage) == id, "not \(id)'s turn")
        let most = peers.filter { $0.id != job.shunned || peers.count == 1 }.map { $0.credit - $0.outstanding.count }
            .max()
        try expect(worker.credit - worker.outstanding.count == most, "another worker had more credit left")
        queues[job.stage].removeAll { $0 == id }
        open[id]?.holder = worker.id
        open[id]?.deadline = now + policy.lease
        workers[worker.id]?.outstanding.append(id)
    }

    mutating func result(
        _ id: JobID, stage: Int, from worker: WorkerID, adding bytes: Int, now: Moment, _ answer: Outcome?
    ) throws {
        heard(worker, now: now)
        release(id, at: stage, by: worker)
        guard var job = open[id], job.stage == stage else {
            return try expect(answer == nil, "a result that no longer counts gave \(String(describing: answer))")
        }
        queues[stage].removeAll { $0 == id }
        if stage == stages.count - 1 {
            guard case .finished(let done) = answer, done.id == id, done.bytes == job.bytes else {
                throw Fault(description: "\(id) should be finished: \(String(describing: answer))")
            }
            open[id] = nil
            finished.insert(id)
        } else {
            guard case .advanced(id, stage, _) = answer else {
                throw Fault(description: "\(id) should advance: \(String(describing: answer))")
            }
            job.stage += 1
            job.bytes += bytes
            job.failures = 0
            job.holder = nil
            job.deadline = nil
            job.shunned = nil
            open[id] = job
            queues[job.stage].append(id)
        }
    }

    mutating func failure(_ id: JobID, stage: Int, from worker: WorkerID, now: Moment, _ answer: Outcome?) throws {
        heard(worker, now: now)
        release(id, at: stage, by: worker)
        guard let job = open[id], job.stage == stage, job.holder == worker else {
            return try expect(answer == nil, "a failure that no longer counts gave \(String(describing: answer))")
        }
        guard let answer else { throw Fault(description: "a failure of \(id) was ignored") }
        try settle(answer, failedBy: worker, saidSo: true)
    }

    mutating func gone(_ id: WorkerID, blaming: Bool, _ outcomes: [Outcome]) throws {
        guard let worker = workers.removeValue(forKey: id) else {
            return try expect(outcomes.isEmpty, "a stranger's departure gave \(outcomes)")
        }
        let held = worker.outstanding.reversed().filter { open[$0]?.holder == id }
        var unique: [JobID] = []
        for id in held where !unique.contains(id) { unique.append(id) }
        try expect(outcomes.map(\.job) == unique, "\(unique) should go back, not \(outcomes)")
        for outcome in outcomes {
            if blaming, outcome.job == worker.outstanding.first { open[outcome.job]?.deaths += 1 }
            try settle(outcome, failedBy: nil)
        }
    }

    mutating func ticked(now: Moment, _ outcomes: [Outcome]) throws {
        var rest = outcomes[...]
        let silent = workers.values.filter { $0.lastHeard + policy.deadAfter < now }
        let held = silent.map { worker in Set(open.values.filter { $0.holder == worker.id }.map(\.id)) }
        // In which order several dead workers are taken is not promised: each one's jobs stand together.
        var left = Array(zip(silent, held))
        while let first = rest.first, let index = left.firstIndex(where: { $0.1.contains(first.job) }) {
            let (worker, jobs) = left.remove(at: index)
            try gone(worker.id, blaming: true, Array(rest.prefix(jobs.count)))
            rest = rest.dropFirst(jobs.count)
        }
        for (worker, _) in left { try gone(worker.id, blaming: true, []) }
        let overdue = open.values.filter { $0.holder != nil && ($0.deadline ?? now) < now }.map(\.id).sorted(by: >)
        try expect(rest.map(\.job) == overdue, "\(overdue) are overdue, not \(rest)")
        for outcome in rest { try settle(outcome, failedBy: open[outcome.job]?.holder) }
    }

    // MARK: Parts

    /// The first of the foremost sixteen that some worker may take.
    private func firstFitting(_ stage: Int) -> JobID? {
        let peers = workers.values.filter { $0.stage == stage }
        let free = peers.filter { $0.outstanding.count < $0.credit }
        return queues[stage].prefix(16).first { id in
            free.contains { peers.count == 1 || $0.id != open[id]?.shunned }
        }
    }

    private mutating func release(_ id: JobID, at stage: Int, by worker: WorkerID) {
        guard workers[worker]?.stage == stage, let position = workers[worker]?.outstanding.firstIndex(of: id) else {
            return
        }
        workers[worker]?.outstanding.remove(at: position)
    }

    /// The job failed (`failedBy`), or its worker went: it dies or waits again.
    private mutating func settle(_ outcome: Outcome, failedBy worker: WorkerID?, saidSo: Bool = false) throws {
        guard var job = open[outcome.job] else { throw Fault(description: "\(outcome): not open") }
        if let worker {
            job.failures += 1
            job.shunned = worker
        }
        let mortal = saidSo || job.kind == .article && job.stage < stages.count - 1
        let spent = worker == nil ? job.deaths >= policy.deaths : job.failures >= policy.tries
        job.holder = nil
        job.deadline = nil
        if mortal && spent {
            guard case .deadLetter(let letter, job.stage, _, let tries) = outcome, letter.bytes == job.bytes,
                tries == (worker == nil ? job.deaths : job.failures)
            else { throw Fault(description: "\(job) should be dead: \(outcome)") }
            open[job.id] = nil
            dead.insert(job.id)
        } else {
            guard case .retried(job.id, job.stage, _) = outcome else {
                throw Fault(description: "\(job) should be tried again: \(outcome)")
            }
            open[job.id] = job
            queues[job.stage].insert(job.id, at: 0)
        }
    }
}

extension DispatchState.Outcome {
    /// The job that this is about.
    var job: JobID {
        switch self {
        case .finished(let job), .deadLetter(let job, _, _, _): job.id
        case .advanced(let id, _, _), .retried(let id, _, _): id
        }
    }
}
