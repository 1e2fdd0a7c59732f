import ArgumentParser
import Foundation

struct Status: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "What each stage of the running service is doing.")

    @Flag(name: .long, help: "Print the answer's JSON.")
    var json = false

    @OptionGroup var control: ControlOptions

    func run() async throws {
        if json {
            print(String(decoding: try await control.ask("status"), as: UTF8.self))
        } else {
            print(try await control.ask("status", StatusAnswer.self).page)
        }
    }
}

struct Top: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "The same, live in the terminal; Ctrl-C ends it.")

    @Option(name: .long, help: "Seconds between two looks.")
    var interval: Double = 1

    @OptionGroup var control: ControlOptions

    func validate() throws {
        guard interval >= 0.1, interval <= 3600 else { throw ValidationError("--interval takes 0.1 to 3600 seconds") }
    }

    func run() async throws {
        var last: (answer: StatusAnswer, at: ContinuousClock.Instant)?
        while true {
            let answer = try await control.ask("status", StatusAnswer.self)
            let now = ContinuousClock.now
            // Clear the screen, put the cursor home.
            print("\u{1B}[2J\u{1B}[H", terminator: "")
            print(answer.page)
            if let last {
                let seconds = Double((now - last.at).components.seconds) + Double((now - last.at).components.attoseconds) / 1e18
                let rate = Double(answer.published - last.answer.published) / max(seconds, 0.001)
                print("\n\(String(format: "%.1f", rate)) articles/s")
            }
            fflush(nil)
            last = (answer, now)
            try await Task.sleep(for: .seconds(interval))
        }
    }
}

/// The answer to `status`.
struct StatusAnswer: Decodable {
    struct Stage: Decodable {
        var name: String
        var workers: Int
        var waiting: Int
        var running: Int
        var done: Int
        var retried: Int
        var dead: Int
        var p50Microseconds: Int
        var p99Microseconds: Int
    }

    struct Intake: Decodable {
        var open: Int
        var openBytes: Int
        var trouble: String?
    }

    struct Sink: Decodable {
        var lastSequence: Int
        var trouble: String?
    }

    struct Archive: Decodable {
        var sequence: Int
        var lag: Int
        var trouble: String?
    }

    struct Refused: Decodable {
        var name: String
        var stage: String
        var reason: String
    }

    var received: Int
    var published: Int
    var dead: Int
    var inFlight: Int
    var backlog: Int
    var stages: [Stage]
    var intake: Intake?
    var sink: Sink?
    var archive: Archive?
    /// Nil from a service of an earlier release.
    var refused: [Refused]?

    /// For a terminal.
    var page: String {
        var lines = [
            "received \(received)   published \(published)   dead \(dead)   in flight \(inFlight)   of these on disk \(backlog)",
            "",
            Self.row(["stage", "workers", "waiting", "running", "done", "retried", "dead", "p50 ms", "p99 ms"]),
        ]
        lines += stages.map { stage in
            Self.row([
                stage.name, "\(stage.workers)", "\(stage.waiting)", "\(stage.running)", "\(stage.done)", "\(stage.retried)",
                "\(stage.dead)", Self.milliseconds(stage.p50Microseconds), Self.milliseconds(stage.p99Microseconds),
            ])
        }
        if let sink { lines += ["", "last sequence \(sink.lastSequence)"] }
        if let archive { lines.append("archived up to \(archive.sequence), \(archive.lag) to go") }
        for trouble in [intake?.trouble, sink?.trouble, archive?.trouble].compactMap({ $0 }) { lines.append("trouble: \(trouble)") }
        for stage in stages where stage.workers == 0 { lines.append("trouble: no worker of stage \(stage.name)") }
        for worker in refused ?? [] {
            let who = worker.name.isEmpty ? "somebody" : "\(worker.name) (stage \(worker.stage))"
            lines.append("trouble: \(who) asks for work and is refused: \(worker.reason)")
        }
        return lines.joined(separator: "\n")
    }

    private static func milliseconds(_ microseconds: Int) -> String { String(format: "%.1f", Double(microseconds) / 1_000) }

    private static func row(_ cells: [String]) -> String {
        let name = cells[0].padding(toLength: 14, withPad: " ", startingAt: 0)
        return name + cells.dropFirst().map { String(repeating: " ", count: max(1, 9 - $0.count)) + $0 }.joined()
    }
}
