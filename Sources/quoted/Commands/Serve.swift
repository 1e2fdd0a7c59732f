import ArgumentParser
import Foundation
import Logging
import Observability
import Pipeline
import QuotedService
import ServiceConfiguration
import Stages

struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "The service: every stage in this process, or those that the configuration names.")

    @OptionGroup var options: ConfigurationOptions

    func run() async throws {
        let configuration = try options.load()
        do {
            let roles = try ServiceRoles(configured: configuration.service.stages, of: .standard)
            try await ServiceProcess(reread: { [options] in options.read() }).run(
                configuration, roles: roles, name: ServiceProcess.hostName())
        } catch let error as ServiceError {
            StandardError.write("quoted: \(error)")
            throw ExitCode(error.exit.rawValue)
        }
    }
}

struct RunStage: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stage", abstract: "One stage alone in this process; any number of them may join a running service.")

    @Argument(
        help: "ingest, sentences, entities, attribution or sink. What follows a colon tells instances apart: entities:2.",
        completion: .list(PipelineDefinition.standard.allNames.map(\.rawValue)))
    var name: String

    @Option(name: .long, help: "Serve metrics and health at HOST:PORT. Off by default, except for ingest.")
    var http: String?

    @OptionGroup var options: ConfigurationOptions

    func run() async throws {
        let parts = name.split(separator: ":", maxSplits: 1).map(String.init)
        let stage = StageName(parts.first ?? "")
        guard PipelineDefinition.standard.allNames.contains(stage) else {
            let known = PipelineDefinition.standard.allNames.map(\.rawValue).joined(separator: ", ")
            throw ValidationError("no stage \"\(name)\"; the stages are \(known)")
        }
        var flags: [String: String] = [:]
        if let http { flags["endpoints.http"] = http } else if stage != .ingest { flags["endpoints.http"] = "" }
        let configuration = try options.load(additional: flags)
        let instance = parts.count > 1 ? "\(ServiceProcess.hostName()):\(parts[1])" : ServiceProcess.hostName()
        try await ServiceProcess(reread: { [options, flags] in options.read(additional: flags) }).run(
            configuration, roles: .only(stage), name: "\(instance):\(ProcessInfo.processInfo.processIdentifier)")
    }
}

/// What `serve`, `stage` and `demo` share: logging, signals, exit status.
struct ServiceProcess: Sendable {
    /// Reads the configuration again, for SIGHUP.
    let reread: @Sendable () -> (ServiceConfiguration?, [ConfigurationFault])
    /// Told when articles can flow.
    var onReady: @Sendable () -> Void = {}

    func run(_ configuration: ServiceConfiguration, roles: ServiceRoles, name: String) async throws {
        let output = JournalLogHandler.Output(
            level: configuration.logging.swiftLevel, format: configuration.logging.handlerFormat,
            environment: ProcessInfo.processInfo.environment)
        Self.ignoreSignals()
        StartLimits.keepFilesPrivate()
        LoggingSystem.bootstrap { JournalLogHandler(label: $0, output: output) }
        let logger = Logger(label: "quoted")
        let runner = ServiceRunner(
            configuration: configuration, roles: roles, reread: reread, logger: logger, processName: name,
            environment: ProcessInfo.processInfo.environment,
            setLogging: { logging in
                output.level = logging.swiftLevel
                output.format = logging.handlerFormat
            }, onReady: onReady)
        do {
            let descriptors = try StartLimits.prepare()
            if descriptors < 4_096 {
                logger.warning(
                    "few open files are allowed, and each client takes one: raise the hard limit (ulimit -Hn, LimitNOFILE=)",
                    metadata: ["allowed": "\(descriptors)"])
            }
            try await runner.run()
        } catch let error as ServiceError {
            logger.critical("cannot run", metadata: ["error": "\(error)"])
            throw ExitCode(error.exit.rawValue)
        } catch {
            logger.critical("cannot go on", metadata: ["error": "\(error)"])
            throw ExitCode(ServiceError.Exit(of: error).rawValue)
        }
    }

    /// A client that goes away while it is written to, and a file that may not grow any more (ulimit -f), are errors of those
    /// calls, not the end of the process; a reload that is asked for before the service listens for it is no reason to end
    /// either.
    private static func ignoreSignals() {
        signal(SIGPIPE, SIG_IGN)
        signal(SIGXFSZ, SIG_IGN)
        signal(SIGHUP, SIG_IGN)
    }

    static func hostName() -> String {
        ProcessInfo.processInfo.hostName.split(separator: ".").first.map(String.init) ?? "localhost"
    }
}

extension ServiceConfiguration.Logging {
    var swiftLevel: Logger.Level { Logger.Level(rawValue: level.rawValue) ?? .info }
    var handlerFormat: JournalLogHandler.Format { format == .json ? .json : .text }
}
