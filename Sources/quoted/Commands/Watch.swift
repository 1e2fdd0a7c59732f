import ArgumentParser
import NewsFormats
import NewsModel
import ServiceClient
import ServiceConfiguration
import Synchronization
import ZeroMQ

struct Watch: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Follow the analysis stream; with --since, first what was missed.",
        discussion: "Every record comes once and in order, also over restarts of the service. Ctrl-C ends it.")

    @Option(name: .long, help: "Only what this speaker said; a surname will do.")
    var speaker: String?

    @Option(name: .long, help: "Only the article with this id.")
    var article: String?

    @Option(name: .long, help: "Begin with the record of this sequence number; 1 is the first.")
    var since: UInt64?

    @Option(name: .long, help: "End after this many records.")
    var count: Int?

    @Option(name: .long, help: "The service's stream endpoint, instead of the configuration's.")
    var stream: String?

    @Option(name: .long, help: "The service's replay endpoint, instead of the configuration's.")
    var replay: String?

    @OptionGroup var output: OutputOptions
    @OptionGroup var configuration: ConfigurationOptions
    @OptionGroup var keys: KeyOptions

    func validate() throws {
        if let count, count < 1 { throw ValidationError("--count takes a number from 1") }
        if output.format == .html, count != 1 {
            throw ValidationError("--format html writes the page of one article: add --count 1")
        }
    }

    func run() async throws {
        var settings = try configuration.load(additional: keys.flags)
        if let stream { settings.endpoints.stream = stream }
        if let replay { settings.endpoints.replay = replay }
        let endpoints = settings.endpoints
        let connection = try ClientConnection()
        let catchingUp = CatchingUp(since: since, isShown: Terminal.isAt(2) && !Terminal.isAt(1))
        let client = try WatchClient(
            stream: ClientOptions.endpoint(stream, "--stream", else: endpoints.stream),
            replay: ClientOptions.endpoint(replay, "--replay", else: endpoints.replay),
            streamIdentity: keys.identity(for: "stream", settings), replayIdentity: keys.identity(for: "replay", settings),
            connection: connection,
            options: .init(since: since, onReplay: { catchingUp.latest($0) }))
        let printer = Mutex(
            RecordPrinter(filter: RecordFilter(speaker: speaker, article: article), output: RecordOutput(output)))
        try printer.withLock { try $0.output.begin() }
        let rest = Mutex(count)
        try await client.run { event in
            guard case .record(let sequence, let json) = event else {
                catchingUp.clear()
                StandardError.write("quoted: \(event.announcement)")
                return true
            }
            catchingUp.reached(sequence)
            guard try printer.withLock({ try $0.print(json) }) else { return true }
            return rest.withLock { rest in
                rest? -= 1
                return rest != 0
            }
        }
        catchingUp.clear()
        await client.close()
        await connection.close()
    }
}

/// How far the records of the past have come, while there are any.
private final class CatchingUp: Sendable {
    private struct State {
        var latest: UInt64?
        var done = 0
    }

    private let since: UInt64
    private let isShown: Bool
    private let line: ProgressLine
    private let state = Mutex(State())

    init(since: UInt64?, isShown: Bool) {
        self.since = max(since ?? 1, 1)
        self.isShown = isShown && since != nil
        line = ProgressLine(isEnabled: self.isShown)
    }

    /// The first answer of the archive tells what the past is.
    func latest(_ sequence: UInt64) {
        let isFirst = state.withLock { state in
            defer { state.latest = state.latest ?? sequence }
            return state.latest == nil
        }
        guard isFirst, since > sequence &+ 1 else { return }
        StandardError.write("quoted: record \(since) is not there yet, the latest is \(sequence); waiting for it")
    }

    func reached(_ sequence: UInt64) {
        guard isShown else { return }
        let (done, latest) = state.withLock { state in
            state.done += 1
            return (state.done, state.latest ?? 0)
        }
        guard sequence < latest else { return clear() }
        line.update(done: done, share: Double(sequence - min(since, sequence)) / Double(latest - min(since, latest) + 1))
    }

    func clear() { line.clear() }
}

extension WatchClient.Event {
    /// For a person; a record is no announcement.
    var announcement: String {
        switch self {
        case .record(let sequence, _): "record \(sequence)"
        case .gap(let range):
            "records \(range.lowerBound) to \(range.upperBound) cannot be had any more"
        case .restarted(let sequence): "the service has another archive now; going on at record \(sequence)"
        case .waiting: "waiting for the service"
        case .back: "the service is back"
        }
    }
}
