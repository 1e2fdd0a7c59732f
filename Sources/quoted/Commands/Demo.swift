import ArgumentParser
import Foundation
import NewsFormats
import Pipeline
import QuotedService
import ServiceClient
import ServiceConfiguration
import Stages

struct Demo: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Try it: a throw-away service reads articles of Wikinews and shows who said what.",
        discussion: """
            The service takes the default ports where they are free, else others; configuration files and QUOTED_ variables \
            do not count. On a desktop the live page is opened. Ctrl-C ends the service and removes everything it kept.
            """)

    @Argument(help: "Files or directories with other articles. Default: 24 articles of Wikinews that come with the program.", completion: .file())
    var files: [String] = []

    @Option(name: .long, help: "Seconds between two articles.")
    var pause = 2.0

    @Flag(name: .long, help: "Do not open the page, only tell its address.")
    var noOpen = false

    func validate() throws {
        guard (0...3_600).contains(pause) else { throw ValidationError("--pause takes 0 to 3600 seconds") }
    }

    func run() async throws {
        let articles = try files.isEmpty ? [shipped()] : files
        guard let directory = TemporaryDirectory(prefix: "quoted-demo") else {
            StandardError.write(
                "quoted: no directory for the state can be made: \(String(cString: strerror(errno))); name another place with TMPDIR")
            throw ExitCode.unavailable
        }
        defer { directory.remove() }
        let configuration = try configuration(state: directory.path)
        let address = "http://\(configuration.endpoints.http)/"
        let demonstration = Demonstration(
            endpoints: configuration.endpoints, files: articles, pause: .seconds(pause), page: .forStandardOutput
        ) { count in
            StandardError.write("\n\(count) \(count == 1 ? "article" : "articles") read. The service goes on until Ctrl-C; the page: \(address)")
            StandardError.write("More articles: quoted push --ingest \(configuration.endpoints.ingest) FILE")
        }
        let ready = AsyncStream.makeStream(of: Void.self)
        let service = ServiceProcess(
            reread: {
                // SIGHUP: nothing is there to be read again, but the terminal may be gone.
                Self.stop()
                return (configuration, [])
            }, onReady: { ready.continuation.finish() })
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { [noOpen] in
                for await _ in ready.stream {}
                guard !Task.isCancelled else { return }
                StandardError.write("The page: \(address) (Ctrl-C ends the service)\n")
                if !noOpen { Desktop.open(address) }
                do {
                    try await Self.explaining { try await demonstration.run() }
                } catch where !Task.isCancelled {
                    Self.stop()
                    throw error
                } catch {}
            }
            try await service.run(configuration, roles: .all(of: .standard), name: ServiceProcess.hostName())
            group.cancelAll()
            try await group.waitForAll()
        }
    }

    /// As Ctrl-C does: the service closes in order, which it would not when its task is cancelled.
    private static func stop() { kill(getpid(), SIGTERM) }

    private func shipped() throws -> String {
        if let path = SampleArticles.path { return path }
        StandardError.write(
            "quoted: the articles that come with the program are not beside it; name some of your own: quoted demo FILE")
        throw ExitCode.badInput
    }

    /// The defaults, in a state directory of their own.
    private func configuration(state: String) throws -> ServiceConfiguration {
        guard let ports = LoopbackPorts.choose(preferred: [5570, 5571, 5572, 5573, 5574]) else {
            StandardError.write("quoted: this machine has no free port on 127.0.0.1: \(String(cString: strerror(errno)))")
            throw ExitCode.unavailable
        }
        var flags = ["state": state, "logging.level": "error", "service.drain-deadline": "2 s"]
        flags["endpoints.http"] = "127.0.0.1:\(ports[0])"
        for (name, port) in zip(["ingest", "push", "stream", "replay"], ports.dropFirst()) {
            flags["endpoints.\(name)"] = "tcp://127.0.0.1:\(port)"
        }
        // Nobody's file, nobody's environment but for where directories are.
        let environment = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("QUOTED_") }
        let (configuration, faults) = ServiceConfiguration.load(file: nil, flags: flags, environment: environment, systemFile: "")
        guard let configuration else {
            for fault in faults { StandardError.write("quoted: \(fault)") }
            throw ExitCode.configuration
        }
        return configuration
    }

    /// - Throws: the exit status, with the error on standard error.
    private static func explaining(_ body: () async throws -> Void) async throws {
        do {
            try await body()
        } catch let error as ClientError {
            StandardError.write("quoted: \(error)")
            throw ExitCode.unavailable
        } catch let error as OutputFault {
            StandardError.write("quoted: \(error)")
            throw ExitCode.unavailable
        }
    }
}
