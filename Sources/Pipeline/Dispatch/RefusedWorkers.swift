/// Workers that asked for work and got none, for the logs and `quoted status`. Bounded: of those beyond, nobody is told.
package struct RefusedWorkers: Sendable {
    package struct Entry: Sendable, Equatable {
        /// As it calls itself; empty when what it said could not be read.
        package let name: String
        package let stage: StageName
        package let release: String
        package let reason: String
        /// How often it was refused.
        package internal(set) var times = 1
        var lastHeard: Moment
    }

    /// One that says nothing for this long is gone.
    private static let patience = Duration.seconds(30)
    private static let most = 64
    private var entries: [WorkerID: Entry] = [:]

    package init() {}

    /// By name.
    package var all: [Entry] { entries.values.sorted { ($0.name, $0.reason) < ($1.name, $1.reason) } }

    /// - Returns: whether that is news, worth a line in the log.
    package mutating func note(
        _ id: WorkerID, name: String = "", stage: StageName = StageName(""), release: String = "", reason: String, now: Moment
    ) -> Bool {
        if let known = entries[id], known.reason == reason {
            entries[id]?.times += 1
            entries[id]?.lastHeard = now
            return false
        }
        guard entries[id] != nil || entries.count < Self.most else { return false }
        entries[id] = Entry(name: name, stage: stage, release: release, reason: reason, lastHeard: now)
        return true
    }

    /// It was taken after all.
    package mutating func remove(_ id: WorkerID) { entries[id] = nil }

    package mutating func forgetSilent(now: Moment) {
        guard !entries.isEmpty else { return }
        entries = entries.filter { now < $0.value.lastHeard + Self.patience }
    }
}
