package import Authentication
internal import Journal
package import Logging
package import ZeroMQ

internal import Foundation
internal import Glibc
internal import NewsFormats

/// Answers requests for records that were published before, from the record log, in bounded batches, while the stream
/// goes on: reading happens on a thread of its own. Give it a context of its own as well: its large answers would hold up the
/// stream's messages on the thread that moves the bytes of both.
package actor ReplayServer {
    package struct Options: Sendable {
        package var endpoint: Endpoint
        package var batchRecords: Int
        package var batchBytes: Int
        /// Bytes of answers that are held for all clients together.
        package var queueBytes: Int
        /// Who may ask.
        package var access = ServerAccess.open

        package init(
            endpoint: Endpoint, batchRecords: Int = 256, batchBytes: Int = 4 << 20, queueBytes: Int = 64 << 20
        ) {
            self.endpoint = endpoint
            self.batchRecords = batchRecords
            self.batchBytes = batchBytes
            self.queueBytes = queueBytes
        }
    }

    private var options: Options
    private let socket: Socket
    private let loop: PollLoop
    private let store: RecordStore
    private let reader: RecordReader
    private let monitor: ConnectionMonitor
    private let bound: SendQueueBound
    private let logger: Logger
    package let endpoint: Endpoint
    /// Records served since the start.
    package private(set) var served = 0

    nonisolated package var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    /// To be made on the loop's thread.
    /// - Parameter directory: the record log's.
    /// - Throws: `ZeroMQError`.
    package init(
        options: Options, store: RecordStore, directory: String, context: Context, loop: PollLoop, logger: Logger
    ) throws {
        self.options = options
        self.store = store
        self.loop = loop
        self.logger = logger
        // Where the processors are busy, what is live goes first: on Linux this is about this thread, which is the loop's, and those
        // that it makes, which move the context's bytes. Where a sandbox forbids it, nothing is lost.
        _ = setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, 10)
        let gauge = ByteGauge()
        reader = RecordReader(directory: directory, gauge: gauge)
        var socketOptions = SocketOptions()
        socketOptions.maximumMessageBytes = 64 << 10
        socketOptions.maximumFrames = 17
        // Answers are large: a client reads one before it asks for the next.
        socketOptions.receiveHighWaterMark = 8
        socketOptions.sendHighWaterMark = 8
        socket = try Socket(
            .router, context: context, loop: loop, options: socketOptions.secured(by: options.access))
        monitor = try ConnectionMonitor(of: socket, name: "replay", context: context, loop: loop)
        bound = SendQueueBound(monitor, gauge: gauge, limit: options.queueBytes)
        endpoint = try socket.bind(options.endpoint)
    }

    /// Takes new bounds while running.
    package func setBatch(records: Int, bytes: Int) {
        options.batchRecords = records
        options.batchBytes = bytes
    }

    /// Lets new connections come with the service's present key.
    /// - Throws: `ZeroMQError` when the socket cannot listen any more.
    package func rekey() async throws { try await options.access.rekey(socket, at: endpoint) }

    package func run() async throws {
        defer {
            monitor.close()
            socket.close()
        }
        do {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await self.serve() }
                group.addTask { try await self.followConnections() }
                defer { group.cancelAll() }
                try await group.next()
            }
        } catch {
            await reader.close()
            throw error
        }
    }

    private func followConnections() async throws { try await monitor.run() }

    private func serve() async throws {
        while true {
            let message = try await socket.receive()
            guard !message.isTruncated, message.frames.count > 1, let request = message.frames.last,
                options.access.admits(message)
            else { continue }
            try await awaitRoom()
            let reply = await answer(request)
            served += max(0, reply.count - 1)
            do {
                _ = try socket.trySend(Message(frames: message.frames.dropLast() + reply))
            } catch {
                logger.debug("a replay client left", metadata: ["error": "\(error)"])
            }
        }
    }

    /// Waits while answers that nobody reads take too much; who has not read for longest is disconnected.
    private func awaitRoom() async throws {
        while !bound.hasRoom() { try await loop.sleep(for: .milliseconds(10)) }
    }

    private func answer(_ frame: Frame) async -> [Frame] {
        let range = await store.range
        let request: ReplayRequest
        do {
            request = try ReplayRequest(json: frame.bytes)
        } catch {
            return [ReplayHeader(latest: range.last, oldest: range.first, error: "\(error)").frame]
        }
        do {
            let limit = min(request.limit ?? options.batchRecords, options.batchRecords)
            switch request.start {
            case .sequence(let sequence):
                return try await batch(from: max(sequence, 1), limit: limit, range: range)
            case .time(let time):
                guard let sequence = try await reader.firstSequence(notBefore: time, through: range.last) else {
                    return [ReplayHeader(latest: range.last, oldest: range.first).frame]
                }
                return try await batch(from: sequence, limit: limit, range: range)
            case .article(let id, let version):
                return try await article(id, version: version, range: range)
            }
        } catch {
            logger.warning("records could not be read", metadata: ["error": "\(error)"])
            return [ReplayHeader(latest: range.last, oldest: range.first, error: "the records cannot be read").frame]
        }
    }

    private func batch(from first: UInt64, limit: Int, range: (first: UInt64, last: UInt64)) async throws -> [Frame] {
        var header = ReplayHeader(latest: range.last, oldest: range.first)
        guard first <= range.last, limit > 0 else { return [header.frame] }
        let batch = try await reader.read(from: first, through: range.last, limit: limit, bytes: options.batchBytes)
        var expected = first
        for record in batch.records {
            if record.sequence > expected { header.missing.append((expected, record.sequence - 1)) }
            expected = record.sequence + 1
        }
        // What lies between the last record read and the end of the log may be gone as well.
        if batch.isAtEnd, expected <= range.last {
            header.missing.append((expected, range.last))
            expected = range.last + 1
        }
        header.first = batch.records.first?.sequence
        header.last = batch.records.last?.sequence
        header.count = batch.records.count
        header.more = expected <= range.last
        return [header.frame] + batch.records.map(\.body)
    }

    private func article(
        _ id: String, version: Int?, range: (first: UInt64, last: UInt64)
    ) async throws -> [Frame] {
        var header = ReplayHeader(latest: range.last, oldest: range.first)
        guard let sequence = await store.sequence(ofArticle: id, version: version),
            let record = try await reader.read(from: sequence, through: sequence, limit: 1, bytes: .max).records.first
        else { return [header.frame] }
        header.first = sequence
        header.last = sequence
        header.count = 1
        return [header.frame, record.body]
    }
}

/// Reads the record log on a thread of its own.
actor RecordReader {
    struct Record: Sendable {
        let sequence: UInt64
        let body: Frame
    }

    private let thread = DedicatedThread(name: "replay")
    private let directory: String
    private let gauge: ByteGauge
    private var reader: SegmentLogReader?
    private var isNice = false

    nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    /// - Parameter gauge: counts the records that are read.
    init(directory: String, gauge: ByteGauge) {
        self.directory = directory
        self.gauge = gauge
    }

    func close() {
        reader = nil
        thread.stop()
    }

    private func opened() throws -> SegmentLogReader {
        if !isNice {
            _ = setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, 10)
            isNice = true
        }
        if let reader { return reader }
        let reader = try SegmentLogReader(directory: directory)
        self.reader = reader
        return reader
    }

    func read(
        from first: UInt64, through last: UInt64, limit: Int, bytes: Int
    ) throws -> (records: [Record], isAtEnd: Bool) {
        let batch = try opened().read(from: first, through: last, limit: limit, bytes: bytes)
        return (batch.entries.map { Record(sequence: $0.sequence, body: Frame(adopting: $0.payload, countedBy: gauge)) }, batch.isAtEnd)
    }

    func firstSequence(notBefore time: Int64, through last: UInt64) throws -> UInt64? {
        try opened().firstSequence(notBefore: time, through: last)
    }
}

/// What a client asks of the replay socket.
package struct ReplayRequest {
    package enum Start {
        case sequence(UInt64)
        /// Milliseconds since 1970.
        case time(Int64)
        case article(id: String, version: Int?)
    }

    package struct Fault: Error, CustomStringConvertible {
        package let description: String
    }

    private struct Body: Decodable {
        var since: UInt64?
        var time: Int64?
        var id: String?
        var version: Int?
        var limit: Int?
    }

    package let start: Start
    package let limit: Int?

    /// - Throws: `Fault` saying what to send.
    package init(json: [UInt8]) throws(Fault) {
        let body: Body
        do {
            body = try JSONDecoder().decode(Body.self, from: Data(json))
        } catch {
            throw Fault(
                description: "not a request: send JSON with \"since\" (a sequence number), \"time\" (ms) or \"id\"")
        }
        limit = body.limit
        if let limit, limit < 1 { throw Fault(description: "limit: must be at least 1") }
        switch (body.since, body.time, body.id) {
        case (let since?, nil, nil): start = .sequence(since)
        case (nil, let time?, nil): start = .time(time)
        case (nil, nil, let id?): start = .article(id: id, version: body.version)
        default:
            throw Fault(description: "give one of \"since\" (a sequence number), \"time\" (ms since 1970) or \"id\"")
        }
    }
}

/// The first frame of an answer.
struct ReplayHeader {
    var latest: UInt64
    var oldest: UInt64
    var first: UInt64?
    var last: UInt64?
    var count = 0
    var more = false
    var missing: [(UInt64, UInt64)] = []
    var error: String?

    init(latest: UInt64, oldest: UInt64, error: String? = nil) {
        self.latest = latest
        self.oldest = oldest
        self.error = error
    }

    var frame: Frame {
        var json = JSONWriter()
        json.beginObject()
        if let first { json.field("first", Int(clamping: first)) }
        if let last { json.field("last", Int(clamping: last)) }
        json.field("count", count)
        json.field("latest", Int(clamping: latest))
        json.field("oldest", Int(clamping: oldest))
        json.field("more", more)
        json.key("missing")
        json.beginArray()
        for (a, b) in missing {
            json.beginArray()
            json.element(Int(clamping: a))
            json.element(Int(clamping: b))
            json.endArray()
        }
        json.endArray()
        if let error { json.field("error", error) }
        json.endObject()
        return Frame(json.bytes)
    }
}
