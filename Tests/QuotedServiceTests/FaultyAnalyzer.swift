import LanguageAnalysis
import NewsModel
import Pipeline
import Synchronization

/// An analyser for tests: texts with "FAIL" throw, texts with "STUCK" never end, texts with "FLAKY" fail once.
struct FaultyTagger: EntityTagger {
    final class Memory: Sendable {
        let flaky = Atomic<Int>(0)
        let release = Atomic<Bool>(false)
        /// Analyses that have begun not to end.
        let stuck = Atomic<Int>(0)
    }

    struct Refusal: Error, CustomStringConvertible {
        let description = "this text cannot be tagged"
    }

    let memory = Memory()
    private let rules = Analyzer.rules()

    var analyzer: Analyzer {
        Analyzer(splitter: rules.splitter, tagger: self, attributor: rules.attributor)
    }

    func tag(_ text: DocumentText, sentences: [Span], budget: AnalysisBudget) throws -> EntityLayer {
        let string = String(decoding: text.utf8, as: UTF8.self)
        if string.contains("FAIL") { throw Refusal() }
        if string.contains("FLAKY"), memory.flaky.add(1, ordering: .relaxed).newValue == 1 { throw Refusal() }
        if string.contains("SLOW") { while true { try budget.check() } }
        if string.contains("STUCK") {
            memory.stuck.add(1, ordering: .relaxed)
            while !memory.release.load(ordering: .relaxed) {}
        }
        return try rules.tagger.tag(text, sentences: sentences, budget: budget)
    }
}
