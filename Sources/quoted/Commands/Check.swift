import ArgumentParser
import QuotedService
import ServiceConfiguration

struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Validate the configuration, its endpoints and directories; list every fault.")

    @Flag(help: "Print the source of the manual page quoted.toml(5), every key with its meaning, and check nothing.")
    var reference = false

    @OptionGroup var options: ConfigurationOptions

    func run() throws {
        if reference {
            print(ServiceConfiguration.manualPage(version: Quoted.configuration.version), terminator: "")
            return
        }
        let (configuration, faults) = options.read()
        var messages = faults.map(\.description)
        if let configuration { messages += EnvironmentCheck.faults(of: configuration) }
        for message in messages { StandardError.write("quoted: \(message)") }
        guard messages.isEmpty else { throw ExitCode.configuration }
        print("The configuration is good.")
    }
}
