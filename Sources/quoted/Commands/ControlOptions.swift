import ArgumentParser
import Foundation
import NewsFormats
import QuotedService
import ServiceClient
import ServiceConfiguration
import ZeroMQ

/// What commands share that ask a running service.
struct ControlOptions: ParsableArguments {
    @OptionGroup var configuration: ConfigurationOptions
    @OptionGroup var keys: KeyOptions

    @Option(name: .long, help: "Give up after this many seconds.")
    var timeout: Int = 5

    func validate() throws {
        guard (1...3_600).contains(timeout) else { throw ValidationError("--timeout takes 1 to 3600 seconds") }
    }

    var patience: Duration { .seconds(timeout) }

    /// What came of a question.
    enum Reply {
        case answer([UInt8])
        /// Nobody answered; what lies in the state directory may help.
        case silence(ServiceSilence, state: String)
    }

    /// Asks the service one thing.
    /// - Throws: exit 69 when it does not answer, 65 when it says what was wrong with the question.
    func ask<Answer: Decodable>(
        _ command: String, _ answer: Answer.Type, fields: (inout JSONWriter) -> Void = { _ in }
    ) async throws -> Answer {
        try await ask(request(command, fields), answer)
    }

    /// Asks with a request's whole JSON.
    /// - Throws: as above.
    func ask<Answer: Decodable>(_ request: [UInt8], _ answer: Answer.Type) async throws -> Answer {
        switch try await reply(request) {
        case .answer(let json): return try decode(json, answer)
        case .silence(let silence, _):
            silence.report()
            throw ExitCode.unavailable
        }
    }

    /// Asks, and leaves it to the caller what to do when nobody answers.
    /// - Throws: exit 78 for a bad configuration.
    func reply(_ command: String, fields: (inout JSONWriter) -> Void = { _ in }) async throws -> Reply {
        try await reply(request(command, fields))
    }

    /// - Throws: exit 65 with the service's complaint, 69 when it is no answer.
    func decode<Answer: Decodable>(_ json: [UInt8], _ answer: Answer.Type) throws -> Answer {
        let data = Data(json)
        if let fault = try? JSONDecoder().decode(Fault.self, from: data) {
            StandardError.write("quoted: \(TerminalText.safe(fault.error))")
            throw ExitCode.badInput
        }
        do { return try JSONDecoder().decode(answer, from: data) } catch {
            StandardError.write("quoted: what answers is no quoted service, or one of another version")
            throw ExitCode.unavailable
        }
    }

    /// The answer to `status`, or what is wrong with it, without a word on standard error.
    static func decoded(_ json: [UInt8]) -> Result<StatusAnswer, ServiceSilence> {
        let data = Data(json)
        if let fault = try? JSONDecoder().decode(Fault.self, from: data) {
            return .failure(ServiceSilence(what: TerminalText.safe(fault.error), remedy: "it is asked again"))
        }
        if let answer = try? JSONDecoder().decode(StatusAnswer.self, from: data) { return .success(answer) }
        return .failure(
            ServiceSilence(
                what: "what answers is no quoted service, or one of another version", remedy: "look at [endpoints] control"))
    }

    func request(_ command: String, _ fields: (inout JSONWriter) -> Void = { _ in }) -> [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        json.field("command", command)
        // The service gives up a little earlier, so that it can say why.
        json.field("withinMs", max(500, timeout * 1_000 - 750))
        fields(&json)
        json.endObject()
        return json.bytes
    }

    /// How long a service that is just starting, or starting again, is waited for.
    private var patienceForStart: Duration { min(.seconds(1), patience / 2) }

    private func reply(_ request: [UInt8]) async throws -> Reply {
        let settings = try configuration.load(additional: keys.flags)
        let (endpoint, state) = (settings.endpoints.control, settings.state)
        let end = ContinuousClock.now + patienceForStart
        while let silence = ServiceSilence.before(endpoint: endpoint, state: state) {
            guard ContinuousClock.now < end else { return .silence(silence, state: state) }
            try await Task.sleep(for: .milliseconds(50))
        }
        let connection = try ClientConnection()
        let identity = try keys.identity(for: "control", settings)
        let client = try ControlClient(
            endpoint: ClientEndpoint.reachable(endpoint), identity: identity, connection: connection)
        let reply: Reply
        do {
            reply = .answer(try await client.ask(request, within: patience))
        } catch is ClientError {
            reply = .silence(.after(patience, endpoint: endpoint, state: state, hasKeys: identity != nil), state: state)
        }
        await client.close()
        await connection.close()
        return reply
    }

    private struct Fault: Decodable {
        var error: String
    }
}

/// What an answer is written as.
enum AnswerFormat: String, ExpressibleByArgument, CaseIterable {
    case text, json
}

/// How a command writes its answer.
struct AnswerOptions: ParsableArguments {
    @Option(name: .long, help: "For people, or the answer's JSON: text or json.")
    var format: AnswerFormat = .text

    @Flag(name: .long, help: "The same as --format json.")
    var json = false

    var isJSON: Bool { json || format == .json }
}
