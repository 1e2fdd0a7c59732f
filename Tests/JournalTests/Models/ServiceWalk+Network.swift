import Pipeline
import TestSupport

extension ServiceWalk {
    /// What is under way between dispatcher and workers. It arrives in any order, twice, late, or not at all.
    struct Network {
        struct Job {
            var id: JobID
            var worker: WorkerID
            var stage: Int
            var work: [Int]
        }

        enum Message {
            case ready(WorkerID, stage: Int, credit: Int)
            case alive(WorkerID)
            case result(WorkerID, JobID, stage: Int, work: Int)
            case failure(WorkerID, JobID, stage: Int)
            case goodbye(WorkerID)

            var sender: WorkerID {
                switch self {
                case .ready(let id, _, _), .alive(let id), .result(let id, _, _, _), .failure(let id, _, _), .goodbye(let id): id
                }
            }
        }

        var jobs: [Job] = []
        var messages: [Message] = []
        /// Workers that live, with their stages.
        var workers: [(id: WorkerID, stage: Int)] = []
        var nextWorker: UInt16 = 0

        /// The dispatcher is another one: its connections are gone, what workers have said may still come.
        mutating func breakUp(_ random: inout SeededGenerator) {
            jobs = []
            if random.chance(50) { messages = [] }
            if random.chance(50) { workers = [] }
        }
    }

    private func isAlive(_ id: WorkerID) -> Bool { network.workers.contains { $0.id == id } }

    /// A worker offers itself, or one that is there says so again, with other credit.
    mutating func recruit() {
        lastStep = "recruit"
        while network.workers.count < 6 || network.workers.count < 9 && random.chance(30) {
            network.nextWorker &+= 1
            let id = WorkerID([UInt8(network.nextWorker >> 8), UInt8(truncatingIfNeeded: network.nextWorker)])
            let stage = network.workers.count < Self.stages.count ? network.workers.count : random.below(Self.stages.count)
            network.workers.append((id, stage))
            network.messages.append(.ready(id, stage: stage, credit: 1 + random.below(8)))
        }
        for worker in network.workers {
            if random.chance(40) { network.messages.append(.ready(worker.id, stage: worker.stage, credit: 1 + random.below(8))) }
            network.messages.append(.alive(worker.id))
        }
    }

    mutating func workerDies() {
        guard !network.workers.isEmpty else { return }
        let worker = network.workers.remove(at: random.below(network.workers.count))
        // A heartbeat of the dead.
        if random.chance(50) { network.messages.append(.alive(worker.id)) }
        if random.chance(30) { network.messages.append(.goodbye(worker.id)) }
        count(.deaths)
    }

    mutating func assign() {
        lastStep = "assign"
        while let assignment = state.nextAssignment(now: now) {
            network.jobs.append(
                .init(id: assignment.job.id, worker: assignment.worker, stage: assignment.job.stage, work: assignment.job.payload))
        }
    }

    mutating func deliverToWorker() {
        lastStep = "deliver to worker"
        guard !network.jobs.isEmpty else { return }
        let index = random.below(network.jobs.count)
        let job = network.jobs[index]
        if random.chance(96) { network.jobs.remove(at: index) } else { count(.repeated) }
        guard isAlive(job.worker) else { return }
        let article = job.work[0]
        if Self.kills(article), job.stage == 0, random.chance(80) {
            network.workers.removeAll { $0.id == job.worker }
            count(.deaths)
            return
        }
        if job.stage == Self.stages.count - 1 {
            sinking.append(job)
        } else if Self.isRefused(article) || random.chance(2) {
            network.messages.append(.failure(job.worker, job.id, stage: job.stage))
        } else {
            network.messages.append(.result(job.worker, job.id, stage: job.stage, work: article * 10 + job.stage))
        }
    }

    mutating func deliverToDispatcher() throws {
        lastStep = "deliver to dispatcher"
        guard !network.messages.isEmpty else { return }
        let index = random.below(network.messages.count)
        let message = network.messages[index]
        if random.chance(96) { network.messages.remove(at: index) } else { count(.repeated) }
        // A message is lost only with its worker's connection, which counts as a death.
        if random.below(400) == 0 { return network.workers.removeAll { $0.id == message.sender } }
        switch message {
        case .ready(let worker, let stage, let credit):
            state.ready(worker, name: "", stage: Self.stages[stage], credit: credit, now: now)
        case .alive(let worker): state.heard(worker, now: now)
        case .goodbye(let worker):
            for outcome in state.goodbye(worker, now: now) { try record(outcome) }
        case .failure(let worker, let job, let stage):
            let outcome = state.failure(of: job, stage: Self.stages[stage], from: worker, reason: "refused", now: now)
            if let outcome { try record(outcome) } else { count(.stale) }
        case .result(let worker, let job, let stage, let work):
            let outcome = state.result(of: job, stage: Self.stages[stage], from: worker, now: now) { payload in
                payload.append(work)
                return 8
            }
            if let outcome { try record(outcome) } else { count(.stale) }
        }
    }
}
