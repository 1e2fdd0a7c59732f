import ArgumentParser
import Foundation
import QuotedService
import ServiceConfiguration

struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Validate the configuration, its endpoints and directories; list every fault.",
        discussion: "Exit 78 when there is any. A running service is left alone, and may have this configuration.")

    @Flag(help: "Print the source of the manual page quoted.toml(5), every key with its meaning, and check nothing.")
    var reference = false

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Also tell where this socket unit and the endpoints differ; may be given several times.",
            discussion: "With drop-ins: systemctl cat quoted.socket | quoted check --socket-unit -",
            valueName: "file"))
    var socketUnit: [String] = []

    @OptionGroup var options: ConfigurationOptions

    func run() throws {
        if reference {
            print(ServiceConfiguration.manualPage(version: Quoted.configuration.version), terminator: "")
            return
        }
        let (inspected, notices) = EnvironmentCheck.complete(
            ServiceConfiguration.inspect(
                file: options.config, flags: options.flags, environment: ProcessInfo.processInfo.environment),
            handed: try handedSockets())
        for fault in inspected.faults { StandardError.write("quoted: \(fault)") }
        for notice in notices { StandardError.write("quoted: note: \(notice)") }
        guard inspected.faults.isEmpty else { throw ExitCode.configuration }
        print("The configuration is good.")
    }

    /// The sockets that systemd hands to this command, as it would to the service, and those that units would.
    private func handedSockets() throws -> [HandedSocket] {
        var sockets = HandedSocket.received(environment: ProcessInfo.processInfo.environment)
        for path in socketUnit {
            let file = path == "-" ? FileHandle.standardInput : FileHandle(forReadingAtPath: path)
            guard let data = try? file?.readToEnd() ?? Data(), file != nil else {
                throw ValidationError("--socket-unit: \(path) cannot be read")
            }
            sockets += SocketUnitFile.sockets(in: String(decoding: data, as: UTF8.self), name: path)
        }
        return sockets
    }
}
