internal import Archive
internal import Authentication
internal import Foundation
internal import Journal
internal import LanguageAnalysis
internal import LivePage
internal import Logging
internal import Observability
internal import Pipeline
internal import ServiceClient
internal import ServiceConfiguration
internal import Stages
internal import ZeroMQ

extension ServiceAssembly {
    /// Where stages in the dispatcher's own process connect.
    private static let inProcess = "inproc://dispatch"
    /// Where subscribers in the sink's own process connect.
    private static let streamInProcess = "inproc://stream"

    static func limits(_ configuration: ServiceConfiguration) -> IntakeStore.Limits {
        let intake = configuration.intake
        return IntakeStore.Limits(
            articleBytes: intake.maximumArticleBytes.bytes, frames: intake.maximumFrames,
            waitingArticles: intake.waitingArticles, waitingBytes: intake.waitingBytes.bytes,
            busyRetry: intake.busyRetry, retention: intake.retention, retentionBytes: intake.retentionBytes.bytes,
            documents: configuration.documentLimits)
    }

    private var policy: DispatchPolicy {
        DispatchPolicy(
            tries: configuration.pipeline.tries, deadAfter: configuration.pipeline.deadAfter,
            lease: Self.lease(configuration))
    }

    /// A worker's queue may hold as many articles as its credit, and each may take its whole budget and the worker's
    /// grace: the last of them is not late before that.
    static func lease(_ configuration: ServiceConfiguration) -> Duration {
        let stages = configuration.stages
        let credit = max(stages.sentences.credit, stages.entities.credit, stages.attribution.credit)
        return (configuration.pipeline.timeBudget + .seconds(1)) * credit + .seconds(5)
    }

    /// Where stages of this process find the dispatcher.
    private func dispatchEndpoint() throws -> Endpoint {
        try Endpoint(roles.takesArticles ? Self.inProcess : configuration.endpoints.dispatch)
    }

    // MARK: Authentication

    /// The handler that libzmq asks about each connection of a context, where keys are configured.
    func addAuthentication(
        to parts: inout AssembledParts, security: ServiceSecurity, context: Context
    ) async throws {
        guard let control = security.control else { return }
        let loop = try PollLoop(name: "authentication")
        parts.loops.append(loop)
        let logger = logger
        parts.authentication.append(
            try await LoopHome(loop).perform {
                try ZAPHandler(control: control, context: context, loop: loop, logger: logger)
            })
    }

    /// How a socket of this process listens.
    func access(_ endpoint: String, _ domain: AccessDomain) throws -> ServerAccess {
        guard let security else { return .open }
        return try security.access(endpoint, domain)
    }

    /// How stages of this process connect to the dispatcher; within the process there is nothing to prove.
    private func dispatchIdentity() throws -> ClientIdentity? {
        roles.takesArticles ? nil : try security?.identity(for: "dispatch")
    }

    // MARK: Ingest and dispatch

    func addIngest(to parts: inout AssembledParts, context: Context) async throws {
        let directory = configuration.state + "/intake"
        parts.locks.append(try await claim(directory))
        let store = try openIntake(directory, &parts)
        parts.intake = store
        let loop = try PollLoop(name: "ingest")
        parts.loops.append(loop)
        let options = try dispatcherOptions()
        let ingestOptions = try self.ingestOptions()
        let (pipeline, clock, logger) = (pipeline, clock, logger)
        let home = LoopHome(loop)
        let crashNotes = CrashNotes(path: configuration.state + "/crashes")
        if !crashNotes.install() { logger.warning("crashes of the analysis cannot be noted") }
        let dispatcher = try await home.perform {
            try Dispatcher(
                pipeline: pipeline, options: options, store: store, context: context, loop: loop,
                crashNotes: crashNotes, clock: clock, logger: logger)
        }
        parts.dispatcher = dispatcher
        parts.ingest = try await home.perform {
            try IngestStage(
                options: ingestOptions, store: store, dispatcher: dispatcher, context: context, loop: loop,
                clock: clock, logger: logger)
        }
        try restrict([
            configuration.endpoints.dispatch, configuration.endpoints.ingest, configuration.endpoints.push,
        ])
    }

    private func dispatcherOptions() throws -> Dispatcher.Options {
        var options = Dispatcher.Options(
            endpoints: [try Endpoint(Self.inProcess), try Endpoint(configuration.endpoints.dispatch)],
            inFlightArticles: configuration.pipeline.inFlightArticles,
            inFlightBytes: configuration.pipeline.inFlightBytes.bytes, timeBudget: configuration.pipeline.timeBudget,
            heartbeat: configuration.pipeline.heartbeat, drainDeadline: configuration.service.drainDeadline,
            policy: policy)
        options.access = try access("dispatch", .dispatch)
        return options
    }

    private func ingestOptions() throws -> IngestStage.Options {
        var options = IngestStage.Options(
            ingest: try Endpoint(configuration.endpoints.ingest), push: try Endpoint(configuration.endpoints.push),
            groupCommit: configuration.intake.groupCommit,
            groupCommitBytes: configuration.intake.groupCommitBytes.bytes,
            maximumArticleBytes: configuration.intake.maximumArticleBytes.bytes,
            maximumFrames: configuration.intake.maximumFrames, connections: configuration.intake.connections)
        options.ingestAccess = try access("ingest", .ingest)
        options.pushAccess = try access("push", .ingest)
        return options
    }

    private func openIntake(_ directory: String, _ parts: inout AssembledParts) throws -> IntakeStore {
        let options = SegmentLogOptions(segmentBytes: configuration.intake.segmentBytes.bytes)
        let log = try IntakeLog(directory: directory, options: options)
        report(log.recovery, of: "intake", to: &parts)
        let letters = try DeadLetterLog(
            directory: configuration.state + "/dead-letters", options: DeadLetterLog.Options(log: options))
        report(letters.recovery, of: "dead-letters", to: &parts)
        return IntakeStore(
            log: log, deadLetters: letters, limits: Self.limits(configuration), clock: clock, logger: logger)
    }

    private func report(_ recovery: RecoveryReport, of log: String, to parts: inout AssembledParts) {
        parts.openedLogs.append(ProcessFacts.OpenedLog(log, recovery))
        guard !recovery.isClean else { return }
        logger.warning("a log was mended when it was opened", metadata: ["log": "\(log)", "report": "\(recovery)"])
    }

    // MARK: Sink, stream and replay

    func addSink(to parts: inout AssembledParts, context: Context) async throws {
        let directory = configuration.state + "/records"
        parts.locks.append(try await claim(directory))
        let store = try openRecords(directory, &parts)
        parts.records = store
        let loop = try PollLoop(name: "sink")
        parts.loops.append(loop)
        let home = LoopHome(loop)
        var options = SinkStage.Options(
            stream: try Endpoint(configuration.endpoints.stream), streamInProcess: try Endpoint(Self.streamInProcess),
            highWaterMark: configuration.stream.highWaterMark, queueBytes: configuration.stream.queueBytes.bytes,
            streamHeartbeat: configuration.stream.heartbeat, name: "\(processName)/sink",
            credit: configuration.stages.sink.credit, heartbeat: configuration.pipeline.heartbeat,
            groupCommit: configuration.records.groupCommit,
            groupCommitBytes: configuration.records.groupCommitBytes.bytes, figures: Self.workerFigures)
        options.access = try access("stream", .stream)
        options.identity = try dispatchIdentity()
        var replayOptions = ReplayServer.Options(
            endpoint: try Endpoint(configuration.endpoints.replay), batchRecords: configuration.replay.batchRecords,
            batchBytes: configuration.replay.batchBytes.bytes, queueBytes: configuration.replay.queueBytes.bytes)
        replayOptions.access = try access("replay", .replay)
        let dispatch = try dispatchEndpoint()
        let (sinkOptions, replaying, clock, logger) = (options, replayOptions, clock, logger)
        parts.sink = try await home.perform {
            try SinkStage(
                options: sinkOptions, store: store, dispatch: dispatch, context: context, loop: loop, clock: clock,
                logger: logger)
        }
        let replayLoop = try PollLoop(name: "replay-loop")
        parts.loops.append(replayLoop)
        // Its sockets end it: nothing else refers to it.
        let replayContext = try Context(inherited: context.inherited)
        if let security { try await addAuthentication(to: &parts, security: security, context: replayContext) }
        parts.replay = try await LoopHome(replayLoop).perform {
            try ReplayServer(
                options: replaying, store: store, directory: directory, context: replayContext, loop: replayLoop,
                logger: logger)
        }
        try restrict([configuration.endpoints.stream, configuration.endpoints.replay])
    }

    private func openRecords(_ directory: String, _ parts: inout AssembledParts) throws -> RecordStore {
        let log = try RecordLog(
            directory: directory, options: SegmentLogOptions(segmentBytes: configuration.records.segmentBytes.bytes))
        report(log.recovery, of: "records", to: &parts)
        return RecordStore(
            log: log, pipeline: pipeline, retention: configuration.records.retention,
            retentionBytes: configuration.records.retentionBytes.bytes, clock: clock, logger: logger)
    }

    // MARK: Archive

    /// The archive follows the record log, so it is where the records are written.
    func addArchive(to parts: inout AssembledParts) async throws {
        let settings = configuration.archive
        guard settings.isEnabled else { return }
        let directory = configuration.archiveDirectory
        parts.locks.append(try await claim(directory))
        parts.archive = ArchiveFollower(
            directory: directory, records: configuration.state + "/records",
            options: ArchiveFollower.Options(
                interval: settings.interval, batchRecords: settings.batchRecords, retention: settings.retention),
            clock: clock, logger: logger)
        parts.archiveReaders = ArchiveReaders(directory: directory, count: settings.readers, limit: settings.queryTime)
    }

    // MARK: Page

    /// The page follows the stream as any subscriber does, but within the process; it is where the records are written, since the log is asked for
    /// older ones.
    func addPage(to parts: inout AssembledParts, context: Context) async throws {
        let settings = configuration.page
        guard settings.isEnabled, !configuration.endpoints.http.isEmpty, parts.sink != nil, let replay = parts.replay
        else { return }
        let loop = try PollLoop(name: "page")
        parts.loops.append(loop)
        var options = LiveFeed.Options(
            stream: try Endpoint(Self.streamInProcess),
            replay: try ClientEndpoint.reachable(await replay.endpoint.description), records: settings.recentRecords,
            bytes: settings.recentBytes.bytes, readers: settings.clients, rate: settings.recordsPerSecond)
        options.replayAccess = try access("replay", .replay)
        let (feedOptions, logger) = (options, logger)
        parts.feed = await LoopHome(loop).perform {
            LiveFeed(options: feedOptions, context: context, loop: loop, logger: logger)
        }
        // The analyser of a process without these stages is another one than the configured.
        guard settings.pasteBytes.bytes > 0, roles.contains(.entities), roles.contains(.attribution) else { return }
        parts.pasted = TextAnalysis(
            analyzer,
            options: TextAnalysis.Options(
                concurrent: settings.analyses, timeLimit: settings.analysisTime, documents: configuration.documentLimits))
    }

    func page(_ parts: AssembledParts) -> LivePage? {
        guard let feed = parts.feed else { return nil }
        let settings = configuration.page
        return LivePage(
            feed: feed, analysis: parts.pasted,
            options: LivePage.Options(
                hosts: settings.hosts, pasteBytes: settings.pasteBytes.bytes, pasteTime: settings.analysisTime,
                hasArchive: parts.archiveReaders != nil, ingest: configuration.endpoints.ingest),
            logger: logger)
    }

    // MARK: Workers

    func addWorkers(to parts: inout AssembledParts, context: Context) async throws {
        let stages = pipeline.stages.filter { roles.contains($0.name) }
        guard !stages.isEmpty else { return }
        let loop = try PollLoop(name: "workers")
        parts.loops.append(loop)
        let dispatch = try dispatchEndpoint()
        let identity = try dispatchIdentity()
        let home = LoopHome(loop)
        let (pipeline, clock, logger) = (pipeline, clock, logger)
        var analyzer = analyzer
        if stages.contains(where: { $0.name == .attribution }) {
            parts.nameSubscriber = try await nameSubscriber(on: loop, context: context)
            if let names = parts.nameSubscriber { analyzer.completer = names.current }
        }
        let chosen = analyzer
        for stage in stages {
            let settings = self.settings(of: stage.name)
            for number in 1...settings.workers {
                let options = StageWorker.Options(
                    name: "\(processName)/\(stage.name)-\(number)", threadName: "\(stage.name)-\(number)",
                    credit: settings.credit, heartbeat: configuration.pipeline.heartbeat, identity: identity,
                    figures: Self.workerFigures)
                parts.workers.append(
                    try await home.perform {
                        try StageWorker(
                            stage: stage, pipeline: pipeline, analyzer: chosen, options: options, context: context,
                            loop: loop, dispatch: dispatch, clock: clock, logger: logger)
                    })
            }
        }
    }

    /// Small files of /proc, which no disk holds up.
    private static func workerFigures() -> WorkerFigures? {
        WorkerFigures(
            processID: Int(ProcessInfo.processInfo.processIdentifier), residentBytes: ProcessMetrics.residentBytes() ?? 0)
    }

    /// A process for one stage has one worker for each core too, so that a host is used whole.
    private func settings(of stage: StageName) -> ServiceConfiguration.Stage {
        var settings =
            switch stage {
            case .sentences: configuration.stages.sentences
            case .entities: configuration.stages.entities
            case .attribution: configuration.stages.attribution
            default: ServiceConfiguration.Stage(workers: 1)
            }
        if settings.workers == 0 { settings.workers = max(1, ProcessInfo.processInfo.activeProcessorCount) }
        return settings
    }

    // MARK: Control

    func addControl(to parts: inout AssembledParts, facts: ProcessFacts, context: Context) async throws {
        guard let dispatcher = parts.dispatcher, let intake = parts.intake, let loop = parts.loops.first else { return }
        let endpoint = try Endpoint(configuration.endpoints.control)
        let access = try access("control", .control)
        let inspection = parts.inspection(of: facts)
        let (records, names, logger) = (parts.records, parts.nameKeeper, logger)
        parts.control = try await LoopHome(loop).perform {
            try ControlServer(
                endpoint: endpoint, access: access, inspection: inspection, dispatcher: dispatcher, intake: intake, records: records,
                names: names, context: context, loop: loop, logger: logger)
        }
        try restrict([configuration.endpoints.control])
    }
}
