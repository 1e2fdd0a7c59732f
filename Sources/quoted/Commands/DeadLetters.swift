import ArgumentParser
import Foundation
import NewsFormats

struct DeadLetters: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dead-letters", abstract: "Articles that could not be analysed: stage, reason, tries.",
        subcommands: [List.self, Show.self, Retry.self, Purge.self], defaultSubcommand: List.self)

    struct Letter: Decodable {
        var sequence: Int
        var id: String
        var stage: String
        var reason: String
        var tries: Int
        /// Milliseconds since 1970.
        var time: Int

        var line: String {
            let date = Date(timeIntervalSince1970: Double(time) / 1_000)
                .formatted(.iso8601.dateSeparator(.dash).timeSeparator(.colon))
            return "\(sequence)  \(date)  \(stage)  tries \(tries)  \(id.isEmpty ? "(no article)" : id)  \(reason)"
        }
    }

    /// Which letters a command is about.
    struct Choice: ParsableArguments {
        @Argument(help: "The letter's number, as 'list' shows it.")
        var number: UInt64?

        @Flag(name: .long, help: "All letters.")
        var all = false

        func validate() throws {
            guard (number != nil) != all else { throw ValidationError("give the number of a letter, or --all") }
        }

        func write(to json: inout JSONWriter) {
            if let number { json.field("sequence", Int(clamping: number)) }
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "One line for each, oldest first; the last 1,000.")

        @Flag(name: .long, help: "Print the answer's JSON.")
        var json = false

        @OptionGroup var control: ControlOptions

        private struct Answer: Decodable {
            var count: Int
            var letters: [Letter]
        }

        func run() async throws {
            if json { return print(String(decoding: try await control.ask("dead-letters.list"), as: UTF8.self)) }
            let answer = try await control.ask("dead-letters.list", Answer.self)
            for letter in answer.letters { print(letter.line) }
            if answer.count > answer.letters.count {
                StandardError.write("quoted: \(answer.count - answer.letters.count) older ones are not shown")
            }
            if answer.count == 0 { StandardError.write("quoted: there are no dead letters") }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "One letter with its article's text.")

        @Argument(help: "The letter's number, as 'list' shows it.")
        var number: UInt64

        @OptionGroup var control: ControlOptions

        private struct Answer: Decodable {
            var letter: Letter
            var text: String
        }

        func run() async throws {
            let answer = try await control.ask("dead-letters.show", Answer.self) {
                $0.field("sequence", Int(clamping: number))
            }
            print(answer.letter.line)
            print("")
            print(TerminalText.safe(answer.text))
        }
    }

    struct Retry: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Accept the articles anew and analyse them again.")

        @OptionGroup var choice: Choice
        @OptionGroup var control: ControlOptions

        private struct Answer: Decodable {
            var retried: Int
            var unfit: Int
        }

        func run() async throws {
            let answer = try await control.ask("dead-letters.retry", Answer.self, fields: choice.write)
            print("retried \(answer.retried)")
            try report(unfit: answer.unfit, "hold no article or are not there")
        }
    }

    struct Purge: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Drop the letters for good.")

        @OptionGroup var choice: Choice
        @OptionGroup var control: ControlOptions

        private struct Answer: Decodable {
            var purged: Int
            var unfit: Int
        }

        func run() async throws {
            let answer = try await control.ask("dead-letters.purge", Answer.self, fields: choice.write)
            print("purged \(answer.purged)")
            try report(unfit: answer.unfit, "are not there")
        }
    }
}

private func report(unfit: Int, _ reason: String) throws {
    guard unfit > 0 else { return }
    StandardError.write("quoted: \(unfit) \(reason)")
    throw ExitCode.badInput
}
