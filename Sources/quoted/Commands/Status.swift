import ArgumentParser
import Foundation

struct Status: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "What each stage of the running service is doing, what is wrong and what to do about it.",
        discussion: """
            When the service does not answer: why, as far as can be seen, and what its state directory tells. Exit 69 then.
            """)

    @OptionGroup var output: AnswerOptions
    @OptionGroup var control: ControlOptions

    func run() async throws {
        switch try await control.reply("status") {
        case .answer(let json) where output.isJSON: try StandardOutput.write(line: json)
        case .answer(let json):
            let page = StatusPage(
                answer: try control.decode(json, StatusAnswer.self),
                isColoured: Terminal.wantsColour(STDOUT_FILENO, environment: ProcessInfo.processInfo.environment))
            print(page.lines().joined(separator: "\n"))
        case .silence(let silence, let state):
            throw try await silence.end(state: state, within: control.patience, json: output.isJSON)
        }
    }
}
