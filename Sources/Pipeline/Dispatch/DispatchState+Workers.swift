internal import DequeModule

extension DispatchState {
    /// A worker offers itself, or says again that it is there.
    /// - Parameters:
    ///   - wireVersion: that both speak.
    ///   - release: of its program.
    /// - Returns: false when no stage of that name takes work.
    @discardableResult
    package mutating func ready(
        _ id: WorkerID, name: String, stage: StageName, credit: Int, wireVersion: UInt8 = WireVersion.current,
        release: String = Release.version, now: Moment
    ) -> Bool {
        guard let index = stages.firstIndex(of: stage), credit > 0 else { return false }
        workers.ready(
            id, name: name, stage: index, credit: credit, wireVersion: wireVersion, release: release, now: now)
        return true
    }

    package mutating func heard(_ id: WorkerID, now: Moment) {
        workers.heard(id, now: now)
    }

    /// The worker leaves in good order: what it holds runs elsewhere, nobody is blamed.
    package mutating func goodbye(_ id: WorkerID, now: Moment) -> [Outcome] {
        takeBack(from: id, blaming: nil, now: now)
    }

    /// The worker is gone. The job that it ran may be why; the others only waited.
    package mutating func died(_ id: WorkerID, now: Moment) -> [Outcome] {
        noteLoss(of: id, now: now)
        return takeBack(from: id, blaming: workers[id]?.outstanding.first, now: now)
    }

    /// The worker's connection is gone: as good as dead, and no job is to blame.
    package mutating func disconnected(_ id: WorkerID, now: Moment) -> [Outcome] {
        noteLoss(of: id, now: now)
        return takeBack(from: id, blaming: nil, now: now)
    }

    private mutating func noteLoss(of id: WorkerID, now: Moment) {
        guard let worker = workers[id] else { return }
        lostCounts[worker.stage] += 1
        if lostWorkers.count >= Self.rememberedLosses { lostWorkers.removeFirst() }
        lostWorkers.append(LostWorker(name: worker.name, stage: stages[worker.stage], time: now))
    }

    /// What a worker tells of its process.
    package mutating func note(_ figures: WorkerFigures, of id: WorkerID) { workers.note(figures, of: id) }

    /// The next job to send, if a job waits and a worker of its stage has credit. Later stages come first, so that what
    /// is nearly done leaves.
    package mutating func nextAssignment(now: Moment) -> Assignment? {
        for stage in stages.indices.reversed() where !queues[stage].isEmpty {
            guard workers.freest(of: stage) != nil else { continue }
            // A job that must avoid the only free worker lets those behind it go first; a short look is enough.
            for position in queues[stage].indices.prefix(16) {
                let id = queues[stage][position]
                guard var job = jobs[id], let worker = workers.freest(of: stage, avoiding: job.shunned) else {
                    continue
                }
                queues[stage].remove(at: position)
                let holder = workers.assign(id, of: stage, to: worker)
                job.holder = holder
                job.deadline = now + policy.lease
                job.assigned = now
                jobs[id] = job
                return Assignment(job: job, worker: holder, attempt: job.failures + job.deaths + 1)
            }
        }
        return nil
    }

    package func knows(_ id: WorkerID) -> Bool { workers[id] != nil }

    /// The version of messages that a worker speaks; nil if it is not known.
    package func wireVersion(of id: WorkerID) -> UInt8? { workers[id]?.wireVersion }

    /// Whether workers are there for every stage.
    package var isStaffed: Bool { workers.stages.allSatisfy { !$0.isEmpty } }

    /// Routing ids of all workers, to send them heartbeats.
    package var workerIDs: [WorkerID] { workers.all.map(\.id) }

    /// Every worker, by stage and in the order of arrival.
    package var workerReport: [WorkerReport] {
        workers.all.map { worker in
            WorkerReport(
                name: worker.name, stage: stages[worker.stage], credit: worker.credit,
                outstanding: worker.outstanding.count, wireVersion: worker.wireVersion, release: worker.release,
                done: worker.done, failed: worker.failed, latency: worker.latency,
                heldSince: worker.outstanding.lazy.compactMap { jobs[$0]?.assigned }.min(), lastHeard: worker.lastHeard,
                figures: worker.figures)
        }
    }
}

extension DispatchState {
    private mutating func takeBack(from id: WorkerID, blaming blamed: JobID?, now: Moment) -> [Outcome] {
        guard let worker = workers.remove(id) else { return [] }
        var outcomes: [Outcome] = []
        // Newest first, each to the front of the queue: the oldest ends up foremost.
        for jobID in worker.outstanding.reversed() {
            guard var job = jobs[jobID], job.holder == id else { continue }
            if jobID == blamed { job.deaths += 1 }
            if job.deaths >= policy.deaths, job.kind == .article, job.stage < stages.count - 1 {
                remove(job)
                outcomes.append(
                    .deadLetter(
                        job, stage: job.stage, reason: "\(job.deaths) workers died while this article ran",
                        tries: job.deaths))
            } else {
                requeue(job, now: now)
                outcomes.append(
                    .retried(jobID, stage: job.stage, reason: blamed == nil ? "worker left" : "worker lost"))
            }
        }
        return outcomes
    }
}
