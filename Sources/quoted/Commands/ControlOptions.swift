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

    @Option(name: .long, help: "Give up after this many seconds.")
    var timeout: Int = 5

    func validate() throws {
        guard (1...3_600).contains(timeout) else { throw ValidationError("--timeout takes 1 to 3600 seconds") }
    }

    /// Asks the service one thing.
    /// - Throws: exit 69 when it does not answer, 65 when it says what was wrong with the question.
    func ask<Answer: Decodable>(
        _ command: String, _ answer: Answer.Type, fields: (inout JSONWriter) -> Void = { _ in }
    ) async throws -> Answer {
        var json = JSONWriter()
        json.beginObject()
        json.field("command", command)
        fields(&json)
        json.endObject()
        return try await ask(json.bytes, answer)
    }

    /// Asks with a request's whole JSON.
    /// - Throws: as above.
    func ask<Answer: Decodable>(_ request: [UInt8], _ answer: Answer.Type) async throws -> Answer {
        let data = Data(try await ask(json: request))
        if let fault = try? JSONDecoder().decode(Fault.self, from: data) {
            StandardError.write("quoted: \(fault.error)")
            throw ExitCode.badInput
        }
        return try JSONDecoder().decode(answer, from: data)
    }

    /// The answer's JSON.
    func ask(_ command: String, fields: (inout JSONWriter) -> Void = { _ in }) async throws -> [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        json.field("command", command)
        fields(&json)
        json.endObject()
        return try await ask(json: json.bytes)
    }

    private func ask(json: [UInt8]) async throws -> [UInt8] {
        let endpoint = try configuration.load().endpoints.control
        let path = endpoint.hasPrefix("ipc://") ? String(endpoint.dropFirst("ipc://".count)) : ""
        try Permission.check(path, mode: W_OK)
        let connection = try ClientConnection()
        let client = try ControlClient(endpoint: Endpoint(endpoint), connection: connection)
        do {
            let answer = try await client.ask(json, within: .seconds(timeout))
            await client.close()
            await connection.close()
            return answer
        } catch let error as ClientError {
            await client.close()
            await connection.close()
            StandardError.write("quoted: \(error)")
            throw ExitCode.unavailable
        }
    }

    private struct Fault: Decodable {
        var error: String
    }
}
