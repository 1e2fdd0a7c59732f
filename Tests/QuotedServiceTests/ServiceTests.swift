import Foundation
import LanguageAnalysis
import NewsModel
import Pipeline
import ServiceConfiguration
import Stages
import Synchronization
import Testing
import ZeroMQ

import QuotedService

@Suite(.serialized, .timeLimit(.minutes(1)))
struct ServiceTests {
    static let article = #"{"id": "a1", "title": "Bridge opens", "text": "\"It is open,\" said Maria Silva."}"#

    @Test func anArticleGoesInAndWhoSaidWhatComesOut() async throws {
        let fixture = try ServiceFixture()
        try await fixture.running { _ in
            let client = try await fixture.client()
            try await client.subscribed()
            let receipt = try await client.push(Self.article)
            #expect(receipt["status"] as? String == "accepted")
            #expect(receipt["id"] as? String == "a1")
            let record = try await client.next { topic, _ in topic == "analysis/a1" }
            #expect(record["sequence"] as? Int == 1)
            #expect(record["text"] as? String == "Bridge opens\n\n\"It is open,\" said Maria Silva.")
            let quotations = try #require(record["quotations"] as? [[String: any Sendable]])
            let speaker = quotations.first?["speaker"] as? [String: any Sendable]
            #expect(speaker?["name"] as? String == "Maria Silva")
            let single = try await client.next { topic, _ in topic == "quotation/maria-silva/a1" }
            #expect((single["quotation"] as? [String: any Sendable])?["text"] as? String == "\"It is open,\"")
            let again = try await client.push(Self.article)
            #expect(again["status"] as? String == "duplicate")
            #expect(again["sequence"] as? Int == receipt["sequence"] as? Int)
            await client.close()
        }
    }

    @Test func whatAClientPutsBeforeTheArticleComesBackBeforeTheReceipt() async throws {
        let fixture = try ServiceFixture()
        try await fixture.running { _ in
            let client = try await fixture.client()
            let receipt = try await client.push([[], Array("mark".utf8), Array("Plain words.".utf8)])
            #expect(receipt["status"] as? String == "accepted")
            await client.close()
        }
    }

    @Test func badInputGetsOneClearReceipt() async throws {
        let fixture = try ServiceFixture { $0.intake.maximumArticleBytes = .kibibytes(4) }
        try await fixture.running { _ in
            let client = try await fixture.client()
            let inputs: [(frames: [[UInt8]], word: String)] = [
                ([[]], "empty"),
                ([[0xFF, 0xFE, 0x41]], "UTF-8"),
                ([Array(#"{"text": 5}"#.utf8)], "text"),
                ([Array(#"{"title": "no text"}"#.utf8)], "text"),
                ([Array(#"{"text": "#.utf8)], "JSON"),
                ([Array(repeating: 0x61, count: 5_000)], "5000 bytes"),
                (Array(repeating: [0x61], count: 40), "frames"),
                ([[0x61, 0x00, 0x62]], "control"),
            ]
            for (frames, word) in inputs {
                let receipt = try await client.push(frames)
                #expect(receipt["status"] as? String == "rejected")
                let reason = receipt["reason"] as? String ?? ""
                #expect(reason.contains(word), "\(reason)")
            }
            #expect(try await client.push("Still here.")["status"] as? String == "accepted")
            await client.close()
        }
    }

    @Test func aFailingArticleGoesToTheDeadLettersAndItsNeighboursDoNot() async throws {
        let fixture = try ServiceFixture { $0.pipeline.timeBudget = .milliseconds(200) }
        let faulty = FaultyTagger()
        try await fixture.running(analyzer: faulty.analyzer) { _ in
            let client = try await fixture.client()
            try await client.subscribed()
            for (id, text) in [("good1", "Fine."), ("bad", "FAIL now."), ("slow", "SLOW now."), ("good2", "Fine too."), ("flaky", "FLAKY once.")] {
                #expect(try await client.push(#"{"id": "\#(id)", "text": "\#(text)"}"#)["status"] as? String == "accepted")
            }
            var seen: Set<String> = []
            while seen.count < 5 {
                let body = try await client.next { topic, _ in topic.hasPrefix("analysis/") || topic.hasPrefix("deadletter/") }
                if let article = body["article"] as? [String: any Sendable] {
                    seen.insert("analysis/\(article["id"] as? String ?? "")")
                } else {
                    seen.insert("deadletter/\(body["id"] as? String ?? "")")
                    #expect(body["stage"] as? String == "entities")
                    #expect(body["tries"] as? Int == 3)
                }
            }
            #expect(seen == ["analysis/good1", "analysis/good2", "analysis/flaky", "deadletter/bad", "deadletter/slow"])
            let list = try await client.ask(#"{"command": "dead-letters.list"}"#)
            let letters = try #require(list["letters"] as? [[String: any Sendable]])
            #expect(Set(letters.map { $0["id"] as? String ?? "" }) == ["bad", "slow"])
            #expect(letters.contains { ($0["reason"] as? String)?.contains("cannot be tagged") == true })
            #expect(letters.contains { ($0["reason"] as? String)?.contains("time budget") == true })
            let purged = try await client.ask(#"{"command": "dead-letters.purge"}"#)
            #expect(purged["purged"] as? Int == 2)
            let status = try await client.ask(#"{"command": "status"}"#)
            #expect(status["received"] as? Int == 5)
            #expect(status["published"] as? Int == 3)
            #expect(status["dead"] as? Int == 2)
            #expect(status["inFlight"] as? Int == 0)
            await client.close()
        }
    }

    @Test func aStuckAnalysisIsAnsweredForAndItsWorkerGoesOn() async throws {
        let fixture = try ServiceFixture {
            $0.pipeline.timeBudget = .milliseconds(100)
            $0.pipeline.tries = 2
            $0.stages.entities.workers = 1
        }
        let faulty = FaultyTagger()
        try await fixture.running(analyzer: faulty.analyzer) { _ in
            let client = try await fixture.client()
            try await client.subscribed()
            _ = try await client.push(#"{"id": "stuck", "text": "STUCK here."}"#)
            _ = try await client.push(#"{"id": "good", "text": "Fine."}"#)
            _ = try await client.next { topic, _ in topic == "analysis/good" }
            _ = try await client.next { topic, _ in topic == "deadletter/stuck" }
            // Written down, so that it cannot block one process after the other. The notes' file is the process's: a service of
            // another test may have its own opened for the second.
            let notes = CrashNotes(path: fixture.directory + "/crashes").read()
            #expect(notes == [JobID(1): 2] || notes == [JobID(1): 1])
            faulty.memory.release.store(true, ordering: .relaxed)
            await client.close()
        }
    }

    @Test func anAnalysisThatDoesNotStopDoesNotHoldUpTheEnd() async throws {
        let fixture = try ServiceFixture()
        let faulty = FaultyTagger()
        try await fixture.running(analyzer: faulty.analyzer) { _ in
            let client = try await fixture.client()
            _ = try await client.push(#"{"id": "stuck", "text": "STUCK here."}"#)
            while faulty.memory.stuck.load(ordering: .relaxed) == 0 { await Task.yield() }
            await client.close()
        }
        // Only now: the service has ended while the analysis ran.
        faulty.memory.release.store(true, ordering: .relaxed)
    }

    @Test func aRetractionIsATombstoneAndNothingOfItIsAnalysed() async throws {
        let fixture = try ServiceFixture()
        let faulty = FaultyTagger()
        try await fixture.running(analyzer: faulty.analyzer) { _ in
            let client = try await fixture.client()
            try await client.subscribed()
            let text = #"FAIL. \"It is open,\" said Maria Silva."#
            let receipt = try await client.push(#"{"id": "r", "status": "withheld", "text": "\#(text)"}"#)
            #expect(receipt["status"] as? String == "accepted")
            let record = try await client.next { topic, _ in topic == "analysis/r" }
            #expect((record["article"] as? [String: any Sendable])?["status"] as? String == "withheld")
            #expect((record["quotations"] as? [any Sendable] ?? []).isEmpty)
            #expect((record["sentences"] as? [any Sendable] ?? []).isEmpty)
            await client.close()
        }
    }

    @Test func whatWasAcceptedIsPublishedAfterARestart() async throws {
        let fixture = try ServiceFixture()
        try await fixture.running(.only(.ingest)) { _ in
            let client = try await fixture.client()
            for number in 1...50 {
                #expect(try await client.push(#"{"id": "n\#(number)", "text": "Text \#(number)."}"#)["status"] as? String == "accepted")
            }
            await client.close()
        }
        try await fixture.running { _ in
            let client = try await fixture.client()
            var sequences: [Int] = []
            while sequences.count < 50 {
                let (_, records) = try await client.replay(#"{"since": \#(sequences.count + 1)}"#)
                sequences += records.compactMap { $0["sequence"] as? Int }
            }
            #expect(sequences == Array(1...50))
            await client.close()
        }
    }

    @Test func replayIsBoundedAndKnowsTimesAndArticles() async throws {
        let fixture = try ServiceFixture { $0.replay.batchRecords = 10 }
        try await fixture.running { _ in
            let client = try await fixture.client()
            try await client.subscribed()
            for number in 1...25 { _ = try await client.push(#"{"id": "r\#(number)", "text": "Text \#(number)."}"#) }
            _ = try await client.next { _, body in body["sequence"] as? Int == 25 }
            let (header, records) = try await client.replay(#"{"since": 3}"#)
            #expect(records.compactMap { $0["sequence"] as? Int } == Array(3...12))
            #expect(header["more"] as? Bool == true)
            #expect(header["latest"] as? Int == 25)
            let (_, all) = try await client.replay(#"{"time": 0, "limit": 2}"#)
            #expect(all.count == 2)
            let (_, one) = try await client.replay(#"{"id": "r7"}"#)
            #expect((one.first?["article"] as? [String: any Sendable])?["id"] as? String == "r7")
            let (beyond, none) = try await client.replay(#"{"since": 26}"#)
            #expect(none.isEmpty && beyond["more"] as? Bool == false)
            let (fault, _) = try await client.replay("{}")
            #expect((fault["error"] as? String)?.contains("since") == true)
            await client.close()
        }
    }

    @Test func aFullIntakeAnswersBusy() async throws {
        let fixture = try ServiceFixture { $0.intake.waitingArticles = 3 }
        try await fixture.running(.only(.ingest)) { _ in
            let client = try await fixture.client()
            for number in 1...3 { #expect(try await client.push("Text \(number).")["status"] as? String == "accepted") }
            let busy = try await client.push("Text 4.")
            #expect(busy["status"] as? String == "busy")
            #expect(busy["retryAfterMs"] as? Int == 250)
            await client.close()
        }
    }

    @Test func aRetriedDeadLetterIsPublished() async throws {
        let fixture = try ServiceFixture { $0.pipeline.tries = 1 }
        let faulty = FaultyTagger()
        try await fixture.running(analyzer: faulty.analyzer) { _ in
            let client = try await fixture.client()
            try await client.subscribed()
            _ = try await client.push(#"{"id": "f", "text": "FLAKY once."}"#)
            _ = try await client.next { topic, _ in topic == "deadletter/f" }
            #expect(try await client.ask(#"{"command": "dead-letters.retry"}"#)["retried"] as? Int == 1)
            _ = try await client.next { topic, _ in topic == "analysis/f" }
            #expect(try await client.ask(#"{"command": "dead-letters.list"}"#)["count"] as? Int == 0)
            await client.close()
        }
    }

    @Test func aNewStageIsOneFileAndOneLine() async throws {
        let shout = AnalysisStage(
            name: StageName("language"),
            annotate: { job in Array((job.article.language ?? "en").utf8) },
            contribute: { layer, record in record.article.language = String(decoding: layer, as: UTF8.self) + "-x" })
        let pipeline = PipelineDefinition(stages: PipelineDefinition.standard.stages + [shout])
        let fixture = try ServiceFixture()
        try await fixture.running(.all(of: pipeline), pipeline: pipeline) { _ in
            let client = try await fixture.client()
            try await client.subscribed()
            _ = try await client.push(Self.article)
            let record = try await client.next { topic, _ in topic == "analysis/a1" }
            #expect((record["article"] as? [String: any Sendable])?["language"] as? String == "en-x")
            await client.close()
        }
    }
}
