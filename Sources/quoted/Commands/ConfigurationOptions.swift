import ArgumentParser
import Foundation
import QuotedService
import ServiceConfiguration

/// The flags of every command that reads the configuration.
struct ConfigurationOptions: ParsableArguments {
    @Option(
        name: .long, help: "The configuration file. Default: $QUOTED_CONFIG, else /etc/quoted/quoted.toml.",
        completion: .file(extensions: ["toml"]))
    var config: String?

    @Option(name: .long, help: "The state directory: logs, archive, sockets.", completion: .directory)
    var state: String?

    /// Settings that were given as flags.
    var flags: [String: String] {
        state.map { ["state": $0] } ?? [:]
    }

    /// Reads the configuration and writes every fault to standard error.
    /// - Throws: exit 78 when there are any.
    func load(additional: [String: String] = [:]) throws -> ServiceConfiguration {
        let (configuration, faults) = read(additional: additional)
        guard let configuration else {
            for fault in faults { StandardError.write("quoted: \(fault)") }
            throw ExitCode.configuration
        }
        return configuration
    }

    func read(additional: [String: String] = [:]) -> (ServiceConfiguration?, [ConfigurationFault]) {
        ServiceConfiguration.load(
            file: config, flags: flags.merging(additional) { $1 }, environment: ProcessInfo.processInfo.environment)
    }
}
