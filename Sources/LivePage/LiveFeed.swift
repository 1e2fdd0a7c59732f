package import Authentication
package import Logging
package import ZeroMQ

internal import NewsFormats

/// Follows the record stream for the page's readers, as any subscriber does, and holds the latest records.
///
/// It subscribes while somebody reads, and a little longer: nobody pays for a page that is not open. What the stream drops is
/// not asked for again, so the feed slows nobody; readers see it in the numbers.
package actor LiveFeed {
    package struct Options: Sendable {
        package var stream: Endpoint
        package var replay: Endpoint
        package var records: Int
        package var bytes: Int
        /// Readers at once.
        package var readers: Int
        /// Records a second that one reader is shown.
        package var rate: Int
        /// How long the feed stays subscribed after its last reader left.
        package var linger: Duration
        /// Longest silence towards a reader.
        package var heartbeat: Duration
        /// How the replay is connected to: asked at each connection, since keys may change.
        package var replayAccess = ServerAccess.open

        package init(
            stream: Endpoint, replay: Endpoint, records: Int = 200, bytes: Int = 64 << 20, readers: Int = 32,
            rate: Int = 10, linger: Duration = .seconds(60), heartbeat: Duration = .seconds(10)
        ) {
            self.stream = stream
            self.replay = replay
            self.records = records
            self.bytes = bytes
            self.readers = readers
            self.rate = rate
            self.linger = linger
            self.heartbeat = heartbeat
        }
    }

    /// Figures since the start.
    package struct Figures: Sendable {
        package var readers = 0
        package var refused = 0
        package var shown = 0
        package var leftOut = 0
    }

    /// How often a reader looks for new records.
    private static let tick = Duration.milliseconds(150)
    /// Time for an answer of the replay socket.
    private static let replayTime = Duration.seconds(5)
    /// Questions to the replay socket at once.
    private static let maximumQuestions = 8

    nonisolated package let options: Options
    private let context: Context
    private let loop: PollLoop
    private let logger: Logger
    private let audience: LoopSignal
    private var window: RecordWindow
    private var questions = 0
    private var lastLeft = ContinuousClock.now
    private var isSeeded = false
    private var isClosed = false
    package private(set) var figures = Figures()

    nonisolated package var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    /// To be made on the loop's thread.
    package init(options: Options, context: Context, loop: PollLoop, logger: Logger) {
        self.options = options
        self.context = context
        self.loop = loop
        self.logger = logger
        audience = LoopSignal(loop)
        window = RecordWindow(maximumRecords: options.records, maximumBytes: options.bytes)
    }

    /// Works until cancelled.
    package func run() async throws {
        while true {
            try await audience.wait()
            do {
                try await follow()
            } catch let error as ZeroMQError {
                logger.warning("the page cannot follow the stream", metadata: ["error": "\(error)"])
                try await loop.sleep(for: .seconds(1))
                if figures.readers > 0 { audience.signal() }
            }
        }
    }

    /// Ends all readers' streams.
    package func close() { isClosed = true }

    // MARK: Following

    private func follow() async throws {
        var settings = SocketOptions()
        settings.receiveHighWaterMark = 256
        settings.maximumMessageBytes = 512 << 20
        settings.maximumFrames = 2
        settings.reconnectInterval = .milliseconds(50)
        settings.reconnectIntervalMaximum = .seconds(1)
        let stream = try Socket(.sub, context: context, loop: loop, options: settings)
        defer {
            stream.close()
            isSeeded = false
        }
        try stream.subscribe("analysis/")
        try stream.connect(options.stream)
        try await seed()
        isSeeded = true
        while figures.readers > 0 || lastLeft.duration(to: .now) < options.linger {
            for message in try await stream.receive(upTo: 64, within: .seconds(1)) where message.frames.count == 2 {
                take(message.frames[1])
            }
        }
    }

    private func take(_ record: Frame) {
        guard let header = record.withUnsafeBytes({ RecordHeader($0) }), header.sequence > window.sequence else { return }
        window.append(record, header: header)
    }

    /// The latest records of the past, so that a reader does not begin with an empty page.
    private func seed() async throws {
        guard let range = try await ask({ $0.field("since", 1); $0.field("limit", 1) })?.range else { return }
        if range.latest < window.sequence { window.removeAll() }
        let count = UInt64(options.records)
        var next = max(range.oldest, range.latest > count ? range.latest - count + 1 : 1, window.sequence + 1)
        while next <= range.latest {
            let batch = try await ask {
                $0.field("since", Int(clamping: next))
                $0.field("limit", Int(clamping: range.latest - next + 1))
            }
            guard let batch, !batch.records.isEmpty else { return }
            for record in batch.records { take(record) }
            // Without this a log with holes would be asked for ever.
            guard window.sequence >= next else { return }
            next = window.sequence + 1
        }
    }

    // MARK: Replay

    private struct ReplayBatch {
        var range: (oldest: UInt64, latest: UInt64)?
        var records: [Frame]
    }

    /// One question to the replay socket; nil without an answer in time.
    private func ask(_ write: (inout JSONWriter) -> Void) async throws -> ReplayBatch? {
        var json = JSONWriter()
        json.beginObject()
        write(&json)
        json.endObject()
        var settings = SocketOptions()
        settings.maximumMessageBytes = 512 << 20
        settings.maximumFrames = 100_000
        settings.reconnectInterval = .milliseconds(50)
        let socket = try Socket(
            .dealer, context: context, loop: loop, options: settings.connecting(as: options.replayAccess.ownIdentity))
        defer { socket.close() }
        try socket.connect(options.replay)
        guard try socket.trySend(Message(frames: [Frame(), Frame(json.bytes)])) else { return nil }
        guard let answer = try await socket.receive(upTo: 1, within: Self.replayTime).first, answer.frames.count >= 2
        else { return nil }
        return ReplayBatch(range: Self.range(answer.frames[1]), records: Array(answer.frames.dropFirst(2)))
    }

    private static func range(_ header: Frame) -> (oldest: UInt64, latest: UInt64)? {
        header.withUnsafeBytes { bytes in
            bytes.withMemoryRebound(to: UInt8.self) { bytes in
                guard (try? UTF8Span(validating: bytes.span)) != nil else { return nil }
                var reader = JSONReader(bytes)
                return try? readRange(&reader)
            }
        }
    }

    private static func readRange(_ reader: inout JSONReader) throws -> (oldest: UInt64, latest: UInt64) {
        var range: (oldest: UInt64, latest: UInt64) = (1, 0)
        try reader.enterObject()
        while let key = try reader.nextKey() {
            switch key {
            case "oldest": range.oldest = try reader.readInt().flatMap { UInt64(exactly: $0) } ?? 1
            case "latest": range.latest = try reader.readInt().flatMap { UInt64(exactly: $0) } ?? 0
            default: try reader.skipValue()
            }
        }
        return range
    }

    /// The latest record of an article, as JSON: from the window, else from the log.
    /// - Throws: `Unavailable`, and `CancellationError`.
    package func record(ofArticle id: String) async throws -> [UInt8]? {
        if isSeeded, let record = window.record(ofArticle: id) { return record.bytes }
        guard questions < Self.maximumQuestions else { throw Unavailable() }
        questions += 1
        defer { questions -= 1 }
        guard let answer = try await ask({ $0.field("id", id) }) else { throw Unavailable() }
        return answer.records.first?.bytes
    }

    /// The record log does not answer now.
    package struct Unavailable: Error {}

    // MARK: Readers

    /// What a list shows of one record.
    package struct Summary: Sendable {
        package var sequence: UInt64
        package var json: [UInt8]
    }

    /// Counts a reader in; false when there are as many as may be.
    package func admit() -> Bool {
        guard figures.readers < options.readers, !isClosed else {
            figures.refused += 1
            return false
        }
        figures.readers += 1
        audience.signal()
        return true
    }

    package func leave() {
        figures.readers -= 1
        lastLeft = .now
    }

    /// Where a reader goes on.
    package enum Start: Sendable {
        /// At its first batch: behind the record of the sequence number that it saw last, 0 for none. It is shown all that is
        /// held, however much, as soon as the records of the past are there.
        case behindSequence(UInt64)
        /// Where its last batch ended.
        case behind(UInt64)
    }

    /// What there is for a reader, as soon as there is something; without entries after `heartbeat`, nil at the end.
    /// - Throws: `CancellationError`.
    package func next(
        _ start: Start, pace: inout PacedReader
    ) async throws -> (batch: RecordWindow.Batch, summaries: [Summary])? {
        let deadline = ContinuousClock.now + options.heartbeat
        while !isClosed {
            let isLate = ContinuousClock.now >= deadline
            switch start {
            case .behindSequence(let sequence) where isSeeded || isLate:
                let position = sequence > 0 ? window.position(afterSequence: sequence) : 0
                return take(window.batch(after: position, limit: options.records))
            case .behind(let position):
                let allowed = pace.allowed(at: .now)
                if window.position > position, allowed > 0 {
                    let batch = window.batch(after: position, limit: allowed)
                    pace.spend(batch.entries.count)
                    figures.leftOut += batch.seen - batch.entries.count
                    return take(batch)
                }
                if isLate { return (RecordWindow.Batch(position: position), []) }
            default: break
            }
            try await loop.sleep(for: Self.tick)
        }
        return nil
    }

    private func take(_ batch: RecordWindow.Batch) -> (RecordWindow.Batch, [Summary]) {
        figures.shown += batch.entries.count
        let summaries = batch.entries.compactMap { entry in
            window.summary(at: entry.position).map { Summary(sequence: entry.header.sequence, json: $0) }
        }
        return (batch, summaries)
    }
}
