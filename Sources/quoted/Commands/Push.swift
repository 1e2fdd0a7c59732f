import ArgumentParser
import NewsFormats
import QuotedService
import ServiceClient
import ServiceConfiguration
import Synchronization
import ZeroMQ

struct Push: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Hand articles to a running service and wait for each receipt.",
        discussion: """
            Files may hold plain text, the article's JSON, ninjs, HTML, NewsML-G2, NITF, RSS, Atom, JSON lines, or a crawl \
            (WARC), each also packed with gzip; what is no article's JSON or plain text becomes one before it is sent.

            Exit status: 0 when every article was accepted or known already, 65 when one was rejected or a file could not be \
            read, 69 when the service does not answer, 75 when it stayed busy.
            """)

    @Argument(help: "Files or directories, or - for standard input.", completion: .file())
    var files: [String]

    @Option(name: .long, help: "Articles on their way at once.")
    var window: Int = 256

    @Option(name: .long, help: "Give up when the service is silent for this many seconds.")
    var patience: Int = 15

    @Option(name: .long, help: "Give up on an article when the service has been too busy for it for this many seconds.")
    var busyPatience: Int = 120

    @Option(name: .long, help: "The service's ingest endpoint, instead of the configuration's.")
    var ingest: String?

    @Flag(name: .long, help: "Write each receipt to standard output as a line of JSON.")
    var receipts = false

    @Flag(name: .shortAndLong, help: "Tell of each file what it was taken for; on a terminal also without, up to 20 files.")
    var verbose = false

    @OptionGroup var configuration: ConfigurationOptions
    @OptionGroup var keys: KeyOptions

    func validate() throws {
        guard (1...10_000).contains(window) else { throw ValidationError("--window takes 1 to 10000") }
        guard (1...86_400).contains(busyPatience) else {
            throw ValidationError("--busy-patience takes 1 to 86400 seconds")
        }
        guard (1...86_400).contains(patience) else { throw ValidationError("--patience takes 1 to 86400 seconds") }
    }

    func run() async throws {
        var settings = try configuration.load(additional: keys.flags)
        if let ingest { settings.endpoints.ingest = ingest }
        let endpoint = try ClientOptions.endpoint(ingest, "--ingest", else: settings.endpoints.ingest)
        let identity = try keys.identity(for: "ingest", settings)
        let progress = ProgressLine(isEnabled: Terminal.isAt(2))
        let articles = ArticleFiles(
            files, limits: settings.documentLimits,
            onFault: { fault in
                progress.clear()
                StandardError.write("quoted: \(fault)")
            },
            onFile: { [verbose] summary, fileCount in
                guard verbose || (fileCount <= 20 && Terminal.isAt(2)) else { return }
                progress.clear()
                StandardError.write(PageText.line(summary))
            })
        let tally = Mutex(PushTally())
        let connection = try ClientConnection()
        let client = try PushClient(
            endpoint: endpoint, identity: identity, connection: connection,
            window: PushWindow(capacity: window, busyPatience: .seconds(busyPatience)), patience: .seconds(patience))
        var failure: ClientError?
        do {
            try await client.push(
                next: { try await articles.nextItem() },
                report: { [receipts] outcome in
                    let done = tally.withLock { $0.count(outcome) }
                    if receipts { try? StandardOutput.write(line: outcome.json) }
                    if let complaint = outcome.complaint {
                        progress.clear()
                        StandardError.write("quoted: \(complaint)")
                    }
                    progress.update(done: done, share: articles.share)
                },
                waiting: { reason in
                    progress.clear()
                    StandardError.write("quoted: the service is busy (\(PageText.line(reason))); waiting")
                })
        } catch let error as ClientError {
            failure = error
        }
        progress.clear()
        let faults = await articles.faults
        let formats = await articles.formats
        await articles.close()
        await client.close()
        await connection.close()
        let result = tally.withLock { $0 }
        if !formats.isEmpty {
            let parts = formats.sorted { ($1.value, $0.key.name) < ($0.value, $1.key.name) }.map { "\($0.value) \($0.key.name)" }
            StandardError.write("taken for: " + parts.joined(separator: ", "))
        }
        StandardError.write(result.summary)
        if let failure {
            StandardError.write("quoted: \(failure)")
            throw ExitCode.unavailable
        }
        if result.rejected > 0 || faults > 0 { throw ExitCode.badInput }
        if result.busy > 0 { throw ExitCode.tryAgain }
    }
}

/// How many articles went how.
struct PushTally {
    var accepted = 0
    var duplicate = 0
    var rejected = 0
    var busy = 0

    /// Returns how many there are now.
    mutating func count(_ outcome: PushOutcome) -> Int {
        switch outcome.result {
        case .accepted: accepted += 1
        case .duplicate: duplicate += 1
        case .rejected: rejected += 1
        case .busy: busy += 1
        }
        return accepted + duplicate + rejected + busy
    }

    var summary: String {
        let parts = [
            (accepted, "accepted"), (duplicate, "known already"), (rejected, "rejected"), (busy, "refused, the service is busy"),
        ]
        let told = parts.filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
        return told.isEmpty ? "no article was pushed" : told.joined(separator: ", ")
    }
}

extension PushOutcome {
    /// For a person, when it went wrong.
    var complaint: String? {
        switch result {
        case .accepted, .duplicate: nil
        case .rejected: PageText.line("\(name): rejected: \(reason ?? "no reason given")")
        case .busy: PageText.line("\(name): the service is busy: \(reason ?? "no reason given")")
        }
    }

    var json: [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        json.field("name", name)
        json.field("status", "\(result)")
        if let id { json.field("id", id) }
        if let reason { json.field("reason", reason) }
        json.endObject()
        return json.bytes
    }
}
