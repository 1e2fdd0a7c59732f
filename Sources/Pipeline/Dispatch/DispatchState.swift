internal import DequeModule

/// Which job is where: the credit-and-lease protocol without sockets or clocks.
///
/// A worker asks for work by saying how many jobs it can hold (its credit; the zguide's load-balancing pattern with the
/// Paranoid Pirate's heartbeats) and is never given more. An assigned job is leased: it goes back to the front of its
/// stage's queue when the worker dies, leaves, fails or keeps silent. A result counts if its job is still open at that
/// stage, whoever sends it. Every mutating call may leave assignments to be done: `nextAssignment()` hands them out one
/// by one.
package struct DispatchState<Payload: Sendable>: Sendable {
    package struct Job: Sendable {
        package let id: JobID
        package let kind: DispatcherMessage.JobKind
        /// Index into `stages`.
        package internal(set) var stage: Int
        package var payload: Payload
        /// Size that counts against the bound on bytes.
        package internal(set) var bytes: Int
        /// Failures at this stage so far.
        package internal(set) var failures = 0
        /// Workers that died while this job ran.
        package internal(set) var deaths = 0
        package internal(set) var admitted: Moment
        package internal(set) var queued: Moment
        /// When its holder was given it.
        var assigned = Moment(nanoseconds: 0)
        var holder: WorkerID?
        var deadline = Moment(nanoseconds: .max)
        /// The worker that failed it last: another is preferred for the next try.
        var shunned: WorkerID?

        /// Whether a worker has it.
        package var isHeld: Bool { holder != nil }
    }

    /// What became of a job.
    package enum Outcome: Sendable {
        /// The last stage (the sink) has it on disk.
        case finished(Job)
        /// It moved on from this stage, where it waited and ran for `elapsed`.
        case advanced(JobID, from: Int, elapsed: Duration)
        /// It will be tried again.
        case retried(JobID, stage: Int, reason: String)
        case deadLetter(Job, stage: Int, reason: String, tries: Int)
    }

    package struct Assignment: Sendable {
        package let job: Job
        package let worker: WorkerID
        package let attempt: Int
    }

    package let stages: [StageName]
    package var policy: DispatchPolicy
    package internal(set) var jobs: [JobID: Job] = [:]
    /// Sum of `Job.bytes`.
    package internal(set) var openBytes = 0
    var queues: [Deque<JobID>]
    var workers: WorkerRoster
    /// Workers that were lost since the start, by stage.
    package internal(set) var lostCounts: [Int]
    /// The last of them, latest at the end.
    package internal(set) var lostWorkers: [LostWorker] = []
    static var rememberedLosses: Int { 16 }

    /// `stages`: the stages that do work, in order; the last one is the sink.
    package init(stages: [StageName], policy: DispatchPolicy = DispatchPolicy()) {
        self.stages = stages
        self.policy = policy
        queues = Array(repeating: [], count: stages.count)
        workers = WorkerRoster(stageCount: stages.count)
        lostCounts = Array(repeating: 0, count: stages.count)
    }

    // MARK: Jobs

    /// Takes a job in at a stage (the first by default). A job that is already open is left as it is: false.
    @discardableResult
    package mutating func admit(
        _ id: JobID, kind: DispatcherMessage.JobKind = .article, at stage: Int = 0, payload: Payload, bytes: Int,
        now: Moment
    ) -> Bool {
        guard jobs[id] == nil, stages.indices.contains(stage) else { return false }
        jobs[id] = Job(
            id: id, kind: kind, stage: stage, payload: payload, bytes: bytes, admitted: now, queued: now)
        openBytes += bytes
        queues[stage].append(id)
        return true
    }

    /// A worker answered with the job's result. `advance` adds the result to the payload and says how many bytes that
    /// made; it is not called for an answer that no longer counts, which gives nil.
    package mutating func result(
        of id: JobID, stage: StageName, from worker: WorkerID, now: Moment, advance: (inout Payload) -> Int
    ) -> Outcome? {
        let index = stages.firstIndex(of: stage)
        workers.answered(id, at: index, by: worker, now: now)
        // Taken out, not copied, so that `advance` appends to the payload in place.
        guard let index, var job = jobs.removeValue(forKey: id) else { return nil }
        guard job.stage == index else {
            jobs[id] = job
            return nil
        }
        if job.holder == worker { workers.count(job.assigned.duration(to: now), of: worker) }
        unqueue(&job)
        guard index + 1 < stages.count else {
            openBytes -= job.bytes
            return .finished(job)
        }
        let elapsed = job.queued.duration(to: now)
        let added = advance(&job.payload)
        job.bytes += added
        openBytes += added
        job.stage = index + 1
        job.failures = 0
        job.shunned = nil
        job.queued = now
        jobs[id] = job
        queues[job.stage].append(id)
        return .advanced(id, from: index, elapsed: elapsed)
    }

    /// A worker could not do the job.
    package mutating func failure(
        of id: JobID, stage: StageName, from worker: WorkerID, reason: String, now: Moment
    ) -> Outcome? {
        let index = stages.firstIndex(of: stage)
        workers.answered(id, at: index, by: worker, now: now)
        guard let index, let job = jobs[id], job.stage == index, job.holder == worker else { return nil }
        workers.count(nil, of: worker)
        return fail(job, by: worker, reason: reason, isMortal: true, now: now)
    }

    // MARK: Time

    /// Takes back the jobs of dead workers and the leases that ran out.
    package mutating func tick(now: Moment) -> [Outcome] {
        var outcomes: [Outcome] = []
        let silent = workers.all.filter { $0.lastHeard + policy.deadAfter < now }.map(\.id)
        for id in silent { outcomes += died(id, now: now) }
        let overdue = jobs.values.filter { $0.holder != nil && $0.deadline < now }.map(\.id).sorted()
        // Each goes to the front of the queue: the oldest last, so that it ends up foremost.
        for id in overdue.reversed() {
            guard let job = jobs[id], let holder = job.holder else { continue }
            // A sink may wait for its disk however long that takes, and a notice must reach it.
            let isMortal = job.kind == .article && job.stage < stages.count - 1
            let reason = "worker \(workers[holder]?.name ?? "?") did not answer in time"
            outcomes.append(fail(job, by: holder, reason: reason, isMortal: isMortal, now: now))
        }
        return outcomes
    }

    /// After the dispatcher itself stood still (stopped, suspended, swapped out): nobody could be heard, so nobody is
    /// late.
    package mutating func forgiveSilence(now: Moment) {
        workers.allHeard(now: now)
        for (id, job) in jobs where job.holder != nil { jobs[id]?.deadline = now + policy.lease }
    }

    // MARK: Figures

    package var openJobs: Int { jobs.count }

    /// How many jobs wait for a worker of this stage.
    package func waiting(at stage: Int) -> Int { queues[stage].count }

    /// The size of the jobs that wait for a worker of this stage.
    package func waitingBytes(at stage: Int) -> Int {
        queues[stage].reduce(0) { $0 + (jobs[$1]?.bytes ?? 0) }
    }

    /// How many jobs workers of this stage hold.
    package func running(at stage: Int) -> Int {
        workers.stages[stage].reduce(0) { $0 + $1.outstanding.count }
    }

    package func workerCount(at stage: Int) -> Int { workers.stages[stage].count }

    /// When the longest-waiting open job was admitted.
    package var oldestAdmission: Moment? { jobs.values.lazy.map(\.admitted).min() }

    /// For each stage, when the longest-waiting of the jobs that are there was admitted.
    package var oldestAdmissions: [Moment?] {
        var oldest: [Moment?] = Array(repeating: nil, count: stages.count)
        for job in jobs.values { oldest[job.stage] = min(oldest[job.stage] ?? job.admitted, job.admitted) }
        return oldest
    }
}

extension DispatchState {
    /// The job is finished or dead: it leaves.
    mutating func remove(_ job: Job) {
        jobs[job.id] = nil
        openBytes -= job.bytes
    }

    /// Takes the job out of its queue if it waits there (a late result of an earlier holder settled it).
    mutating func unqueue(_ job: inout Job) {
        guard job.holder == nil else {
            job.holder = nil
            return
        }
        if let position = queues[job.stage].firstIndex(of: job.id) { queues[job.stage].remove(at: position) }
    }

    mutating func requeue(_ job: Job, now: Moment) {
        var job = job
        job.holder = nil
        job.deadline = Moment(nanoseconds: .max)
        job.queued = now
        jobs[job.id] = job
        queues[job.stage].prepend(job.id)
    }

    mutating func fail(_ job: Job, by worker: WorkerID, reason: String, isMortal: Bool, now: Moment) -> Outcome {
        var job = job
        job.failures += 1
        job.shunned = worker
        guard job.failures < policy.tries || !isMortal else {
            remove(job)
            return .deadLetter(job, stage: job.stage, reason: reason, tries: job.failures)
        }
        requeue(job, now: now)
        return .retried(job.id, stage: job.stage, reason: reason)
    }
}
