internal import Archive
internal import Authentication
internal import Journal
internal import LivePage
internal import Logging
internal import Pipeline
internal import ServiceConfiguration
internal import Stages
internal import ZeroMQ

/// What has been built so far of a process's stages.
struct AssembledParts: Sendable {
    var locks: [StateDirectoryLock] = []
    /// One for each context with sockets that others reach.
    var authentication: [ZAPHandler] = []
    var loops: [PollLoop] = []
    var intake: IntakeStore?
    var dispatcher: Dispatcher?
    var ingest: IngestStage?
    var records: RecordStore?
    var sink: SinkStage?
    var replay: ReplayServer?
    var nameKeeper: NameKeeper?
    var nameServer: NameServer?
    var nameSubscriber: NameSubscriber?
    var workers: [StageWorker] = []
    var control: ControlServer?
    var archive: ArchiveFollower?
    var archiveReaders: ArchiveReaders?
    var feed: LiveFeed?
    var pasted: TextAnalysis?
    var openedLogs: [ProcessFacts.OpenedLog] = []
    let reloads = ReloadFigures()

    func inspection(of process: ProcessFacts) -> ServiceInspection {
        var process = process
        process.logs = openedLogs
        return ServiceInspection(self, process: process)
    }

    /// Applies what a running service can change.
    func apply(_ configuration: ServiceConfiguration) async {
        await intake?.setLimits(ServiceAssembly.limits(configuration))
        await dispatcher?.setOptions(
            inFlightArticles: configuration.pipeline.inFlightArticles,
            inFlightBytes: configuration.pipeline.inFlightBytes.bytes, timeBudget: configuration.pipeline.timeBudget,
            tries: configuration.pipeline.tries, lease: ServiceAssembly.lease(configuration))
        await dispatcher?.setDrainDeadline(configuration.service.drainDeadline)
        await records?.setRetention(
            configuration.records.retention, bytes: configuration.records.retentionBytes.bytes)
        await archive?.setRetention(configuration.archive.retention)
        await sink?.setStreamHeartbeat(configuration.stream.heartbeat)
        await replay?.setBatch(
            records: configuration.replay.batchRecords, bytes: configuration.replay.batchBytes.bytes)
    }

    /// Follows a change of keys and clients. What asks who speaks with each message follows a change of clients by itself;
    /// where clients only listen, all connections are closed.
    func apply(_ change: ServiceSecurity.Change) async throws {
        let access = change.access
        if access.isRekeyed || access.revoked.contains(.stream) { try await sink?.rekey() }
        if access.isRekeyed || access.revoked.contains(.attribution) { try await nameServer?.rekey() }
        if access.isRekeyed {
            try await ingest?.rekey()
            try await replay?.rekey()
            try await dispatcher?.rekey()
            try await control?.rekey()
        }
        if let identity = change.dispatchIdentity, dispatcher == nil {
            for worker in workers { try await worker.reconnect(as: identity) }
            try await sink?.reconnect(as: identity)
        }
        if nameServer == nil {
            try await nameSubscriber?.reconnect(
                snapshotIdentity: change.namesIdentity, changeIdentity: change.namesChangesIdentity)
        }
    }

    /// In the order of dependence: the group shuts down from the last to the first, so intake ends first, then what is
    /// in flight is finished while workers and sink still run.
    func services(logger: Logger) -> [StageService] {
        var services: [StageService] = []
        // The first to run, and the last to stop.
        for handler in authentication { services.append(StageService("authentication") { try await handler.run() }) }
        if let control { services.append(StageService("control") { try await control.run() }) }
        if let archive {
            // It ends after the sink, and takes along what the sink has written, unless that is much: a start goes on with it.
            services.append(
                StageService(
                    "archive", finish: { await archive.catchUp(within: .milliseconds(100)) },
                    body: { try await archive.run() }))
        }
        if let replay { services.append(StageService("replay") { try await replay.run() }) }
        if let sink { services.append(StageService("sink") { try await sink.run() }) }
        if let nameServer { services.append(StageService("names") { try await nameServer.run() }) }
        if let nameSubscriber { services.append(StageService("names' copy") { try await nameSubscriber.run() }) }
        for worker in workers {
            services.append(
                StageService("worker") { [nameSubscriber] in
                    // Which names a record used must not depend on who was first after a start. A worker that is stopped
                    // meanwhile still says goodbye.
                    if worker.stageName == .attribution { try? await nameSubscriber?.ready() }
                    try await worker.run()
                })
        }
        if let dispatcher {
            services.append(
                StageService(
                    "dispatcher",
                    finish: {
                        if await !dispatcher.drain() {
                            logger.warning(
                                "not everything in flight was finished in time; it runs again at the next start")
                        }
                    },
                    body: { try await dispatcher.run() }))
        }
        if let ingest {
            services.append(
                StageService("ingest", finish: { await ingest.finish() }, body: { try await ingest.run() }))
        }
        if let feed {
            services.append(StageService("page", finish: { await feed.close() }, body: { try await feed.run() }))
        }
        return services
    }

    /// Ends threads and sockets. Actors that live on the loops must not be used afterwards.
    func close(_ context: Context, logger: Logger) async {
        await stopThreads()
        if await !context.shutdown(within: .seconds(5)) { logger.warning("the ZeroMQ context did not end in time") }
    }

    func stopThreads() async {
        await intake?.close()
        await records?.close()
        await nameKeeper?.close()
        await archive?.close()
        await archiveReaders?.close()
        await pasted?.close()
        for loop in loops { loop.stop() }
    }
}
