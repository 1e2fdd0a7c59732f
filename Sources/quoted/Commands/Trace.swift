import ArgumentParser
import Foundation
import NewsFormats

struct Trace: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Where an article is or was.")

    @Argument(help: "The article's id.")
    var id: String

    @OptionGroup var output: AnswerOptions
    @OptionGroup var control: ControlOptions

    private struct Answer: Decodable {
        var intakeSequence: Int?
        var state: String?
        var stage: String?
        var seconds: Int?
        var failures: Int?
        var sequence: Int?
        var deadLetter: Int?
        var deadLetterStage: String?
        var reason: String?
        var steps: [Step]?
    }

    private struct Step: Decodable {
        var stage: String
        var ending: String
        /// Milliseconds since 1970.
        var time: Int
        var microseconds: Int

        var line: String {
            let date = Date(timeIntervalSince1970: (Double(time) + 0.5) / 1_000)
                .formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
            let name = stage.padding(toLength: 13, withPad: " ", startingAt: 0)
            return "\(name)\(date)  \(ending) after \(String(format: "%.1f", Double(microseconds) / 1_000)) ms"
        }
    }

    func run() async throws {
        switch try await control.reply("trace", fields: { $0.field("id", id) }) {
        case .answer(let json) where output.isJSON: try StandardOutput.write(line: json)
        case .answer(let json): try tell(try control.decode(json, Answer.self))
        case .silence(let silence, let state): try await tell(silence, state: state)
        }
    }

    /// What the logs have, since the service does not answer.
    private func tell(_ silence: ServiceSilence, state: String) async throws {
        let trace = await StoppedTrace.read(id, state: state, within: control.patience)
        if output.isJSON {
            try StandardOutput.write(line: silence.json { json in
                if let trace {
                    json.key("stateDirectory")
                    trace.write(id: id, to: &json)
                }
            })
            throw ExitCode.unavailable
        }
        silence.report()
        if let trace {
            print("The logs in \(state) have:")
            print(trace.page)
        } else {
            StandardError.write("quoted: the state directory \(state) does not answer either")
        }
        throw ExitCode.unavailable
    }

    private func tell(_ answer: Answer) throws {
        guard answer.intakeSequence != nil || answer.sequence != nil || answer.deadLetter != nil else {
            StandardError.write("quoted: no article \"\(id)\" is known")
            throw ExitCode.badInput
        }
        if let sequence = answer.intakeSequence { print("intake log: entry \(sequence)") }
        for step in answer.steps ?? [] { print(step.line) }
        if let stage = answer.stage, let state = answer.state {
            print("\(state) at \(stage) for \(answer.seconds ?? 0) s, \(answer.failures ?? 0) failures")
        } else if let state = answer.state, answer.sequence == nil {
            print(state)
        }
        if let letter = answer.deadLetter {
            print("dead letter \(letter): failed at \(answer.deadLetterStage ?? "?"): \(TerminalText.safe(answer.reason ?? ""))")
        }
        if let sequence = answer.sequence { print("published as record \(sequence)") }
    }
}
