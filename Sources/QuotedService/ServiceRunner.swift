internal import Archive
internal import ArchiveAPI
internal import Foundation
internal import Journal
package import Logging
internal import Observability
package import ServiceConfiguration

internal import LanguageAnalysis
internal import LivePage
internal import Pipeline
internal import ServiceLifecycle
internal import Stages
internal import UnixSignals

/// Runs a process of the service from start to exit: assembly, HTTP, signals, systemd.
package struct ServiceRunner: Sendable {
    package var configuration: ServiceConfiguration
    package var roles: ServiceRoles
    /// Reads the configuration again, for SIGHUP: the new one, or its faults.
    package var reread: @Sendable () -> (ServiceConfiguration?, [ConfigurationFault])
    package var logger: Logger
    package var processName: String
    package var environment: [String: String]
    /// Changes level and format of the log handlers.
    package var setLogging: @Sendable (ServiceConfiguration.Logging) -> Void
    /// Told once, when every part listens.
    package var onReady: @Sendable () -> Void

    package init(
        configuration: ServiceConfiguration, roles: ServiceRoles,
        reread: @escaping @Sendable () -> (ServiceConfiguration?, [ConfigurationFault]), logger: Logger,
        processName: String, environment: [String: String],
        setLogging: @escaping @Sendable (ServiceConfiguration.Logging) -> Void,
        onReady: @escaping @Sendable () -> Void = {}
    ) {
        self.configuration = configuration
        self.roles = roles
        self.reread = reread
        self.logger = logger
        self.processName = processName
        self.environment = environment
        self.setLogging = setLogging
        self.onReady = onReady
    }

    /// Returns after SIGTERM or SIGINT, when what ran is finished and synced.
    /// - Throws: why the service cannot start or go on.
    package func run() async throws {
        let listeners = HandedListeners(
            HandedSocket.received(environment: environment), for: configuration, roles: roles)
        guard listeners.faults.isEmpty else {
            throw ServiceError(listeners.faults.joined(separator: "; "), exit: .configuration)
        }
        let assembly = ServiceAssembly(
            configuration: configuration, roles: roles, analyzer: try ConfiguredAnalyzer.make(configuration.analysis, roles: roles),
            logger: logger, listeners: listeners, processName: processName)
        // Before anybody is told that the service is ready: a SIGHUP that follows must be heard.
        let hangUps = await UnixSignalsSequence(trapping: .sighup)
        let running = try await start(assembly)
        let notifier = SystemdNotice(ServiceNotifier(environment: environment), logger: logger)
        var services: [any Service] = []
        let listening = AsyncStream.makeStream(of: Void.self)
        if let http = try httpEndpoint(running, listeners, onListening: { listening.continuation.finish() }) {
            services.append(StageService("http") { try await http.run() })
        } else {
            listening.continuation.finish()
        }
        services += running.services as [any Service]
        services.append(watchdog(running.inspection, notifier: notifier, after: listening.stream))
        services.append(reloading(running, on: hangUps, notifier: notifier))
        var group = ServiceGroupConfiguration(
            services: services, gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
        // A drain that hangs is cut off; what was not finished runs again at the next start.
        group.maximumGracefulShutdownDuration = configuration.service.drainDeadline + .seconds(10)
        do {
            try await ServiceGroup(configuration: group).run()
        } catch {
            note(RunHistory.Ending(of: error), "\(error)", in: running.history)
            await running.close()
            throw error
        }
        note(.stopped, "", in: running.history)
        await running.close()
        logger.notice("stopped")
    }

    private func start(_ assembly: ServiceAssembly) async throws -> RunningService {
        do {
            return try await assembly.start()
        } catch let error as JournalError where error.code == .locked {
            // The history is that of the service that runs.
            throw error
        } catch {
            note(.notStarted, "\(error)", in: assembly.history)
            throw error
        }
    }

    private func note(_ ending: RunHistory.Ending, _ reason: String, in history: RunHistory?) {
        history?.end(
            ending, reason: reason, processID: Int(ProcessInfo.processInfo.processIdentifier),
            time: StageClock.system.calendar())
    }

    // MARK: HTTP

    private func httpEndpoint(
        _ running: RunningService, _ listeners: HandedListeners, onListening: @escaping @Sendable () -> Void
    ) throws -> HTTPEndpoint? {
        guard !configuration.endpoints.http.isEmpty else { return nil }
        let inspection = running.inspection
        return try HTTPEndpoint(
            address: configuration.endpoints.http, descriptor: listeners.descriptor(of: configuration.endpoints.http),
            sources: HTTPEndpoint.Sources(
                metrics: { MetricsPage.families(await inspection.snapshot()) },
                // Alive is who answers; a full disk is no reason for a restart.
                healthFaults: { await inspection.snapshot().unanswered.map { "\($0) does not answer" } },
                readinessFaults: { await inspection.missing() },
                status: { StatusReport.text(await inspection.snapshot()) }),
            routes: (running.archive.map { ArchiveRoutes.routes($0, logger: logger) } ?? []) + (running.page?.routes ?? []),
            limits: httpLimits, admits: running.security.admits,
            // The server calls every connection that a stop cuts short an error; what matters it throws.
            logger: Logger(label: "http") { _ in SwiftLogNoOpLogHandler() }, onListening: { _ in onListening() })
    }

    /// A question to the archive has its own limit, which is to end it before the endpoint does.
    private var httpLimits: HTTPEndpoint.Limits {
        var limits = HTTPEndpoint.Limits()
        // A page that is open holds one connection.
        if configuration.page.isEnabled { limits.connections += configuration.page.clients }
        limits.answerTime = max(limits.answerTime, configuration.archive.queryTime + .seconds(1))
        return limits
    }

    // MARK: systemd

    /// Tells systemd when articles can flow, and while it lasts that work goes on: no sign of life is sent when the
    /// parts do not answer or when articles are there and none gets done.
    private func watchdog(
        _ inspection: ServiceInspection, notifier: SystemdNotice, after listening: AsyncStream<Void>
    ) -> StageService {
        StageService("watchdog", finish: { notifier.tell { try $0.stopping() } }) {
            for await _ in listening {}
            try Task.checkCancellation()
            var progress = ProgressMonitor()
            var isShort = false
            notifier.tell { try $0.ready() }
            logger.notice("ready")
            onReady()
            let interval = notifier.notifier.watchdogInterval.map { $0 / 3 } ?? .seconds(5)
            while true {
                try await Task.sleep(for: interval)
                let shortage = StartLimits.descriptorShortage()
                if let shortage, !isShort { logger.error("new clients cannot connect", metadata: ["reason": "\(shortage)"]) }
                isShort = shortage != nil
                let snapshot = await inspection.snapshot(within: .seconds(5))
                guard snapshot.unanswered.isEmpty else {
                    logger.error("parts do not answer", metadata: ["parts": "\(snapshot.unanswered.joined(separator: ", "))"])
                    continue
                }
                if let dispatch = snapshot.dispatch { progress.patience = dispatch.patience }
                guard progress.isMoving(snapshot.progress, at: .now) else {
                    logger.error("no article gets done")
                    continue
                }
                if notifier.notifier.watchdogInterval != nil { notifier.tell { try $0.alive() } }
            }
        }
    }

    // MARK: Reload

    private func reloading(
        _ running: RunningService, on hangUps: UnixSignalsSequence, notifier: SystemdNotice
    ) -> StageService {
        StageService("reload") {
            var current = configuration
            for await signal in hangUps where signal == .sighup {
                notifier.tell { try $0.reloading() }
                let (new, faults) = reread()
                if let new {
                    do {
                        try await running.rereadKeys()
                    } catch let error as ServiceError {
                        logger.error("configuration fault", metadata: ["fault": "\(error)"])
                        logger.error("the new configuration is bad; the old one stays in force")
                        notifier.tell { try $0.ready() }
                        continue
                    }
                    let changes = current.changes(to: new)
                    current = current.applying(new)
                    setLogging(current.logging)
                    await running.reload(current)
                    running.inspection.reloads.noteApplied(needsRestart: changes.needsRestart)
                    logger.notice(
                        "configuration read again",
                        metadata: [
                            "changed": "\(changes.applicable.joined(separator: " "))",
                            "needs-restart": "\(changes.needsRestart.joined(separator: " "))",
                        ])
                } else {
                    for fault in faults { logger.error("configuration fault", metadata: ["fault": "\(fault)"]) }
                    running.inspection.reloads.noteRefused()
                    logger.error("the new configuration is bad; the old one stays in force")
                }
                notifier.tell { try $0.ready() }
            }
        }
    }
}

/// systemd is told as far as it listens; that it cannot be told is worth a line, no more.
struct SystemdNotice: Sendable {
    let notifier: ServiceNotifier
    private let logger: Logger

    init(_ notifier: ServiceNotifier, logger: Logger) {
        self.notifier = notifier
        self.logger = logger
    }

    func tell(_ message: (ServiceNotifier) throws -> Void) {
        do { try message(notifier) } catch { logger.warning("\(error)") }
    }
}

/// Whether articles get done: the count of those done moves while any are in flight.
package struct ProgressMonitor {
    /// How long a standstill may last.
    package var patience: Duration
    private var last = 0
    private var since: ContinuousClock.Instant?

    package init(patience: Duration = .seconds(40)) { self.patience = patience }

    package mutating func isMoving(_ progress: (done: Int, inFlight: Int), at now: ContinuousClock.Instant) -> Bool {
        if progress.inFlight == 0 || progress.done != last || since == nil {
            last = progress.done
            since = now
        }
        return since.map { now - $0 < patience } ?? true
    }
}

extension ServiceInspection.Snapshot {
    /// Jobs done at any stage, and articles that wait for it.
    var progress: (done: Int, inFlight: Int) {
        guard let dispatch, dispatch.isStaffed, sink?.trouble == nil, intake?.trouble == nil, !waitsForSink(dispatch) else {
            return (0, 0)
        }
        return (dispatch.stages.reduce(dispatch.dead) { $0 + $1.done + $1.retried }, dispatch.inFlight)
    }

    /// A sink in another process may wait for its disk as long as that takes; whether it hangs, that process judges.
    private func waitsForSink(_ dispatch: DispatchFigures) -> Bool {
        sink == nil && dispatch.stages.dropLast().allSatisfy { $0.waiting == 0 && $0.running == 0 }
    }
}
