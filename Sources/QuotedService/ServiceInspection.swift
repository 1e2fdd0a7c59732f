internal import Archive
internal import Journal
internal import LivePage
internal import Observability
internal import Pipeline
internal import Stages

/// Looks at a process's stages: for health, metrics and `quoted status`. A part that hangs keeps nobody waiting: it is named, and
/// the others answer.
package struct ServiceInspection: Sendable {
    private let dispatch: SharedQuestion<DispatchFigures>?
    private let ingest: SharedQuestion<IngestStage.Figures>?
    private let intake: SharedQuestion<IntakeStore.Figures>?
    private let sink: SharedQuestion<SinkStage.Figures>?
    private let replay: SharedQuestion<Int>?
    private let recordsDisk: SharedQuestion<DiskSpace?>?
    private let names: SharedQuestion<NameKeeper.Figures>?
    private let archive: SharedQuestion<ArchiveFollower.Figures>?
    private let page: SharedQuestion<LiveFeed.Figures>?
    private let process: ProcessFacts
    let reloads: ReloadFigures

    /// What each part answered.
    struct Snapshot: Sendable {
        var process: ProcessFacts
        var time: Int64
        var dispatch: DispatchFigures?
        var ingest: IngestStage.Figures?
        var intake: IntakeStore.Figures?
        var sink: SinkStage.Figures?
        var replayed: Int?
        var disk: DiskSpace?
        var names: NameKeeper.Figures?
        var archive: ArchiveFollower.Figures?
        var page: LiveFeed.Figures?
        var reloads = ReloadFigures.Figures()
        /// Parts that did not answer in time.
        var unanswered: [String] = []
    }

    init(_ parts: AssembledParts, process: ProcessFacts) {
        self.process = process
        reloads = parts.reloads
        dispatch = parts.dispatcher.map { part in SharedQuestion { await part.snapshot() } }
        ingest = parts.ingest.map { part in SharedQuestion { await part.figures } }
        intake = parts.intake.map { part in SharedQuestion { await part.figures } }
        sink = parts.sink.map { part in SharedQuestion { await part.figures } }
        replay = parts.replay.map { part in SharedQuestion { await part.served } }
        recordsDisk = parts.records.map { part in SharedQuestion { await part.disk } }
        names = parts.nameKeeper.map { part in SharedQuestion { await part.figures } }
        archive = parts.archive.map { part in SharedQuestion { await part.figures } }
        page = parts.feed.map { part in SharedQuestion { await part.figures } }
    }

    /// Asks every part, all at once.
    /// - Parameter limit: time that a part has to answer.
    func snapshot(within limit: Duration = .milliseconds(1_500)) async -> Snapshot {
        async let dispatch = dispatch?.answer(within: limit)
        async let ingest = ingest?.answer(within: limit)
        async let intake = intake?.answer(within: limit)
        async let sink = sink?.answer(within: limit)
        async let replayed = replay?.answer(within: limit)
        async let recordsDisk = recordsDisk?.answer(within: limit)
        async let names = names?.answer(within: limit)
        async let archive = archive?.answer(within: limit)
        async let page = page?.answer(within: limit)
        var snapshot = Snapshot(process: process, time: process.clock.calendar())
        snapshot.reloads = reloads.figures
        snapshot.dispatch = await dispatch
        snapshot.ingest = await ingest
        snapshot.intake = await intake
        snapshot.sink = await sink
        snapshot.replayed = await replayed
        let disk = await recordsDisk
        snapshot.disk = snapshot.intake?.disk ?? disk ?? nil
        snapshot.names = await names
        snapshot.archive = await archive
        snapshot.page = await page
        let answers: [(String, isAsked: Bool, hasAnswered: Bool)] = [
            ("the dispatcher", self.dispatch != nil, snapshot.dispatch != nil),
            ("ingest", self.ingest != nil, snapshot.ingest != nil),
            ("the intake log", self.intake != nil, snapshot.intake != nil),
            ("the sink", self.sink != nil, snapshot.sink != nil),
            ("replay", self.replay != nil, snapshot.replayed != nil),
            ("the record log", self.recordsDisk != nil, disk != nil),
            ("names", self.names != nil, snapshot.names != nil),
            ("the archive", self.archive != nil, snapshot.archive != nil),
            ("the page", self.page != nil, snapshot.page != nil),
        ]
        snapshot.unanswered = answers.filter { $0.isAsked && !$0.hasAnswered }.map(\.0)
        return snapshot
    }

    /// Why articles are not taken or written at present; empty when they are.
    package func ailments() async -> [String] { Self.ailments(await snapshot()) }

    private static func ailments(_ snapshot: Snapshot) -> [String] {
        let troubles = [
            snapshot.intake?.trouble.map { "intake: \($0)" }, snapshot.sink?.trouble.map { "records: \($0)" },
        ]
        return troubles.compactMap { $0 } + snapshot.unanswered.map { "\($0) does not answer" }
    }

    /// What is missing before articles can flow; empty when ready.
    package func missing() async -> [String] {
        let snapshot = await snapshot()
        let stages = snapshot.dispatch?.stages ?? []
        return Self.ailments(snapshot) + stages.filter { $0.workers == 0 }.map { "no worker of stage \($0.name)" }
    }
}

/// What is known of the process from its start on.
struct ProcessFacts: Sendable {
    /// What opening a log found.
    struct OpenedLog: Sendable {
        var name: String
        /// Places that could not be read, now or at an earlier opening; their bytes are kept aside.
        var faults: Int
        /// Entries that are gone.
        var lost: Int

        init(_ name: String, _ report: RecoveryReport) {
            self.name = name
            // An unfinished end is what any crash leaves: nothing that was promised.
            let faults = report.faults.filter { $0.kind != .tornTail }
            self.faults = faults.count
            lost = faults.reduce(report.lostAtEnd?.count ?? 0) { $0 + ($1.lost?.count ?? 0) }
        }
    }

    var name: String
    var state: String
    var clock: StageClock
    /// Milliseconds since 1970.
    var start: Int64
    var logs: [OpenedLog] = []
    /// The runs before this one, as far as they are remembered.
    var earlierRuns: [RunHistory.Run] = []
    var analyzer: String

    /// Starts since a time in milliseconds since 1970, this one included.
    func starts(since time: Int64) -> Int { earlierRuns.starts(since: time) + (start >= time ? 1 : 0) }
}
