import Foundation
import LanguageAnalysis
import LivePage
import NewsModel
import Synchronization
import Testing

@Suite struct TextAnalysisTests {
    private func analysis(_ analyzer: Analyzer = .rules(), concurrent: Int = 1, within limit: Duration = .seconds(10)) -> TextAnalysis {
        TextAnalysis(analyzer, options: .init(concurrent: concurrent, timeLimit: limit))
    }

    private func json(_ text: String) throws -> [UInt8] { Array(try JSONEncoder().encode(["text": text])) }

    @Test(.timeLimit(.minutes(1))) func givesTheRecord() async throws {
        let analysis = analysis()
        for _ in 0..<3 {
            let record = try await analysis.record(of: try json("“It is safe again,” said Ana Lima, the mayor."))
            let object = try #require(try JSONSerialization.jsonObject(with: Data(record)) as? [String: Any])
            #expect((object["quotations"] as? [Any])?.count == 1)
        }
        await analysis.close()
    }

    @Test(.timeLimit(.minutes(1))) func saysWhatIsWrongWithAnArticle() async throws {
        let analysis = analysis()
        for bad in ["", "{}", "{\"text\": 5}", "{\"text\": \" \"}", "[{"] {
            await #expect(throws: TextAnalysis.Refusal.self) { try await analysis.record(of: Array(bad.utf8)) }
        }
        _ = try await analysis.record(of: try json("Still here."))
        await analysis.close()
    }

    /// One that looks at no deadline holds its thread: others are refused until it ends, and it is answered for in time.
    @Test(.timeLimit(.minutes(1))) func aStuckAnalysisHoldsItsPlaceAlone() async throws {
        let gate = Gate()
        let analysis = analysis(
            Analyzer(splitter: gate, tagger: RuleEntityTagger(), attributor: RuleQuotationAttributor()), within: .milliseconds(50))
        let text = try json("Nothing was said.")
        let began = ContinuousClock.now
        await #expect(throws: TextAnalysis.Refusal.overTime(.milliseconds(50))) { try await analysis.record(of: text) }
        #expect(began.duration(to: .now) < .seconds(10))
        await #expect(throws: TextAnalysis.Refusal.busy) { try await analysis.record(of: text) }
        gate.open()
        // Its thread is given back some time after.
        var isFree = false
        while !isFree {
            do {
                _ = try await analysis.record(of: text)
                isFree = true
            } catch TextAnalysis.Refusal.busy {
                await Task.yield()
            }
        }
        await analysis.close()
    }

    /// Splits nothing until it is opened.
    private final class Gate: SentenceSplitter, Sendable {
        private let opened = DispatchSemaphore(value: 0)

        func open() { for _ in 0..<100 { opened.signal() } }

        func split(_ text: DocumentText, budget: AnalysisBudget) throws -> [Span] {
            opened.wait()
            return []
        }
    }
}
