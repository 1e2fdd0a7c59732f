import Pipeline
import Testing

struct DispatchThroughputTests {
    /// How long the bookkeeping of one hop takes (an assignment and its result) while 1,024 jobs are open; printed, not judged,
    /// since other work shares the machine.
    @Test(arguments: [1, 8])
    func aHopsBookkeeping(workersPerStage: Int) {
        let stages: [StageName] = [.sentences, .entities, .attribution, .sink]
        var state = DispatchState<[[UInt8]]>(stages: stages)
        let now = Moment(nanoseconds: 0)
        for (index, stage) in stages.enumerated() {
            for number in 0..<workersPerStage {
                // As long as the routing ids that a ROUTER socket makes up.
                let id = WorkerID([0, 1, 2, UInt8(index), UInt8(number)])
                state.ready(id, name: "", stage: stage, credit: 64 / workersPerStage, now: now)
            }
        }
        let layer = [UInt8](repeating: 7, count: 200)
        let jobs = 40_000
        var admitted: UInt64 = 0
        var hops = 0
        var finished = 0
        var held: [(JobID, Int, WorkerID)] = []
        let elapsed = ContinuousClock().measure {
            while finished < jobs {
                while admitted < jobs, state.openJobs < 1024 {
                    admitted += 1
                    state.admit(JobID(admitted), payload: [layer], bytes: 4000, now: now)
                }
                while let next = state.nextAssignment(now: now) {
                    held.append((next.job.id, next.job.stage, next.worker))
                }
                for (id, stage, worker) in held {
                    let outcome = state.result(of: id, stage: stages[stage], from: worker, now: now) {
                        $0.append(layer)
                        return layer.count
                    }
                    if case .finished = outcome { finished += 1 }
                    hops += 1
                }
                guard !held.isEmpty else { break }
                held.removeAll(keepingCapacity: true)
            }
        }
        #expect(hops == jobs * stages.count)
        #expect(state.openBytes == 0)
        print("dispatch, \(workersPerStage) workers a stage: \((elapsed / hops).nanoseconds) ns a hop")
    }
}
