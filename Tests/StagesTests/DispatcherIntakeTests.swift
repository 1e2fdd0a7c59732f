import Foundation
import Journal
import Logging
import Pipeline
import Stages
import Testing
import ZeroMQ

/// A dispatcher without workers and the intake log that it serves.
private struct DispatcherFixture: Sendable {
    let directory = NSTemporaryDirectory() + "dispatcher-\(UInt64.random(in: 0 ... .max))"
    let store: IntakeStore
    let dispatcher: Dispatcher
    private let context: Context
    private let loop: PollLoop

    init(inFlightArticles: Int = 1_024) async throws {
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let store = IntakeStore(
            log: try IntakeLog(directory: directory + "/intake"),
            deadLetters: try DeadLetterLog(directory: directory + "/dead-letters"), limits: IntakeStore.Limits(),
            logger: logger)
        let context = try Context()
        let loop = try PollLoop(name: "dispatcher")
        let endpoint = try Endpoint("inproc://dispatch")
        dispatcher = try await LoopHome(loop).perform {
            try Dispatcher(
                pipeline: .standard,
                options: Dispatcher.Options(endpoints: [endpoint], inFlightArticles: inFlightArticles), store: store,
                context: context, loop: loop, logger: logger)
        }
        self.store = store
        self.context = context
        self.loop = loop
    }

    /// Puts articles into the log with one commit, without telling the dispatcher.
    func commit(_ texts: String...) async throws -> [IntakeStore.Accepted] {
        try await store.accept(
            texts.map { Submission(article: Frame($0), isTruncated: false, wantsReceipt: true) }
        ).accepted
    }

    /// Runs the dispatcher while the body runs.
    func running(_ body: () async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await dispatcher.run() }
            try await body()
            group.cancelAll()
            do { try await group.waitForAll() } catch is CancellationError {}
        }
        await close()
    }

    private func close() async {
        await store.close()
        loop.stop()
        await context.shutdown(within: .seconds(2))
        try? FileManager.default.removeItem(atPath: directory)
    }

    /// Returns when all these articles are taken up.
    func taken(_ sequences: ClosedRange<UInt64>) async throws {
        for sequence in sequences {
            while await dispatcher.place(of: JobID(sequence)) == nil {
                try Task.checkCancellation()
                await Task.yield()
            }
        }
    }

    func expect(inFlight: Int, sourceLocation: SourceLocation = #_sourceLocation) async {
        let figures = await dispatcher.snapshot()
        #expect(figures.received == inFlight, sourceLocation: sourceLocation)
        #expect(figures.inFlight == inFlight, sourceLocation: sourceLocation)
        #expect(figures.backlog == 0, sourceLocation: sourceLocation)
    }
}

@Suite(.timeLimit(.minutes(1)))
struct DispatcherIntakeTests {
    @Test func articlesThatComeBeforeTheStartHideNoneThatWait() async throws {
        let fixture = try await DispatcherFixture()
        _ = try await fixture.commit("One.", "Two.", "Three.")
        await fixture.dispatcher.accept(try await fixture.commit("Four."))
        try await fixture.running {
            try await fixture.taken(1...4)
            await fixture.expect(inFlight: 4)
            await fixture.dispatcher.accept(try await fixture.commit("Five."))
            try await fixture.taken(5...5)
            await fixture.expect(inFlight: 5)
        }
    }

    @Test func whatTheLogHeldAtTheStartIsCountedOnce() async throws {
        let fixture = try await DispatcherFixture()
        let late = try await fixture.commit("One.", "Two.")
        try await fixture.running {
            try await fixture.taken(1...2)
            await fixture.dispatcher.accept(late)
            await fixture.expect(inFlight: 2)
        }
    }

    @Test func commitsMayBeToldOfInAnyOrder() async throws {
        let fixture = try await DispatcherFixture(inFlightArticles: 1)
        try await fixture.running {
            await fixture.dispatcher.accept(try await fixture.commit("One."))
            try await fixture.taken(1...1)
            let earlier = try await fixture.commit("Two.", "Three.")
            await fixture.dispatcher.accept(try await fixture.commit("Four.", "Five."))
            await fixture.dispatcher.setOptions(
                inFlightArticles: 100, inFlightBytes: 1 << 20, timeBudget: .seconds(10), tries: 3, lease: .seconds(45))
            try await fixture.taken(2...5)
            await fixture.dispatcher.accept(earlier)
            await fixture.expect(inFlight: 5)
            await fixture.dispatcher.accept(try await fixture.commit("Six."))
            try await fixture.taken(6...6)
            await fixture.expect(inFlight: 6)
        }
    }
}
