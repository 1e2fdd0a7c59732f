import Synchronization
import ServiceClient
import Testing
import ZeroMQ

@Suite(.serialized, .timeLimit(.minutes(1))) struct PushClientTests {
    /// Articles `first` to `last` as the texts "0", "1", …
    private final class Articles: Sendable {
        private let rest: Mutex<Int>
        private let count: Int

        init(_ count: Int) {
            self.count = count
            rest = Mutex(0)
        }

        func next() -> PushItem? {
            rest.withLock { number in
                guard number < count else { return nil }
                defer { number += 1 }
                return PushItem(name: "article \(number)", article: Array("\(number)".utf8))
            }
        }
    }

    /// Pushes to a service that answers as given; how each went, and what the service got.
    private func push(
        _ count: Int, window: PushWindow = PushWindow(), patience: Duration = .seconds(15),
        answer: @escaping @Sendable (Int, [UInt8]) -> [[UInt8]]?
    ) async throws -> (outcomes: [PushOutcome], received: [[UInt8]]) {
        let connection = try ClientConnection()
        let service = try FakeRouter(connection, answer: answer)
        let client = try PushClient(endpoint: service.endpoint, connection: connection, window: window, patience: patience)
        let articles = Articles(count)
        let outcomes = Mutex<[PushOutcome]>([])
        let result: Result<Void, any Error>
        let serving = Task { try await service.run() }
        do {
            try await client.push(next: { articles.next() }, report: { outcome in outcomes.withLock { $0.append(outcome) } })
            result = .success(())
        } catch {
            result = .failure(error)
        }
        let received = await service.received
        serving.cancel()
        _ = await serving.result
        await client.close()
        await connection.close()
        try result.get()
        return (outcomes.withLock { $0 }, received)
    }

    @Test func everyArticleGetsItsReceipt() async throws {
        let (outcomes, received) = try await push(1_000, window: PushWindow(capacity: 64)) { _, request in
            let isBad = request == Array("7".utf8)
            let json = isBad ? #"{"status":"rejected","reason":"no"}"# : #"{"status":"accepted","id":"x","sequence":1}"#
            return [Array(json.utf8)]
        }
        #expect(received.count == 1_000)
        #expect(Set(outcomes.map(\.name)).count == 1_000)
        #expect(outcomes.filter { $0.result == .rejected }.map(\.name) == ["article 7"])
        #expect(outcomes.count { $0.result == .accepted } == 999)
    }

    @Test func silenceAndBusyAreTriedAgain() async throws {
        let window = PushWindow(capacity: 16, receiptTimeout: .milliseconds(100))
        let (outcomes, received) = try await push(100, window: window) { number, _ in
            switch number % 4 {
            case 0: nil
            case 1: [Array(#"{"status":"busy","retryAfterMs":5}"#.utf8)]
            default: [Array(#"{"status":"duplicate","id":"x"}"#.utf8)]
            }
        }
        #expect(outcomes.count == 100 && outcomes.allSatisfy { $0.result == .duplicate })
        #expect(received.count > 100)
    }

    @Test func aSilentServiceIsUnreachable() async throws {
        await #expect(throws: ClientError.self) {
            _ = try await push(3, patience: .milliseconds(300)) { _, _ in nil }
        }
    }

    @Test func nothingThereIsUnreachable() async throws {
        let connection = try ClientConnection()
        let client = try PushClient(
            endpoint: Endpoint("ipc:///tmp/quoted-nobody-\(UInt64.random(in: 0...(.max))).sock"), connection: connection,
            patience: .milliseconds(300))
        let articles = Articles(2)
        await #expect(throws: ClientError.self) { try await client.push(next: { articles.next() }, report: { _ in }) }
        await client.close()
        await connection.close()
    }

    @Test func anAnswerThatIsNoneIsSaid() async throws {
        await #expect(throws: ClientError.self) { _ = try await push(1) { _, _ in [Array("hello".utf8)] } }
    }

    @Test func nothingToPushIsFine() async throws {
        let (outcomes, _) = try await push(0) { _, _ in nil }
        #expect(outcomes.isEmpty)
    }
}
