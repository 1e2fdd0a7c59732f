import Foundation
import LanguageAnalysis
import LearntNames
import NewsFormats
import NewsModel
import Pipeline
import ServiceConfiguration
import Testing

import QuotedService

@Suite(.serialized, .timeLimit(.minutes(1)))
struct NamesTests {
    private static let wire = #"{"id": "w1", "text": "Ukrainian President Volodymyr Markovych met envoys on Tuesday. Markovych said that it was a good day."}"#
    private static let short = #"{"id": "s1", "text": "“It is late,” Markovych said. The Ukrainian leader said that it was cold."}"#

    private static func fixture(_ mode: ServiceConfiguration.NamesMode, _ state: String? = nil) throws -> ServiceFixture {
        try ServiceFixture {
            $0.names.mode = mode
            $0.names.interval = .milliseconds(20)
            $0.endpoints.names = "ipc://\($0.state)/names.sock"
            $0.endpoints.namesChanges = "ipc://\($0.state)/changes.sock"
        }
    }

    private static func speakers(_ record: [String: any Sendable]) -> [String?] {
        let quotations = record["quotations"] as? [[String: any Sendable]] ?? []
        return quotations.map { ($0["speaker"] as? [String: any Sendable])?["name"] as? String }
    }

    /// Pushes articles that say nothing until workers have a version.
    private static func pushUntil(_ client: TestClient, version: Int) async throws {
        var number = 0
        while true {
            number += 1
            let id = "idle-\(UInt32.random(in: 0 ... .max))-\(number)"
            _ = try await client.push(#"{"id": "\#(id)", "text": "It rained in Riva."}"#)
            let record = try await client.next { topic, _ in topic == "analysis/\(id)" }
            if record["namesVersion"] as? Int ?? 0 >= version { return }
        }
    }

    @Test func aNameOfAnEarlierArticleIsGivenAndARecordSaysWhichVersionItUsed() async throws {
        let fixture = try Self.fixture(.learn)
        try await fixture.running { _ in
            let client = try await fixture.client()
            try await client.subscribed()
            _ = try await client.push(Self.wire)
            let wire = try await client.next { topic, _ in topic == "analysis/w1" }
            let before = try #require(wire["namesVersion"] as? Int)
            try await Self.pushUntil(client, version: before + 1)
            _ = try await client.push(Self.short)
            let record = try await client.next { topic, _ in topic == "analysis/s1" }
            #expect(Self.speakers(record) == ["Volodymyr Markovych", "Volodymyr Markovych"])
            let used = try #require(record["namesVersion"] as? Int)
            let single = try await client.next { topic, _ in topic == "quotation/volodymyr-markovych/s1" }
            #expect(single["quotation"] != nil)
            // The same version gives the same names, made again from the log.
            let table = try NameLog.table(directory: fixture.directory + "/names", version: UInt64(used))
            let text = DocumentText("“It is late,” Markovych said. The Ukrainian leader said that it was cold.")
            let (_, layer) = try Analyzer.rules().analyze(text, budget: .unlimited)
            let again = NameCompletion.complete(layer, of: text, published: nil, from: table)
            #expect(again.quotations.map { $0.speaker?.name } == ["Volodymyr Markovych", "Volodymyr Markovych"])

            let list = try await client.ask(#"{"command": "names.list"}"#)
            #expect((list["names"] as? [[String: any Sendable]])?.first?["name"] as? String == "Volodymyr Markovych")
            let status = try await client.ask(#"{"command": "status"}"#)
            #expect((status["names"] as? [String: any Sendable])?["count"] as? Int == 1)
            let corrected = try await client.ask(
                #"{"command": "names.correct", "name": "Volodymyr Markovych", "to": "Wolodymyr Markovych"}"#)
            try await Self.pushUntil(client, version: try #require(corrected["version"] as? Int))
            _ = try await client.push(Self.short.replacingOccurrences(of: "s1", with: "s2"))
            let second = try await client.next { topic, _ in topic == "analysis/s2" }
            #expect(Self.speakers(second) == ["Wolodymyr Markovych", "Wolodymyr Markovych"])
            _ = try await client.ask(#"{"command": "names.turn", "on": false}"#)
            let fault = try await client.ask(#"{"command": "names.show", "name": "Nobody Known"}"#)
            #expect((fault["error"] as? String)?.contains("Nobody Known") == true)
            await client.close()
        }
    }

    @Test func switchedOffByConfigurationRecordsStateNoVersion() async throws {
        let fixture = try Self.fixture(.off)
        try await fixture.running { _ in
            let client = try await fixture.client()
            try await client.subscribed()
            _ = try await client.push(Self.wire)
            let record = try await client.next { topic, _ in topic == "analysis/w1" }
            #expect(record["namesVersion"] == nil)
            let fault = try await client.ask(#"{"command": "names.list"}"#)
            #expect((fault["error"] as? String)?.contains("[names] mode") == true)
            await client.close()
        }
        #expect(!FileManager.default.fileExists(atPath: fixture.directory + "/names"))
    }

    @Test func inModeUseNothingIsLearnt() async throws {
        let fixture = try Self.fixture(.use)
        try await fixture.running { _ in
            let client = try await fixture.client()
            try await client.subscribed()
            var versions: Set<Int> = []
            for number in 0..<5 {
                _ = try await client.push(Self.wire.replacingOccurrences(of: "w1", with: "w\(number)"))
                let record = try await client.next { topic, _ in topic == "analysis/w\(number)" }
                versions.insert(try #require(record["namesVersion"] as? Int))
            }
            #expect(versions.count == 1)
            let check = try await client.ask(#"{"command": "names.check"}"#)
            #expect(check["count"] as? Int == 0)
            await client.close()
        }
    }
}
