import Foundation
import Journal
import LanguageAnalysis
import LearntNames
import Logging
import NewsFormats
import NewsModel
import Stages
import Testing
import ZeroMQ

/// The names' channel over real sockets: a server that learns from a record log, and workers' copies.
@Suite(.serialized, .timeLimit(.minutes(1)))
struct NameChannelTests {
    /// A record log, and the names learnt from it, in a folder of their own.
    private final class Place: Sendable {
        let path = "/tmp/quoted-n\(UInt32.random(in: 0 ... .max))"
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

        init() throws { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }
        deinit { try? FileManager.default.removeItem(atPath: path) }

        var snapshots: Endpoint { get throws { try Endpoint("ipc://\(path)/names") } }
        var changes: Endpoint { get throws { try Endpoint("ipc://\(path)/changes") } }

        /// Writes a record of an article that gives a name in full.
        func record(_ numbers: ClosedRange<Int>) throws {
            let log = try RecordLog(directory: path + "/records")
            for number in numbers {
                let article = Article(id: "a\(number)", body: "Ana Lima\(Self.letters(number)), the mayor of Riva, said that it rained.")
                let text = DocumentText(article.analysedText)
                let (sentences, layer) = try Analyzer.rules().analyze(text, budget: .unlimited)
                var record = RecordComposer.compose(
                    article, sentences: sentences, entities: layer.entities, quotations: layer.quotations,
                    discarded: layer.discarded)
                record.sequence = log.nextSequence
                try log.append(key: EntryKey(Array("\(number)".utf8)), time: 1_749_000_000_000, payload: RecordEncoder.encode(record))
            }
            try log.commit()
        }

        private static func letters(_ number: Int) -> String {
            String(String(number).map { Character(UnicodeScalar(97 + UInt8($0.wholeNumberValue ?? 0))) })
        }

        func keeper(learns: Bool = true) throws -> NameKeeper {
            NameKeeper(
                log: try NameLog(directory: path + "/names-log"), records: path + "/records", learns: learns, logger: logger)
        }

        /// Runs a server over a keeper until the body is done.
        func serving(
            _ keeper: NameKeeper, context: Context, body: @escaping @Sendable () async throws -> Void
        ) async throws {
            let loop = try PollLoop(name: "names")
            let options = NameServer.Options(
                snapshots: try snapshots, changes: try changes, interval: .milliseconds(10), heartbeat: .milliseconds(50))
            let logger = logger
            let server = try await LoopHome(loop).perform {
                try NameServer(options: options, keeper: keeper, context: context, loop: loop, logger: logger)
            }
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await server.run() }
                group.addTask { try await body() }
                defer { group.cancelAll() }
                try await group.next()
            }
            await keeper.close()
            loop.stop()
        }

        func subscriber(context: Context, loop: PollLoop) async throws -> NameSubscriber {
            let (snapshots, changes, logger) = (try snapshots, try changes, logger)
            return try await LoopHome(loop).perform {
                try NameSubscriber(
                    snapshots: snapshots, changes: changes, retry: .milliseconds(100), context: context, loop: loop,
                    logger: logger)
            }
        }
    }

    /// Waits until a copy has a version, at most until the suite's own limit.
    private static func wait(_ loop: PollLoop, until done: @Sendable () async -> Bool) async throws {
        while await !done() { try await loop.sleep(for: .milliseconds(5)) }
    }

    @Test func twoWorkersHearWhatIsLearntAndAfterARestartGoOn() async throws {
        let place = try Place()
        try place.record(1...20)
        let context = try Context()
        let loop = try PollLoop(name: "workers")
        let (one, two) = (
            try await place.subscriber(context: context, loop: loop), try await place.subscriber(context: context, loop: loop)
        )
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try? await one.run() }
            group.addTask { try? await two.run() }
            let keeper = try place.keeper()
            try await place.serving(keeper, context: context) {
                try await one.ready()
                try await Self.wait(loop) { one.current.table?.version == 20 && two.current.table?.version == 20 }
                try place.record(21...40)
                try await Self.wait(loop) { one.current.table?.version == 40 && two.current.table?.version == 40 }
            }
            let bytes = one.current.table.map(NameCodec.encode)
            #expect(bytes != nil && bytes == two.current.table.map(NameCodec.encode))
            #expect(one.current.table?.lastRecord == 40)
            // The server is away: what is there stays in use. Then it comes back with more.
            try place.record(41...50)
            let again = try place.keeper()
            try await place.serving(again, context: context) {
                try await Self.wait(loop) { one.current.table?.version == 50 && two.current.table?.version == 50 }
                let newest = await again.newest
                #expect(one.current.table.map(NameCodec.encode) == NameCodec.encode(newest))
            }
            #expect(await one.received > 1)
            group.cancelAll()
        }
        loop.stop()
        #expect(await context.shutdown(within: .seconds(2)))
    }

    /// A worker that missed changes notices by the next number and takes the whole table.
    @Test func aGapLeadsToANewTable() async throws {
        let place = try Place()
        let context = try Context()
        let loop = try PollLoop(name: "worker")
        let subscriber = try await place.subscriber(context: context, loop: loop)
        let server = try await ScriptedServer.make(place.snapshots, place.changes, context: context, loop: loop)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try? await subscriber.run() }
            var table = NameTable()
            func learn(_ number: Int) -> NameOperation {
                let operation = NameOperation.learn(
                    article: UInt64(number), record: UInt64(number), day: nil,
                    names: [NameObservation(kind: .person, name: "Ana Lima")])
                table.apply(operation, version: UInt64(number))
                return operation
            }
            try await server.answer(with: table)
            try await subscriber.ready()
            // A subscription may arrive after the first change: repeat until it is heard.
            let first = learn(1)
            while subscriber.current.table?.version != 1 {
                try await server.publish([first], from: 0)
                try await loop.sleep(for: .milliseconds(5))
            }
            _ = learn(2)
            try await server.publish([learn(3)], from: 2)
            try await server.answer(with: table)
            let wanted = table
            try await Self.wait(loop) { subscriber.current.table?.version == 3 }
            #expect(subscriber.current.table.map(NameCodec.encode) == NameCodec.encode(wanted))
            #expect(await subscriber.received == 2)
            group.cancelAll()
        }
        await server.close()
        loop.stop()
        #expect(await context.shutdown(within: .seconds(2)))
    }
}

/// A server of names whose every message the test decides.
private actor ScriptedServer {
    private let loop: PollLoop
    private let snapshots: Socket
    private let changes: Socket

    nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    static func make(_ snapshots: Endpoint, _ changes: Endpoint, context: Context, loop: PollLoop) async throws -> ScriptedServer {
        try await LoopHome(loop).perform { try ScriptedServer(snapshots, changes, context: context, loop: loop) }
    }

    private init(_ snapshotEndpoint: Endpoint, _ changeEndpoint: Endpoint, context: Context, loop: PollLoop) throws {
        self.loop = loop
        snapshots = try Socket(.router, context: context, loop: loop)
        changes = try Socket(.pub, context: context, loop: loop)
        try snapshots.bind(snapshotEndpoint)
        try changes.bind(changeEndpoint)
    }

    /// Waits for a request and answers it.
    func answer(with table: NameTable) async throws {
        let request = try await snapshots.receive()
        let header = NameMessage(.snapshot, instance: 1, from: table.version, to: table.version)
        try await snapshots.send(
            Message(frames: request.frames.dropLast() + [Frame(header.encode()), Frame(NameCodec.encode(table))]))
    }

    func publish(_ operations: [NameOperation], from: UInt64) throws {
        let header = NameMessage(.changes, instance: 1, from: from, to: from + UInt64(operations.count))
        _ = try changes.trySend(Message(frames: [Frame(header.encode())] + operations.map { Frame(NameCodec.encode($0)) }))
    }

    func close() {
        snapshots.close()
        changes.close()
    }
}
