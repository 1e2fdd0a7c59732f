import Foundation
import Stages
import Synchronization
import Testing

import QuotedService

/// What operators are told by the control socket.
@Suite(.serialized, .timeLimit(.minutes(1)))
struct OperatorTests {
    /// Holds up the intake log's own thread, as a disk that does not answer would, while it is closed.
    private final class Gate: Sendable {
        private let isClosed = Atomic(false)
        private let opened = DispatchSemaphore(value: 0)

        var clock: StageClock {
            StageClock(
                now: StageClock.system.now,
                calendar: {
                    self.pass()
                    return StageClock.system.calendar()
                })
        }

        func close() { isClosed.store(true, ordering: .sequentiallyConsistent) }

        func open() {
            isClosed.store(false, ordering: .sequentiallyConsistent)
            opened.signal()
        }

        private func pass() {
            guard isClosed.load(ordering: .sequentiallyConsistent), Self.threadName == "intake" else { return }
            opened.wait()
        }

        private static var threadName: String {
            let name = try? String(contentsOfFile: "/proc/thread-self/comm", encoding: .utf8)
            return name?.split(separator: "\n").first.map(String.init) ?? ""
        }
    }

    @Test func aPartThatHangsIsNamedAndTheOthersAnswer() async throws {
        let fixture = try ServiceFixture()
        let gate = Gate()
        try await fixture.running(clock: gate.clock) { service in
            let client = try await fixture.client()
            #expect(try await client.push("First of all.")["status"] as? String == "accepted")
            gate.close()
            async let receipt = client.push("Held up by the disk.")
            // Whatever fails: the service could not end before.
            defer { gate.open() }
            var unanswered: [String] = []
            while unanswered.isEmpty {
                let status = try await client.ask(#"{"command": "status"}"#)
                // A machine that is busy may be late with the whole answer, and says so.
                guard let process = status["process"] as? [String: any Sendable] else {
                    #expect((status["error"] as? String)?.contains("has not answered") == true)
                    continue
                }
                unanswered = try #require(process["unanswered"] as? [String])
                #expect((status["stages"] as? [any Sendable])?.count == 4, "the dispatcher answers")
                let troubles = try #require(status["troubles"] as? [[String: any Sendable]])
                #expect(unanswered.isEmpty || troubles.contains { ($0["what"] as? String)?.contains("intake log") == true })
            }
            #expect(unanswered == ["the intake log"])
            #expect(await service.inspection.missing().contains("the intake log does not answer"))
            let began = ContinuousClock.now
            let trace = try await client.ask(#"{"command": "trace", "id": "x", "withinMs": 300}"#)
            #expect((trace["error"] as? String)?.contains("has not answered") == true)
            #expect(began.duration(to: .now) < .seconds(5))
            gate.open()
            #expect(try await receipt["status"] as? String == "accepted")
            await client.close()
        }
    }

    @Test func questionsThatHangAreBounded() async throws {
        let fixture = try ServiceFixture()
        let gate = Gate()
        try await fixture.running(clock: gate.clock) { _ in
            let client = try await fixture.client()
            gate.close()
            async let receipt = client.push("Held up by the disk.")
            // Whatever fails: the service could not end before.
            defer { gate.open() }
            var refusals = 0
            for _ in 0..<200 where refusals == 0 {
                let answer = try await client.ask(#"{"command": "trace", "id": "x", "withinMs": 100}"#)
                if (answer["error"] as? String)?.contains("earlier questions") == true { refusals += 1 }
            }
            #expect(refusals == 1)
            gate.open()
            #expect(try await receipt["status"] as? String == "accepted")
            // They have ended now, and others are taken again.
            var answer = try await client.ask(#"{"command": "trace", "id": "x"}"#)
            while answer["error"] != nil { answer = try await client.ask(#"{"command": "trace", "id": "x"}"#) }
            #expect(answer["id"] as? String == "x")
            await client.close()
        }
    }

    @Test func everyWorkerTellsOfItselfAndWhatItDid() async throws {
        let fixture = try ServiceFixture()
        try await fixture.running { _ in
            let client = try await fixture.client()
            try await client.subscribed()
            _ = try await client.push(ServiceTests.article)
            _ = try await client.next { topic, _ in topic == "analysis/a1" }
            var workers: [[String: any Sendable]] = []
            // The dispatcher hears of the last result a moment after subscribers.
            while workers.reduce(0, { $0 + ($1["done"] as? Int ?? 0) }) < 4 {
                workers = try #require(try await client.ask(#"{"command": "status"}"#)["workers"] as? [[String: any Sendable]])
            }
            #expect(workers.count == 6)
            for worker in workers {
                #expect(worker["processID"] as? Int == Int(getpid()))
                #expect((worker["residentBytes"] as? Int ?? 0) > 1 << 20)
                #expect(worker["failed"] as? Int == 0)
            }
            await client.close()
        }
    }
}
