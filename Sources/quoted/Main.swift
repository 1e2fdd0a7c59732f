import ArgumentParser
import Foundation
import Pipeline
import ServiceConfiguration

@main
struct Quoted: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "quoted",
        abstract: "Reads the news as it comes in and says who said what.",
        discussion: "Try it with 'quoted demo', or on one text with 'quoted analyze FILE'; start the service with 'quoted serve'.",
        version: Release.version,
        subcommands: [
            Demo.self, Serve.self, RunStage.self, Analyze.self, Push.self, Watch.self, Status.self, Top.self, Trace.self,
            DeadLetters.self, Names.self, JournalCommand.self, Search.self, ArchiveCommand.self, Check.self, Keygen.self,
            Evaluate.self,
        ])

    static func main() async {
        let names = configuration.subcommands.map { $0._commandName } + ["help"]
        if let word = CommandLine.arguments.dropFirst().first, !word.hasPrefix("-"), !names.contains(word) {
            exit(withError: ValidationError("no command \"\(word)\"\(suggestion(for: word, among: names))"))
        }
        await main(nil)
    }

    /// Without a command: what to do next.
    func run() async throws {
        print(
            """
            quoted reads news articles and says who said what. What to do next:

              quoted demo               a service to try, with articles of Wikinews; Ctrl-C ends it
              quoted analyze FILE       one text, no service
              quoted serve              the service; its page is then at \(Self.pageAddress)
              quoted push FILE          hands it articles
              quoted watch              who says what, as it comes in

            All commands: quoted --help
            """)
    }

    /// As configured; a fault in the configuration is for the commands that use it to tell.
    private static var pageAddress: String {
        let (configuration, _) = ServiceConfiguration.load(
            file: nil, flags: [:], environment: ProcessInfo.processInfo.environment)
        let http = configuration?.endpoints.http ?? ""
        return "http://\(http.isEmpty ? ServiceConfiguration.Endpoints().http : http)/"
    }
}
