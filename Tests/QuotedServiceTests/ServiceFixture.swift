import Foundation
import LanguageAnalysis
import Logging
import Pipeline
import ServiceConfiguration
import Stages
import Testing
import ZeroMQ

import QuotedService

/// A service in this process on ipc endpoints in a directory of its own, and a client of it.
final class ServiceFixture: Sendable {
    let directory: String
    let configuration: ServiceConfiguration

    init(_ adjust: (inout ServiceConfiguration) -> Void = { _ in }) throws {
        directory = "/tmp/quoted-\(UInt32.random(in: 0 ... .max))"
        var configuration = ServiceConfiguration()
        configuration.state = directory
        configuration.endpoints.ingest = "ipc://\(directory)/ingest"
        configuration.endpoints.push = "ipc://\(directory)/push"
        configuration.endpoints.stream = "ipc://\(directory)/stream"
        configuration.endpoints.replay = "ipc://\(directory)/replay"
        configuration.endpoints.dispatch = "ipc://\(directory)/dispatch"
        configuration.endpoints.control = "ipc://\(directory)/control"
        configuration.endpoints.http = ""
        configuration.stages.entities.workers = 2
        configuration.stages.attribution.workers = 2
        configuration.pipeline.heartbeat = .milliseconds(100)
        configuration.pipeline.deadAfter = .milliseconds(400)
        configuration.stream.heartbeat = .milliseconds(100)
        adjust(&configuration)
        self.configuration = configuration
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: directory) }

    /// Runs the stages, then the body, then stops them in good order.
    func running(
        _ roles: ServiceRoles = .all(of: .standard), pipeline: PipelineDefinition = .standard,
        analyzer: Analyzer = .rules(), clock: StageClock = .system, body: @escaping @Sendable (RunningService) async throws -> Void
    ) async throws {
        let service = try await ServiceAssembly(
            configuration: configuration, roles: roles, pipeline: pipeline, analyzer: analyzer, clock: clock,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, processName: "test"
        ).start()
        do {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for part in service.services { group.addTask { try await part.run() } }
                try await body(service)
                group.cancelAll()
            }
        } catch {
            await service.close()
            throw error
        }
        await service.close()
    }

    func client() async throws -> TestClient { try await TestClient.make(configuration) }
}

/// Speaks to the service's sockets as any client would.
actor TestClient {
    private let context: Context
    private let loop: PollLoop
    private let requests: Socket
    private let stream: Socket
    private let replay: Socket
    private let control: Socket

    nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    static func make(_ configuration: ServiceConfiguration) async throws -> TestClient {
        let context = try Context()
        let loop = try PollLoop(name: "client")
        return try await LoopHome(loop).perform {
            try TestClient(configuration, context: context, loop: loop)
        }
    }

    private init(_ configuration: ServiceConfiguration, context: Context, loop: PollLoop) throws {
        self.context = context
        self.loop = loop
        var options = SocketOptions()
        options.receiveHighWaterMark = 100_000
        options.sendHighWaterMark = 100_000
        requests = try Socket(.dealer, context: context, loop: loop, options: options)
        stream = try Socket(.sub, context: context, loop: loop, options: options)
        replay = try Socket(.dealer, context: context, loop: loop, options: options)
        control = try Socket(.dealer, context: context, loop: loop, options: options)
        try requests.connect(Endpoint(configuration.endpoints.ingest))
        try stream.subscribe("")
        try stream.connect(Endpoint(configuration.endpoints.stream))
        try replay.connect(Endpoint(configuration.endpoints.replay))
        try control.connect(Endpoint(configuration.endpoints.control))
    }

    func close() {
        for socket in [requests, stream, replay, control] { socket.close() }
        loop.stop()
        _ = context.terminate(within: .seconds(2))
    }

    /// Sends frames and waits for the receipt.
    func push(_ frames: [[UInt8]]) async throws -> [String: any Sendable] {
        try await requests.send(Message(frames: frames.map { Frame($0) }))
        return try Self.object(try await first(requests).frames.last)
    }

    func push(_ article: String) async throws -> [String: any Sendable] { try await push([Array(article.utf8)]) }

    /// Waits for messages of the stream until one satisfies the test.
    func next(_ matches: @Sendable (_ topic: String, _ body: [String: any Sendable]) -> Bool) async throws -> [String: any Sendable] {
        while true {
            let message = try await first(stream)
            let topic = message.frames.first?.string ?? ""
            let body = try Self.object(message.frames.last)
            if matches(topic, body) { return body }
        }
    }

    /// Waits until the stream's subscription has reached the service: a heartbeat arrives.
    func subscribed() async throws { _ = try await next { topic, _ in topic == "heartbeat" } }

    func ask(_ json: String) async throws -> [String: any Sendable] {
        try await control.send(Message(json))
        return try Self.object(try await first(control).frames.last)
    }

    func replay(_ json: String) async throws -> (header: [String: any Sendable], records: [[String: any Sendable]]) {
        try await replay.send(Message(json))
        let frames = try await first(replay).frames
        return (try Self.object(frames.first), try frames.dropFirst().map { try Self.object($0) })
    }

    private func first(_ socket: Socket) async throws -> Message {
        guard let message = try await socket.receive(upTo: 1, within: .seconds(30)).first else {
            throw TestFault(description: "no message within 30 s")
        }
        return message
    }

    private static func object(_ frame: Frame?) throws -> [String: any Sendable] {
        let parsed = try JSONSerialization.jsonObject(with: Data(frame?.bytes ?? []))
        guard let object = parsed as? [String: any Sendable] else { throw TestFault(description: "not an object") }
        return object
    }
}

struct TestFault: Error, CustomStringConvertible {
    let description: String
}
