package import Logging
package import ServiceConfiguration
package import Stages

package import Archive
package import LivePage
internal import Foundation
internal import Journal
package import LanguageAnalysis
internal import NewsModel
internal import Pipeline
internal import ZeroMQ

/// The stages of one process, assembled from the configuration and ready to run: sockets are bound, logs are open.
package struct RunningService: Sendable {
    /// In the order of dependence: shut down from the last to the first.
    package let services: [StageService]
    package let inspection: ServiceInspection
    /// Answers questions about the archive, where this process keeps one.
    package let archive: ArchiveReaders?
    /// The page that people read, where this process serves it.
    package let page: LivePage?
    /// Where this process's runs are remembered, if it owns a log.
    package let history: RunHistory?
    /// To be called when all services have ended: threads stop, logs and sockets are closed.
    package let close: @Sendable () async -> Void
    /// Applies what a running service can change.
    package let reload: @Sendable (ServiceConfiguration) async -> Void
    /// Keys, clients and tokens.
    let security: ServiceSecurity
    /// Reads their files again. A `ServiceError` says that something is wrong with them, and nothing was changed; a
    /// `ZeroMQError` that the service cannot listen any more.
    package let rereadKeys: @Sendable () async throws -> Void
}

/// Builds a `RunningService`.
package struct ServiceAssembly: Sendable {
    package var configuration: ServiceConfiguration
    package var roles: ServiceRoles
    package var pipeline: PipelineDefinition
    package var analyzer: Analyzer
    package var clock: StageClock
    package var logger: Logger
    /// Sockets that listen already, for the endpoints that are theirs.
    package var listeners: HandedListeners
    /// Told apart in the logs and in `quoted status`.
    package var processName: String
    /// Read at the start.
    var security: ServiceSecurity?

    package init(
        configuration: ServiceConfiguration, roles: ServiceRoles, pipeline: PipelineDefinition = .standard,
        analyzer: Analyzer, clock: StageClock = .system, logger: Logger, listeners: HandedListeners = HandedListeners(),
        processName: String
    ) {
        self.configuration = configuration
        self.roles = roles
        self.pipeline = pipeline
        self.analyzer = analyzer
        self.clock = clock
        self.logger = logger
        self.listeners = listeners
        self.processName = processName
    }

    /// Opens logs and binds sockets.
    /// - Throws: `JournalError`, `ZeroMQError`, `ServiceError`: each says what to do.
    package func start() async throws -> RunningService {
        var assembly = self
        let security = try ServiceSecurity(configuration, roles: roles)
        assembly.security = security
        return try await assembly.start(security)
    }

    private func start(_ security: ServiceSecurity) async throws -> RunningService {
        try StateDirectory.prepare(configuration.state)
        let facts = facts()
        let context = try Context(inherited: listeners.zeroMQ(except: configuration.endpoints.http))
        var parts = AssembledParts()
        do {
            // Before anything listens: without a handler, nobody gets in.
            try await addAuthentication(to: &parts, security: security, context: context)
            if roles.takesArticles { try await addIngest(to: &parts, context: context) }
            if roles.writesRecords {
                try await addSink(to: &parts, context: context)
                try await addNames(to: &parts, context: context)
                try await addArchive(to: &parts)
                try await addPage(to: &parts, context: context)
            }
            try await addWorkers(to: &parts, context: context)
            if roles.takesArticles { try await addControl(to: &parts, facts: facts, context: context) }
        } catch {
            await parts.stopThreads()
            // Sockets go with their actors; the context would wait for them.
            parts = AssembledParts()
            _ = await context.shutdown(within: .seconds(1))
            throw error
        }
        history?.begin(processID: Int(ProcessInfo.processInfo.processIdentifier), time: facts.start)
        return finish(parts, security, facts: facts, context: context)
    }

    /// A process that owns no log may share its state directory with others of its kind, and is expendable.
    package var history: RunHistory? {
        guard roles.takesArticles || roles.writesRecords else { return nil }
        let name = roles.takesArticles ? (roles.writesRecords ? "serve" : "ingest") : "sink"
        return RunHistory(stateDirectory: configuration.state, name: name)
    }

    private func facts() -> ProcessFacts {
        ProcessFacts(
            name: processName, state: configuration.state, clock: clock, start: clock.calendar(),
            earlierRuns: history?.runs(wereEnded: true) ?? [], analyzer: configuration.analysis.analyzer.rawValue)
    }

    private func finish(
        _ parts: AssembledParts, _ security: ServiceSecurity, facts: ProcessFacts, context: Context
    ) -> RunningService {
        let logger = logger
        return RunningService(
            services: parts.services(logger: logger),
            inspection: parts.inspection(of: facts),
            archive: parts.archiveReaders,
            page: page(parts),
            history: history,
            close: { await parts.close(context, logger: logger) },
            reload: { await parts.apply($0) },
            security: security,
            rereadKeys: { try await parts.apply(security.reread()) })
    }
}
