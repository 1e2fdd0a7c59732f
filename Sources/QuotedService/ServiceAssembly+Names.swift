internal import Authentication
internal import Journal
package import LearntNames
internal import Logging
package import ServiceConfiguration
internal import Stages
internal import ZeroMQ

extension ServiceAssembly {
    /// The keeper of the learnt names, beside the record log that it learns from, and what hands them to workers.
    func addNames(to parts: inout AssembledParts, context: Context) async throws {
        let names = configuration.names
        guard names.mode != .off else { return }
        let directory = configuration.state + "/names"
        parts.locks.append(try await claim(directory))
        let (log, pinned) = try openNames(directory, &parts)
        let keeper = NameKeeper(
            log: log, records: configuration.state + "/records", learns: names.mode == .learn, pinned: pinned, clock: clock,
            logger: logger)
        parts.nameKeeper = keeper
        let loop = try PollLoop(name: "names")
        parts.loops.append(loop)
        var options = NameServer.Options(
            snapshots: try Endpoint(configuration.endpoints.names), changes: try Endpoint(configuration.endpoints.namesChanges),
            interval: names.interval, isPinned: pinned != nil)
        options.hasNeighbours = true
        options.snapshotAccess = try access("names", .names)
        options.changeAccess = try access("names-changes", .names)
        let (serverOptions, logger) = (options, logger)
        parts.nameServer = try await LoopHome(loop).perform {
            try NameServer(options: serverOptions, keeper: keeper, context: context, loop: loop, logger: logger)
        }
        try restrict([configuration.endpoints.names, configuration.endpoints.namesChanges])
    }

    /// Opens the names' log and brings its settings up to the configuration's.
    private func openNames(_ directory: String, _ parts: inout AssembledParts) throws -> (NameLog, NameTable?) {
        let names = configuration.names
        do {
            let log = try NameLog(
                directory: directory, options: NameLog.Options(historyBytes: names.historyBytes.bytes))
            parts.openedLogs.append(ProcessFacts.OpenedLog("names", log.recovery))
            if !log.recovery.isClean {
                logger.warning(
                    "a log was mended when it was opened", metadata: ["log": "names", "report": "\(log.recovery)"])
            }
            let sources = try NameSources(names)
            if sources.places.isEmpty { logger.warning("no seed of names is there; offices are compared by their words alone") }
            try log.append(sources.operations(for: log.table), time: clock.calendar())
            let pinned = names.version == 0 ? nil : try NameLog.table(directory: directory, version: UInt64(names.version))
            return (log, pinned)
        } catch let fault as NameLogFault {
            throw ServiceError("names: \(fault)", exit: .configuration)
        }
    }

    /// The copy of the names for this process's attribution workers.
    func nameSubscriber(on loop: PollLoop, context: Context) async throws -> NameSubscriber? {
        guard configuration.names.mode != .off else { return nil }
        // The names are kept where records are written.
        let isHere = roles.writesRecords
        let snapshots = try Endpoint(isHere ? NameServer.inProcess.snapshots : configuration.endpoints.names)
        let changes = try Endpoint(isHere ? NameServer.inProcess.changes : configuration.endpoints.namesChanges)
        let asking = isHere ? nil : try security?.identity(for: "names")
        let hearing = isHere ? nil : try security?.identity(for: "names-changes")
        let (clock, logger) = (clock, logger)
        return try await LoopHome(loop).perform {
            try NameSubscriber(
                snapshots: snapshots, changes: changes, snapshotIdentity: asking, changeIdentity: hearing,
                context: context, loop: loop, clock: clock, logger: logger)
        }
    }
}

extension NameSources {
    /// - Throws: `NameLogFault` naming file and line.
    package init(_ names: ServiceConfiguration.Names) throws(NameLogFault) {
        func days(_ duration: Duration) -> Int { max(1, Int(duration.components.seconds / 86_400)) }
        try self.init(
            settings: NameSettings(
                minimumEvidence: names.minimumEvidence, dominance: names.dominance, recency: days(names.recency),
                halfLife: days(names.halfLife), maximumNames: names.maximumNames),
            seed: names.seed, holders: names.officeHolders)
    }
}
