import Foundation
import ServiceClient
import Synchronization
import Testing
import ZeroMQ

@Suite(.serialized, .timeLimit(.minutes(1))) struct WatchClientTests {
    /// The archive's answer to a request: five records at most, number 3 is lost.
    private static func archive(_ request: [UInt8], latest: Int) -> [[UInt8]] {
        let since = (try? JSONDecoder().decode([String: Int].self, from: Data(request)))?["since"] ?? 0
        let last = min(since + 4, latest)
        let numbers = since <= last ? (since...last).filter { $0 != 3 } : []
        let missing = since <= 3 && last >= 3 ? "[[3,3]]" : "[]"
        let header = #"{"count":\#(numbers.count),"latest":\#(latest),"oldest":1,"more":\#(last < latest),"missing":\#(missing)}"#
        return [Array(header.utf8)] + numbers.map { Array(record($0).utf8) }
    }

    private static func record(_ sequence: Int) -> String { #"{"schema":"quoted.analysis/1","sequence":\#(sequence)}"# }

    private static func name(_ event: WatchClient.Event) -> String {
        switch event {
        case .record(let sequence, let bytes): bytes == Array(record(Int(sequence)).utf8) ? "\(sequence)" : "wrong \(sequence)"
        case .gap(let range): "gap \(range.lowerBound)-\(range.upperBound)"
        case .restarted: "restarted"
        case .waiting: "waiting"
        case .back: "back"
        }
    }

    @Test func joinsHistoryAndLiveAndSaysWhatIsGone() async throws {
        let connection = try ClientConnection()
        let stream = try FakeStream(connection)
        let archive = try FakeRouter(connection) { number, request in
            // The first request finds nobody: it is asked again.
            number == 1 ? nil : Self.archive(request, latest: number < 5 ? 12 : 14)
        }
        let serving = Task { try await archive.run() }
        let client = try WatchClient(
            stream: stream.endpoint, replay: archive.endpoint, connection: connection,
            options: .init(since: 1, silence: .seconds(30), replayTimeout: .milliseconds(200), replayPause: .milliseconds(10)))
        let (events, continuation) = AsyncStream.makeStream(of: String.self)
        let watching = Task {
            try await client.run { event in
                continuation.yield(Self.name(event))
                return true
            }
        }
        try await stream.waitForSubscriber()
        var iterator = events.makeAsyncIterator()
        func take(_ count: Int) async -> [String] {
            var taken: [String] = []
            while taken.count < count, let event = await iterator.next(isolation: #isolation) { taken.append(event) }
            return taken
        }
        #expect(await take(12) == ["1", "2", "gap 3-3", "4", "5", "6", "7", "8", "9", "10", "11", "12"])
        try await stream.publish("analysis/a", Self.record(12))
        try await stream.publish("analysis/a", Self.record(13))
        #expect(await take(1) == ["13"])
        // 14 is lost on the way; the heartbeat tells.
        try await stream.publish("heartbeat", #"{"sequence":14,"first":1,"time":0}"#)
        #expect(await take(1) == ["14"])
        try await stream.publish("analysis/a", Self.record(15))
        #expect(await take(1) == ["15"])
        watching.cancel()
        _ = await watching.result
        serving.cancel()
        _ = await serving.result
        await stream.close()
        await client.close()
        await connection.close()
    }

    @Test func silenceIsSaidOnceAndEndsWithTheNextMessage() async throws {
        let connection = try ClientConnection()
        let stream = try FakeStream(connection)
        let archive = try FakeRouter(connection) { _, request in Self.archive(request, latest: 0) }
        let serving = Task { try await archive.run() }
        let client = try WatchClient(
            stream: stream.endpoint, replay: archive.endpoint, connection: connection,
            options: .init(since: nil, silence: .milliseconds(200)))
        let names = Mutex<[String]>([])
        let watching = Task {
            try await client.run { event in
                let name = Self.name(event)
                names.withLock { $0.append(name) }
                if name == "waiting" { try await stream.publish("analysis/a", Self.record(7)) }
                return name != "7"
            }
        }
        try await stream.waitForSubscriber()
        try await watching.value
        #expect(names.withLock { $0 } == ["waiting", "back", "7"])
        serving.cancel()
        _ = await serving.result
        await stream.close()
        await client.close()
        await connection.close()
    }
}
