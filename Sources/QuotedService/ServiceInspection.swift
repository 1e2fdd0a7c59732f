internal import Archive
internal import LearntNames
internal import LivePage
internal import Pipeline
internal import Stages

/// Looks at a process's stages: for health, metrics and `quoted status`.
package struct ServiceInspection: Sendable {
    let dispatcher: Dispatcher?
    let ingest: IngestStage?
    let intake: IntakeStore?
    let sink: SinkStage?
    let replay: ReplayServer?
    let names: NameKeeper?
    let archive: ArchiveFollower?
    let feed: LiveFeed?
    let clock: StageClock

    /// What each part answered.
    struct Snapshot: Sendable {
        var dispatch: DispatchFigures?
        var ingest: IngestStage.Figures?
        var intake: IntakeStore.Backlog?
        var intakeTrouble: String?
        var sink: SinkStage.Figures?
        var replayed: Int?
        var names: (version: UInt64, count: Int, isOn: Bool)?
        var archive: ArchiveFollower.Figures?
        var page: LiveFeed.Figures?
    }

    /// Asks every part. Returns when all have answered: bound it in time where that matters.
    func snapshot() async -> Snapshot {
        var snapshot = Snapshot()
        snapshot.dispatch = await dispatcher?.snapshot()
        snapshot.ingest = await ingest?.figures
        snapshot.intake = await intake?.backlog
        snapshot.intakeTrouble = await intake?.trouble() ?? nil
        snapshot.sink = await sink?.figures
        snapshot.replayed = await replay?.served
        if let table = await names?.served { snapshot.names = (table.version, table.count, table.isOn) }
        snapshot.archive = await archive?.figures
        snapshot.page = await feed?.figures
        return snapshot
    }

    /// Why articles are not taken or written at present; empty when they are.
    package func ailments() async -> [String] {
        let snapshot = await snapshot()
        return [snapshot.intakeTrouble.map { "intake: \($0)" }, snapshot.sink?.trouble.map { "records: \($0)" }]
            .compactMap { $0 }
    }

    /// What is missing before articles can flow; empty when ready.
    package func missing() async -> [String] {
        let ailments = await ailments()
        guard let dispatch = await dispatcher?.snapshot() else { return ailments }
        return ailments + dispatch.stages.filter { $0.workers == 0 }.map { "no worker of stage \($0.name)" }
    }
}
