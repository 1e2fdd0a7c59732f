internal import DequeModule

extension DispatchState {
    /// Lets go of every article that no worker has begun: it stays in the intake log for the next start. What workers run
    /// goes on, and so does what waits for the last stage, which has cost most.
    ///
    /// A worker begins the jobs that it holds one after the other, so the oldest is the one that it runs; what comes back
    /// of the others no longer counts.
    /// - Returns: how many were let go.
    package mutating func setAsideUnbegun() -> Int {
        let begun = Set(workers.all.compactMap(\.outstanding.first))
        let last = stages.count - 1
        let aside = jobs.values.filter { $0.kind == .article && $0.stage < last && !begun.contains($0.id) }
        for job in aside { remove(job) }
        for stage in queues.indices where stage < last { queues[stage].removeAll { jobs[$0] == nil } }
        return aside.count
    }
}
