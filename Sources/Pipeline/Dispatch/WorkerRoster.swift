/// A worker that said `ready`, and what it was given.
struct Worker: Sendable {
    let id: WorkerID
    let name: String
    /// Index into the dispatcher's stages.
    let stage: Int
    var credit: Int
    /// The version of messages that it speaks.
    var wireVersion: UInt8
    /// Of its program; empty when it does not tell.
    var release: String
    /// Jobs handed out and not answered, oldest first; the first is the one that runs.
    var outstanding: [JobID] = []
    var lastHeard: Moment
    /// Jobs answered with a result, and with a failure.
    var done = 0
    var failed = 0
    /// From a job's being handed out to its result.
    var latency = LatencyHistogram()
    var figures: WorkerFigures?

    var free: Int { credit - outstanding.count }
}

/// The workers of every stage. Not generic, and apart from the jobs, because generic code that is not specialised looks
/// up the metadata of its dictionaries' types on every call: this made a hop three times as long.
struct WorkerRoster: Sendable {
    private struct Place {
        var stage: Int
        var position: Int
    }

    /// Workers of each stage in the order of arrival.
    private(set) var stages: [[Worker]]
    private var places: [WorkerID: Place] = [:]

    init(stageCount: Int) { stages = Array(repeating: [], count: stageCount) }

    var all: FlattenSequence<[[Worker]]> { stages.joined() }

    subscript(id: WorkerID) -> Worker? { places[id].map { stages[$0.stage][$0.position] } }

    /// A worker that is there already gets the new credit and keeps its stage.
    mutating func ready(
        _ id: WorkerID, name: String, stage: Int, credit: Int, wireVersion: UInt8, release: String, now: Moment
    ) {
        if let place = places[id] {
            stages[place.stage][place.position].credit = credit
            stages[place.stage][place.position].wireVersion = wireVersion
            stages[place.stage][place.position].lastHeard = now
        } else {
            places[id] = Place(stage: stage, position: stages[stage].count)
            stages[stage].append(
                Worker(
                    id: id, name: name, stage: stage, credit: credit, wireVersion: wireVersion, release: release,
                    lastHeard: now))
        }
    }

    mutating func heard(_ id: WorkerID, now: Moment) {
        guard let place = places[id] else { return }
        stages[place.stage][place.position].lastHeard = now
    }

    mutating func allHeard(now: Moment) {
        for stage in stages.indices {
            for position in stages[stage].indices { stages[stage][position].lastHeard = now }
        }
    }

    /// The worker answered for this job at this stage: it no longer holds it, and its credit is free again. An answer
    /// for a stage that is not the worker's own (nil: for none at all) answers nothing that it was given.
    mutating func answered(_ job: JobID, at stage: Int?, by id: WorkerID, now: Moment) {
        guard let place = places[id] else { return }
        stages[place.stage][place.position].lastHeard = now
        guard place.stage == stage,
            let index = stages[place.stage][place.position].outstanding.firstIndex(of: job)
        else { return }
        stages[place.stage][place.position].outstanding.remove(at: index)
    }

    /// A job that this worker held came back.
    /// - Parameter elapsed: since it was handed out; nil when the worker could not do it.
    mutating func count(_ elapsed: Duration?, of id: WorkerID) {
        guard let place = places[id] else { return }
        if let elapsed {
            stages[place.stage][place.position].done += 1
            stages[place.stage][place.position].latency.record(elapsed)
        } else {
            stages[place.stage][place.position].failed += 1
        }
    }

    mutating func note(_ figures: WorkerFigures, of id: WorkerID) {
        guard let place = places[id] else { return }
        stages[place.stage][place.position].figures = figures
    }

    /// Where in its stage the worker with most credit left stands; nil when none has any. One worker can be left out,
    /// unless it is the only one.
    func freest(of stage: Int, avoiding shunned: WorkerID? = nil) -> Int? {
        let avoid = stages[stage].count > 1 ? shunned : nil
        var best: Int?
        var most = 0
        for position in stages[stage].indices {
            let free = stages[stage][position].free
            if free > most, avoid == nil || stages[stage][position].id != avoid {
                best = position
                most = free
            }
        }
        return best
    }

    /// Gives the job to the worker at this position of its stage.
    mutating func assign(_ job: JobID, of stage: Int, to position: Int) -> WorkerID {
        stages[stage][position].outstanding.append(job)
        return stages[stage][position].id
    }

    mutating func remove(_ id: WorkerID) -> Worker? {
        guard let place = places.removeValue(forKey: id) else { return nil }
        let worker = stages[place.stage].remove(at: place.position)
        for position in place.position..<stages[place.stage].count {
            places[stages[place.stage][position].id]?.position = position
        }
        return worker
    }
}
