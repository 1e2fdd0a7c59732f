import Pipeline
import TestSupport
import Testing

struct DispatchModelTests {
    #if DEBUG
        static let steps = 80_000
    #else
        static let steps = 400_000
    #endif

    /// Random calls in any order, in many short lives, each of which ends with workers that answer everything.
    @Test func randomCallsAgreeWithTheModel() throws {
        var generator = SeededGenerator.announced()
        var total = Walk.Tally()
        while total.steps < Self.steps * Seeds.scale {
            var walk = Walk(generator: SeededGenerator(seed: generator.next()))
            do {
                for _ in 0..<1000 { try walk.step() }
                try walk.drain()
            } catch {
                Issue.record("step \(total.steps + walk.tally.steps), \(walk.lastCall): \(error)")
                return
            }
            total += walk.tally
        }
        print("\(total)")
        // The walk is only worth something if it comes by everything.
        #expect(total.finished > total.steps / 100)
        #expect(total.dead > 20)
        #expect(total.taken > total.steps / 50)
        #expect(total.late > total.steps / 200)
        #expect(total.leaps > total.steps / 1_000)
    }
}

/// One life of a dispatcher: state and model side by side.
private struct Walk {
    struct Tally: CustomStringConvertible {
        var steps = 0
        var assigned = 0
        var finished = 0
        var dead = 0
        /// Jobs taken back.
        var taken = 0
        /// Answers that no longer counted.
        var late = 0
        /// Leaps of the clock, back and forth.
        var leaps = 0

        static func += (a: inout Tally, b: Tally) {
            a.steps += b.steps
            a.assigned += b.assigned
            a.finished += b.finished
            a.dead += b.dead
            a.taken += b.taken
            a.late += b.late
            a.leaps += b.leaps
        }

        var description: String {
            "\(steps) steps: \(assigned) assignments, \(finished) finished, \(dead) dead, \(taken) taken back, \(late) late, \(leaps) leaps of the clock"
        }
    }

    static let stages: [StageName] = [.sentences, .entities, .attribution, .sink]

    var generator: SeededGenerator
    var state: DispatchState<Int>
    var model: DispatchModel
    var now = Moment(nanoseconds: 0)
    var tally = Tally()
    var lastCall = ""
    private var nextJob: UInt64 = 1

    init(generator: SeededGenerator) {
        self.generator = generator
        let policy = DispatchPolicy(tries: 3, deaths: 4, deadAfter: .seconds(1), lease: .seconds(3))
        state = DispatchState(stages: Self.stages, policy: policy)
        model = DispatchModel(stages: Self.stages, policy: policy)
    }

    mutating func step() throws {
        tally.steps += 1
        switch generator.below(100) {
        case 0..<12: try admit()
        case 12..<24: ready(worker(), credit: 1 + generator.below(5))
        case 24..<50: try assign()
        case 50..<72: try result()
        case 72..<80: try failure()
        case 80..<91: try tick()
        case 91..<93: try goneBy(death: true)
        case 93..<95: try goneBy(death: false)
        case 95..<99:
            let id = worker()
            lastCall = "heard"
            state.heard(id, now: now)
            model.heard(id, now: now)
        default:
            lastCall = "forgiveSilence"
            state.forgiveSilence(now: now)
            model.forgave(now: now)
        }
        try check()
    }

    /// Every stage gets a new worker and all workers answer: nothing may be left.
    mutating func drain() throws {
        for stage in Self.stages.indices { ready(Self.worker(stage, number: 9), credit: 1000) }
        while true {
            while try assign() {}
            let held = model.workers.values.flatMap { worker in worker.outstanding.map { (worker, $0) } }
            guard !held.isEmpty else { break }
            for (worker, job) in held.sorted(by: { $0.1 < $1.1 }) {
                try answer(job, stage: worker.stage, from: worker.id)
                try check()
            }
        }
        try model.expect(state.openJobs == 0 && state.openBytes == 0, "left over: \(state.jobs.keys)")
        try model.expect(model.received == model.finished.union(model.dead), "not all accounted for")
        tally.finished += model.finished.count
        tally.dead += model.dead.count
    }

    // MARK: Calls

    private mutating func admit() throws {
        // Now and then one that is open; never one that has ended, as the intake log would not give it out again.
        let known = generator.chance(15) ? anyOpenJob() : nil
        let id = known ?? JobID(nextJob)
        if known == nil { nextJob += 1 }
        let bytes = generator.below(5000)
        let kind: DispatcherMessage.JobKind = generator.chance(10) ? .deadLetterNotice : .article
        let stage = generator.chance(20) ? generator.below(Self.stages.count) : 0
        lastCall = "admit \(id)"
        let answer = state.admit(id, kind: kind, at: stage, payload: 0, bytes: bytes, now: now)
        try model.admitted(id, kind: kind, at: stage, bytes: bytes, answer)
    }

    private mutating func ready(_ id: WorkerID, credit: Int) {
        lastCall = "ready \(id)"
        let stage = Int(id.routingID[0])
        state.ready(id, name: "\(id.routingID)", stage: Self.stages[stage], credit: credit, now: now)
        model.ready(id, stage: stage, credit: credit, now: now)
    }

    @discardableResult
    private mutating func assign() throws -> Bool {
        lastCall = "nextAssignment"
        let assignment = state.nextAssignment(now: now)
        if let assignment {
            try model.expect(
                !model.finished.contains(assignment.job.id), "\(assignment.job.id) is assigned after its end")
            try model.expect(
                !model.dead.contains(assignment.job.id), "\(assignment.job.id) is assigned after its death")
            tally.assigned += 1
        }
        try model.assigned(assignment, now: now)
        return assignment != nil
    }

    private mutating func result() throws {
        let (job, stage, worker) = answered()
        try answer(job, stage: stage, from: worker)
    }

    private mutating func answer(_ job: JobID, stage: Int, from worker: WorkerID) throws {
        lastCall = "result \(job) at \(stage) of \(worker)"
        let bytes = generator.below(900)
        var calls = 0
        let outcome = state.result(of: job, stage: Self.stages[stage], from: worker, now: now) {
            $0 += bytes
            calls += 1
            return bytes
        }
        if outcome == nil { tally.late += 1 }
        try model.expect(calls == (outcome.map(\.isAdvance) == true ? 1 : 0), "advance was called \(calls) times")
        try model.result(job, stage: stage, from: worker, adding: bytes, now: now, outcome)
    }

    private mutating func failure() throws {
        let (job, stage, worker) = answered()
        lastCall = "failure \(job) at \(stage) of \(worker)"
        let outcome = state.failure(of: job, stage: Self.stages[stage], from: worker, reason: "random", now: now)
        if outcome == nil { tally.late += 1 } else { tally.taken += 1 }
        try model.failure(job, stage: stage, from: worker, now: now, outcome)
    }

    private mutating func tick() throws {
        let pause = generator.chance(4) ? 4000 : 150
        now = now + .milliseconds(generator.below(pause))
        // Now and then the clock leaps, which a clock that only goes on should not do.
        if generator.chance(3) {
            now = now + .milliseconds(generator.below(20_000) - 10_000)
            tally.leaps += 1
        }
        lastCall = "tick"
        let outcomes = state.tick(now: now)
        tally.taken += outcomes.count
        try model.ticked(now: now, outcomes)
    }

    private mutating func goneBy(death: Bool) throws {
        let id = worker()
        lastCall = "\(death ? "died" : "goodbye") \(id)"
        let outcomes = death ? state.died(id, now: now) : state.goodbye(id, now: now)
        tally.taken += outcomes.count
        try model.gone(id, blaming: death, outcomes)
    }

    // MARK: What to call with

    /// A worker's stage is the first byte of its id.
    private static func worker(_ stage: Int, number: Int) -> WorkerID { WorkerID([UInt8(stage), UInt8(number)]) }

    private mutating func worker() -> WorkerID {
        Self.worker(generator.below(Self.stages.count), number: generator.below(3))
    }

    private mutating func anyOpenJob() -> JobID? {
        let ids = model.open.keys.sorted()
        return ids.isEmpty ? nil : ids[generator.below(ids.count)]
    }

    /// Mostly what a worker holds; else any job from any worker at any stage: late, repeated, stale, invented.
    private mutating func answered() -> (JobID, Int, WorkerID) {
        if generator.chance(75) {
            let busy = model.workers.values.filter { !$0.outstanding.isEmpty }
                .sorted { $0.id.routingID.lexicographicallyPrecedes($1.id.routingID) }
            if !busy.isEmpty {
                let worker = busy[generator.below(busy.count)]
                return (worker.outstanding[generator.below(worker.outstanding.count)], worker.stage, worker.id)
            }
        }
        let open = generator.chance(40) ? anyOpenJob() : nil
        let id = open ?? JobID(UInt64(generator.below(Int(nextJob) + 1)))
        return (id, generator.below(Self.stages.count), worker())
    }

    // MARK: What must hold after every call

    private func check() throws {
        let (state, model) = (state, model)
        try model.expect(Set(state.jobs.keys) == Set(model.open.keys), "open jobs differ")
        try model.expect(model.finished.isDisjoint(with: model.dead), "finished and dead")
        try model.expect(
            model.received.count == model.finished.count + model.dead.count + state.openJobs, "received is not the sum")
        for (id, job) in state.jobs {
            guard let other = model.open[id] else { continue }
            try model.expect(
                job.stage == other.stage && job.bytes == other.bytes && job.failures == other.failures
                    && job.deaths == other.deaths && job.kind == other.kind, "\(job) is not \(other)")
        }
        try model.expect(
            state.openBytes == state.jobs.values.reduce(0) { $0 + $1.bytes }, "openBytes \(state.openBytes)")
        for stage in Self.stages.indices {
            let unheld = model.open.values.filter { $0.stage == stage && $0.holder == nil }.count
            let running = model.workers.values.filter { $0.stage == stage }.reduce(0) { $0 + $1.outstanding.count }
            try model.expect(
                state.waiting(at: stage) == unheld && model.queues[stage].count == unheld, "queue of \(stage)")
            try model.expect(state.running(at: stage) == running, "running at \(stage)")
        }
        try model.expect(state.workerIDs.count == model.workers.count, "workers")
        if tally.steps % 50 == 0 { try checkQueues() }
    }

    /// With workers that take everything, the queues give out each waiting job once, in the model's order, and no other.
    private func checkQueues() throws {
        var copy = state
        for stage in Self.stages.indices {
            copy.ready(Self.worker(stage, number: 9), name: "", stage: Self.stages[stage], credit: .max, now: now)
        }
        var given: [[JobID]] = Array(repeating: [], count: Self.stages.count)
        while let assignment = copy.nextAssignment(now: now) { given[assignment.job.stage].append(assignment.job.id) }
        try model.expect(given == model.queues, "the queues hold \(given), not \(model.queues)")
    }
}
