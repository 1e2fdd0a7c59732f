import ArgumentParser
import Foundation

struct Top: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "What each stage and worker is doing, live in the terminal; q or Ctrl-C ends it.",
        discussion: """
            Where output is no terminal it is written once, with the rates of one interval; with --format json a line for each \
            interval. Rates are of the last interval, latencies of the time since the start.
            """)

    @Option(name: .long, help: "Seconds between two looks.")
    var interval: Double = 1

    @Flag(name: .long, help: "Write it once and end.")
    var once = false

    @OptionGroup var output: AnswerOptions
    @OptionGroup var control: ControlOptions

    func validate() throws {
        guard interval >= 0.1, interval <= 3600 else { throw ValidationError("--interval takes 0.1 to 3600 seconds") }
    }

    func run() async throws {
        let environment = ProcessInfo.processInfo.environment
        if output.isJSON { return try await writeLines() }
        guard !once, Terminal.isAt(STDOUT_FILENO), Terminal.isAt(STDIN_FILENO), environment["TERM"] != "dumb" else {
            return try await writeOnce(environment)
        }
        try await TopScreen(
            interval: .seconds(interval), isColoured: Terminal.wantsColour(STDOUT_FILENO, environment: environment)
        ) { [control] in
            switch try await control.reply("status") {
            case .answer(let json): ControlOptions.decoded(json)
            case .silence(let silence, _): .failure(silence)
            }
        }.run()
    }

    /// - Throws: exit 69 after what the state directory tells.
    private func writeOnce(_ environment: [String: String]) async throws {
        let begin = ContinuousClock.now
        let first = try await answer()
        try await Task.sleep(for: .seconds(min(interval, 1)))
        let second = try await answer()
        let page = StatusPage(
            answer: second, rates: StatusRates(from: first, to: second, after: begin.duration(to: .now)),
            isColoured: Terminal.wantsColour(STDOUT_FILENO, environment: environment))
        print(page.lines().joined(separator: "\n"))
    }

    private func answer() async throws -> StatusAnswer {
        switch try await control.reply("status") {
        case .answer(let json): return try control.decode(json, StatusAnswer.self)
        case .silence(let silence, let state): throw try await silence.end(state: state, within: control.patience, json: false)
        }
    }

    private func writeLines() async throws {
        repeat {
            switch try await control.reply("status") {
            case .answer(let json): try StandardOutput.write(line: json)
            case .silence(let silence, let state):
                let end = try await silence.end(state: state, within: control.patience, json: true)
                if once { throw end }
            }
            if !once { try await Task.sleep(for: .seconds(interval)) }
        } while !once
    }
}
