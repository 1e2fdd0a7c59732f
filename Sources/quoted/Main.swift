import ArgumentParser

@main
struct Quoted: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "quoted",
        abstract: "Reads the news as it comes in and says who said what.",
        discussion: "Start the service with 'quoted serve'; try it on one text with 'quoted analyze FILE'.",
        version: "0.1.0",
        subcommands: [
            Serve.self, RunStage.self, Analyze.self, Push.self, Watch.self, Status.self, Top.self, Trace.self,
            DeadLetters.self, JournalCommand.self, Search.self, ArchiveCommand.self, Check.self, Evaluate.self,
        ])
}
