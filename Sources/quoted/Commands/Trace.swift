import ArgumentParser
import Foundation
import NewsFormats

struct Trace: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Where an article is or was.")

    @Argument(help: "The article's id.")
    var id: String

    @Flag(name: .long, help: "Print the answer's JSON.")
    var json = false

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
        if json {
            return print(
                String(decoding: try await control.ask("trace") { $0.field("id", id) }, as: UTF8.self))
        }
        let answer = try await control.ask("trace", Answer.self) { $0.field("id", id) }
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
            print("dead letter \(letter): failed at \(answer.deadLetterStage ?? "?"): \(answer.reason ?? "")")
        }
        if let sequence = answer.sequence { print("published as record \(sequence)") }
    }
}
