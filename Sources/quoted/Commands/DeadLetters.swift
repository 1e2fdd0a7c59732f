import ArgumentParser
import Foundation
import Journal
import NewsFormats
import NewsModel
import Pipeline

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
            return "\(sequence)  \(date)  \(stage)  tries \(tries)  "
                + TerminalText.safe("\(id.isEmpty ? "(no article)" : id)  \(reason)")
        }

        func write(to json: inout JSONWriter) {
            json.beginObject()
            json.field("sequence", sequence)
            json.field("id", id)
            json.field("stage", stage)
            json.field("reason", reason)
            json.field("tries", tries)
            json.field("time", time)
            json.endObject()
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

        @OptionGroup var output: AnswerOptions
        @OptionGroup var control: ControlOptions

        private struct Answer: Decodable {
            var count: Int
            var letters: [Letter]
        }

        func run() async throws {
            switch try await control.reply("dead-letters.list") {
            case .answer(let json) where output.isJSON: try StandardOutput.write(line: json)
            case .answer(let json):
                let answer = try control.decode(json, Answer.self)
                tell(answer.letters, of: answer.count)
            case .silence(let silence, let state): try await tell(silence, state: state)
            }
        }

        private func tell(_ letters: [Letter], of count: Int) {
            for letter in letters { print(letter.line) }
            if count > letters.count { StandardError.write("quoted: \(count - letters.count) older ones are not shown") }
            if count == 0 { StandardError.write("quoted: there are no dead letters") }
        }

        /// What the log has, since the service does not answer.
        private func tell(_ silence: ServiceSilence, state: String) async throws {
            guard let stopped = await StoppedState.read(state, within: control.patience), let found = stopped.deadLetters else {
                if output.isJSON {
                    try StandardOutput.write(line: silence.json { _ in })
                } else {
                    silence.report()
                }
                throw ExitCode.unavailable
            }
            let letters = found.letters.suffix(1_000).map(Letter.init)
            if output.isJSON {
                try StandardOutput.write(line: silence.json { json in
                    json.field("count", found.letters.count)
                    json.key("letters")
                    json.beginArray()
                    for letter in letters { letter.write(to: &json) }
                    json.endArray()
                })
            } else {
                silence.report()
                tell(letters, of: found.letters.count)
                if !found.isWhole { StandardError.write("quoted: not everything was read in time; look longer with --timeout") }
            }
            throw ExitCode.unavailable
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
            switch try await control.reply("dead-letters.show", fields: { $0.field("sequence", Int(clamping: number)) }) {
            case .answer(let json):
                let answer = try control.decode(json, Answer.self)
                tell(answer.letter, answer.text)
            case .silence(let silence, let state):
                silence.report()
                let (number, directory) = (number, "\(state)/dead-letters")
                let found = await StoppedState.reading(within: control.patience) {
                    try? LogOutline.deadLetter(number, directory: directory)
                }
                if let found, let (letter, payload) = found { tell(Letter(letter), text(payload)) }
                throw ExitCode.unavailable
            }
        }

        private func tell(_ letter: Letter, _ text: String) {
            print(letter.line)
            print("")
            print(TerminalText.safe(text))
        }

        private func text(_ payload: [UInt8]) -> String {
            if let article = try? payload.withUnsafeBytes(ArticleCodec.decode) { return article.analysedText }
            return String(decoding: payload.prefix(65_536), as: UTF8.self)
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

extension DeadLetters.Letter {
    init(_ letter: DeadLetter) {
        self.init(
            sequence: Int(clamping: letter.sequence), id: letter.articleID, stage: letter.stage, reason: letter.reason,
            tries: letter.tries, time: Int(letter.time))
    }
}

private func report(unfit: Int, _ reason: String) throws {
    guard unfit > 0 else { return }
    StandardError.write("quoted: \(unfit) \(reason)")
    throw ExitCode.badInput
}
