import ServiceClient
import Testing
import ZeroMQ

@Suite(.serialized, .timeLimit(.minutes(1))) struct ControlClientTests {
    @Test func asksAndIsAnswered() async throws {
        let connection = try ClientConnection()
        let service = try FakeRouter(connection) { number, request in number == 2 ? nil : [request + [UInt8(ascii: "!")]] }
        let serving = Task { try await service.run() }
        let client = try ControlClient(endpoint: service.endpoint, connection: connection)
        let first = try await client.ask(Array("a".utf8))
        #expect(first == Array("a!".utf8))
        await #expect(throws: ClientError.self) { try await client.ask(Array("b".utf8), within: .milliseconds(100)) }
        let third = try await client.ask(Array("c".utf8))
        #expect(third == Array("c!".utf8))
        serving.cancel()
        _ = await serving.result
        await client.close()
        await connection.close()
    }
}
