internal import Archive
internal import Foundation
internal import Journal
internal import LanguageAnalysis
internal import LivePage
internal import Logging
internal import Pipeline
internal import ServiceClient
internal import ServiceConfiguration
internal import Stages
internal import ZeroMQ

extension ServiceAssembly {
    /// Where stages in the dispatcher's own process connect.
    private static let inProcess = "inproc://dispatch"

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

    // MARK: Ingest and dispatch

    func addIngest(to parts: inout AssembledParts, context: Context) async throws {
        let directory = configuration.state + "/intake"
        parts.locks.append(try StateDirectory.lock(directory))
        let store = try openIntake(directory)
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
        try StateDirectory.restrict([
            configuration.endpoints.dispatch, configuration.endpoints.ingest, configuration.endpoints.push,
        ])
    }

    private func dispatcherOptions() throws -> Dispatcher.Options {
        Dispatcher.Options(
            endpoints: [try Endpoint(Self.inProcess), try Endpoint(configuration.endpoints.dispatch)],
            inFlightArticles: configuration.pipeline.inFlightArticles,
            inFlightBytes: configuration.pipeline.inFlightBytes.bytes, timeBudget: configuration.pipeline.timeBudget,
            heartbeat: configuration.pipeline.heartbeat, drainDeadline: configuration.service.drainDeadline,
            policy: policy)
    }

    private func ingestOptions() throws -> IngestStage.Options {
        IngestStage.Options(
            ingest: try Endpoint(configuration.endpoints.ingest), push: try Endpoint(configuration.endpoints.push),
            groupCommit: configuration.intake.groupCommit,
            maximumArticleBytes: configuration.intake.maximumArticleBytes.bytes,
            maximumFrames: configuration.intake.maximumFrames)
    }

    private func openIntake(_ directory: String) throws -> IntakeStore {
        let options = SegmentLogOptions(segmentBytes: configuration.intake.segmentBytes.bytes)
        let log = try IntakeLog(directory: directory, options: options)
        report(log.recovery, of: "intake")
        let letters = try DeadLetterLog(
            directory: configuration.state + "/dead-letters", options: DeadLetterLog.Options(log: options))
        report(letters.recovery, of: "dead-letters")
        return IntakeStore(
            log: log, deadLetters: letters, limits: Self.limits(configuration), clock: clock, logger: logger)
    }

    private func report(_ recovery: RecoveryReport, of log: String) {
        guard !recovery.isClean else { return }
        logger.warning("a log was mended when it was opened", metadata: ["log": "\(log)", "report": "\(recovery)"])
    }

    // MARK: Sink, stream and replay

    func addSink(to parts: inout AssembledParts, context: Context) async throws {
        let directory = configuration.state + "/records"
        parts.locks.append(try StateDirectory.lock(directory))
        let store = try openRecords(directory)
        parts.records = store
        let loop = try PollLoop(name: "sink")
        parts.loops.append(loop)
        let home = LoopHome(loop)
        let options = SinkStage.Options(
            stream: try Endpoint(configuration.endpoints.stream), highWaterMark: configuration.stream.highWaterMark,
            streamHeartbeat: configuration.stream.heartbeat, name: "\(processName)/sink",
            credit: configuration.stages.sink.credit, heartbeat: configuration.pipeline.heartbeat,
            groupCommit: configuration.records.groupCommit)
        let replayOptions = ReplayServer.Options(
            endpoint: try Endpoint(configuration.endpoints.replay), batchRecords: configuration.replay.batchRecords,
            batchBytes: configuration.replay.batchBytes.bytes)
        let dispatch = try dispatchEndpoint()
        let (clock, logger) = (clock, logger)
        parts.sink = try await home.perform {
            try SinkStage(
                options: options, store: store, dispatch: dispatch, context: context, loop: loop, clock: clock,
                logger: logger)
        }
        parts.replay = try await home.perform {
            try ReplayServer(
                options: replayOptions, store: store, directory: directory, context: context, loop: loop,
                logger: logger)
        }
        try StateDirectory.restrict([configuration.endpoints.stream, configuration.endpoints.replay])
    }

    private func openRecords(_ directory: String) throws -> RecordStore {
        let log = try RecordLog(
            directory: directory, options: SegmentLogOptions(segmentBytes: configuration.records.segmentBytes.bytes))
        report(log.recovery, of: "records")
        return RecordStore(
            log: log, pipeline: pipeline, retention: configuration.records.retention,
            retentionBytes: configuration.records.retentionBytes.bytes, clock: clock, logger: logger)
    }

    // MARK: Archive

    /// The archive follows the record log, so it is where the records are written.
    func addArchive(to parts: inout AssembledParts) throws {
        let settings = configuration.archive
        guard settings.isEnabled else { return }
        let directory = configuration.archiveDirectory
        parts.locks.append(try StateDirectory.lock(directory))
        parts.archive = ArchiveFollower(
            directory: directory, records: configuration.state + "/records",
            options: ArchiveFollower.Options(
                interval: settings.interval, batchRecords: settings.batchRecords, retention: settings.retention),
            clock: clock, logger: logger)
        parts.archiveReaders = ArchiveReaders(directory: directory, count: settings.readers, limit: settings.queryTime)
    }

    // MARK: Page

    /// The page follows the stream as any subscriber does; it is where the records are written, since the log is asked for
    /// older ones.
    func addPage(to parts: inout AssembledParts, context: Context) async throws {
        let settings = configuration.page
        guard settings.isEnabled, !configuration.endpoints.http.isEmpty, let sink = parts.sink, let replay = parts.replay
        else { return }
        let loop = try PollLoop(name: "page")
        parts.loops.append(loop)
        let options = LiveFeed.Options(
            stream: try ClientEndpoint.reachable(await sink.streamEndpoint.description),
            replay: try ClientEndpoint.reachable(await replay.endpoint.description), records: settings.recentRecords,
            bytes: settings.recentBytes.bytes, readers: settings.clients, rate: settings.recordsPerSecond)
        let logger = logger
        parts.feed = await LoopHome(loop).perform {
            LiveFeed(options: options, context: context, loop: loop, logger: logger)
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
                    credit: settings.credit, heartbeat: configuration.pipeline.heartbeat)
                parts.workers.append(
                    try await home.perform {
                        try StageWorker(
                            stage: stage, pipeline: pipeline, analyzer: chosen, options: options, context: context,
                            loop: loop, dispatch: dispatch, clock: clock, logger: logger)
                    })
            }
        }
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

    func addControl(to parts: inout AssembledParts, context: Context) async throws {
        guard let dispatcher = parts.dispatcher, let intake = parts.intake, let loop = parts.loops.first else { return }
        let endpoint = try Endpoint(configuration.endpoints.control)
        let inspection = parts.inspection(clock: clock)
        let (records, names, logger) = (parts.records, parts.nameKeeper, logger)
        parts.control = try await LoopHome(loop).perform {
            try ControlServer(
                endpoint: endpoint, inspection: inspection, dispatcher: dispatcher, intake: intake, records: records,
                names: names, context: context, loop: loop, logger: logger)
        }
        try StateDirectory.restrict([configuration.endpoints.control])
    }
}
