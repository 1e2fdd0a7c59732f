internal import Authentication
internal import Journal
internal import LearntNames
internal import Logging
internal import NewsFormats
internal import Observability
internal import Pipeline
internal import Stages
internal import ZeroMQ

/// Answers the operator's commands on the control socket: status, trace, dead letters, names. One JSON object in, one out.
actor ControlServer {
    private let socket: Socket
    private let endpoint: Endpoint
    private let access: ServerAccess
    private let loop: PollLoop
    private let inspection: ServiceInspection
    private let dispatcher: Dispatcher
    private let intake: IntakeStore
    private let records: RecordStore?
    private let names: NameKeeper?
    private let logger: Logger

    nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    init(
        endpoint: Endpoint, access: ServerAccess = .open, inspection: ServiceInspection, dispatcher: Dispatcher, intake: IntakeStore,
        records: RecordStore?, names: NameKeeper?, context: Context, loop: PollLoop, logger: Logger
    ) throws {
        self.access = access
        self.inspection = inspection
        self.dispatcher = dispatcher
        self.intake = intake
        self.records = records
        self.names = names
        self.loop = loop
        self.logger = logger
        var options = SocketOptions()
        options.maximumMessageBytes = 65_536
        options.maximumFrames = 17
        socket = try Socket(.router, context: context, loop: loop, options: options.secured(by: access))
        self.endpoint = try socket.bind(endpoint)
    }

    /// Lets new connections come with the service's present key.
    /// - Throws: `ZeroMQError` when the socket cannot listen any more.
    func rekey() async throws { try await access.rekey(socket, at: endpoint) }

    /// Questions that are being answered at once.
    private static let mostQuestions = 32
    /// Time for an answer, where the question does not say how long its sender waits.
    private static let patience = Duration.seconds(4)
    private var questions = 0

    func run() async throws {
        defer { socket.close() }
        try await withThrowingDiscardingTaskGroup { group in
            while true {
                let message = try await socket.receive()
                guard !message.isTruncated, message.frames.count > 1, let frame = message.frames.last, access.admits(message)
                else { continue }
                guard questions < Self.mostQuestions else {
                    reply(fault("\(questions) earlier questions have no answer yet; try again later"), to: message)
                    continue
                }
                questions += 1
                group.addTask { await self.serve(frame.bytes, of: message) }
            }
        }
    }

    /// A part that hangs must keep neither this question waiting nor the next: what hangs is left behind, and counts as a
    /// question until it ends.
    private func serve(_ question: [UInt8], of message: Message) async {
        let patience = Self.patience(of: question)
        let answer = await SharedQuestion { await self.answerAndCount(question) }.answer(within: patience)
        reply(answer ?? late(patience), to: message)
    }

    private func answerAndCount(_ question: [UInt8]) async -> [UInt8] {
        defer { questions -= 1 }
        return await answer(question)
    }

    private static func patience(of question: [UInt8]) -> Duration {
        ControlRequest(json: question)?.withinMs.map { .milliseconds(min(max($0, 100), 3_600_000)) } ?? patience
    }

    private func late(_ patience: Duration) -> [UInt8] {
        fault(
            "the service is there, but a part of it has not answered within \(patience.components.seconds) s; quoted status "
                + "tells which; what was asked for may still be done")
    }

    private func reply(_ reply: [UInt8], to message: Message) {
        do {
            _ = try socket.trySend(Message(frames: message.frames.dropLast() + [Frame(reply)]))
        } catch {
            logger.debug("a control client left", metadata: ["error": "\(error)"])
        }
    }

    private func answer(_ bytes: [UInt8]) async -> [UInt8] {
        guard let request = ControlRequest(json: bytes) else {
            return fault("not a request: send JSON with \"command\"")
        }
        do {
            switch request.command {
            case "status": return StatusReport.json(await inspection.snapshot())
            case "trace":
                guard let id = request.id else { return fault("trace needs \"id\"") }
                return await trace(id, version: request.version)
            case "dead-letters.list": return list(await intake.listDeadLetters())
            case "dead-letters.show": return try await show(request.sequence)
            case "dead-letters.retry": return try await retry(request.sequence)
            case "dead-letters.purge": return try await purge(request.sequence)
            case let command where command.hasPrefix("names."): return try await answerAboutNames(bytes)
            default: return fault("no command \"\(request.command)\"")
            }
        } catch {
            logger.warning("a control command failed", metadata: ["error": "\(error)"])
            return fault("\(error)")
        }
    }

    private func fault(_ message: String) -> [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        json.field("error", message)
        json.endObject()
        return json.bytes
    }

    // MARK: Names

    private func answerAboutNames(_ bytes: [UInt8]) async throws -> [UInt8] {
        guard let names else {
            return fault("no names are kept by this process: set [names] mode, or ask where the sink runs")
        }
        guard let request = NameRequest(json: bytes) else { return fault("not a request about names") }
        do {
            return NameDesk.encode(try await names.answer(request))
        } catch let refusal as NameLogFault {
            return fault(refusal.description)
        }
    }

    // MARK: Trace

    private func trace(_ id: String, version: Int?) async -> [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        json.field("id", id)
        if let sequence = await intake.sequence(ofArticle: id, version: version) {
            json.field("intakeSequence", Int(clamping: sequence))
            if let place = await dispatcher.place(of: JobID(sequence)) {
                json.field("state", place.isRunning ? "running" : "waiting")
                json.field("stage", place.stage.rawValue)
                json.field("seconds", Int(place.elapsed.components.seconds))
                json.field("failures", place.failures)
            } else if await intake.isOpen(sequence) {
                json.field("state", "in the intake log")
            }
            write(await dispatcher.trace(of: JobID(sequence)), to: &json)
        }
        if let sequence = await records?.sequence(ofArticle: id, version: version) {
            json.field("state", "published")
            json.field("sequence", Int(clamping: sequence))
        }
        let letters = await intake.listDeadLetters().filter { $0.articleID == id }
        if let letter = letters.last {
            json.field("deadLetter", Int(clamping: letter.sequence))
            json.field("deadLetterStage", letter.stage)
            json.field("reason", letter.reason)
        }
        json.endObject()
        return json.bytes
    }

    private func write(_ trace: [(stage: StageName, step: ArticleTraces.Step)], to json: inout JSONWriter) {
        json.key("steps")
        json.beginArray()
        for (stage, step) in trace {
            json.beginObject()
            json.field("stage", stage.rawValue)
            json.field("ending", step.ending.rawValue)
            json.field("time", Int(step.time))
            json.field("microseconds", Int(step.microseconds))
            json.endObject()
        }
        json.endArray()
    }

    // MARK: Dead letters

    private func write(_ letter: DeadLetter, to json: inout JSONWriter) {
        json.beginObject()
        json.field("sequence", Int(clamping: letter.sequence))
        json.field("id", letter.articleID)
        json.field("stage", letter.stage)
        json.field("reason", letter.reason)
        json.field("tries", letter.tries)
        json.field("time", Int(letter.time))
        json.endObject()
    }

    private func list(_ letters: [DeadLetter]) -> [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        json.field("count", letters.count)
        json.key("letters")
        json.beginArray()
        for letter in letters.suffix(1_000) { write(letter, to: &json) }
        json.endArray()
        json.endObject()
        return json.bytes
    }

    private func show(_ sequence: UInt64?) async throws -> [UInt8] {
        guard let sequence, let letter = try await intake.deadLetter(sequence) else {
            return fault("no such dead letter")
        }
        var json = JSONWriter()
        json.beginObject()
        json.key("letter")
        write(letter, to: &json)
        json.field("text", try await intake.deadLetterText(sequence))
        json.endObject()
        return json.bytes
    }

    private func retry(_ sequence: UInt64?) async throws -> [UInt8] {
        let chosen = try await sequences(sequence)
        var retried = 0
        // A few at a time: they pass through memory, and each time is one sync.
        for start in stride(from: 0, to: chosen.count, by: 16) {
            let accepted = try await intake.retryDeadLetters(chosen[start..<min(start + 16, chosen.count)])
            await dispatcher.accept(accepted)
            retried += accepted.count
        }
        return counts(done: "retried", retried, unfit: chosen.count - retried)
    }

    private func purge(_ sequence: UInt64?) async throws -> [UInt8] {
        let chosen = try await sequences(sequence)
        let purged = try await intake.purgeDeadLetters(chosen)
        return counts(done: "purged", purged, unfit: chosen.count - purged)
    }

    /// One letter, or all of them.
    private func sequences(_ sequence: UInt64?) async throws -> [UInt64] {
        if let sequence { return [sequence] }
        return await intake.listDeadLetters().map(\.sequence)
    }

    private func counts(done: StaticString, _ count: Int, unfit: Int) -> [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        json.field(done, count)
        json.field("unfit", unfit)
        json.endObject()
        return json.bytes
    }
}
