import Foundation
import LanguageAnalysis
import NewsModel
import TestSupport
import Testing

/// Texts that no newspaper prints, read with scores without any sense and with the trained model.
///
/// `QUOTED_FUZZ_INPUTS` sets how many; a failure prints the seed of its input, and a crash leaves the input in
/// `quoted-fuzz-input-random` or `-model` in the folder for temporary files.
@Suite struct FuzzTests {
    static let inputs = ProcessInfo.processInfo.environment["QUOTED_FUZZ_INPUTS"].flatMap { Int($0) } ?? 6_000

    @Test(.timeLimit(.minutes(60))) func anyTagsOfAnyTextGiveASoundRecord() throws {
        let vocabulary = try TrainedAnalyzer.classifier().vocabulary
        var generator = SeededGenerator.announced()
        var fuzzer = Fuzzer(name: "random")
        for _ in 0..<Self.inputs where fuzzer.kinds.count < 5 {
            let seed = generator.next()
            try fuzzer.run(seed) {
                .trained(RandomClassifier(seed: seed, vocabulary: vocabulary), attitudes: seed % 5 == 0)
            }
        }
        fuzzer.report()
    }

    @Test(.timeLimit(.minutes(60))) func theModelGivesASoundRecordOfAnyText() throws {
        let analyzer = try TrainedAnalyzer.shared()
        var generator = SeededGenerator.announced()
        var fuzzer = Fuzzer(name: "model")
        for _ in 0..<Self.inputs / 40 where fuzzer.kinds.count < 5 { try fuzzer.run(generator.next()) { analyzer } }
        fuzzer.report()
    }

    @Test func whatIsNotSoundIsSeen() {
        let text = DocumentText("“We are ready,” said Maria Lopez.")
        func broken(_ content: Span, kind: Quotation.Kind = .direct, discarded: Span? = nil) -> [String] {
            let quotation = Quotation(kind: kind, content: [content], cue: [Span(16, 20)], confidence: 0.5)
            let marks = discarded.map { [DiscardedMarks(span: $0, reason: .term)] } ?? []
            let layer = AttributionLayer(quotations: [quotation], discarded: marks)
            return RecordInvariants.broken(text, [Span(0, 33)], layer).map { String($0.prefix { $0 != ":" }) }
        }
        #expect(broken(Span(0, 15)).isEmpty)
        #expect(broken(Span(0, 11)) == ["content cuts a word"])
        #expect(broken(Span(0, 34)).contains("content outside or empty"))
        #expect(broken(Span(0, 20)) == ["cue in its content"])
        #expect(broken(Span(0, 15), kind: .indirect) == ["indirect in marks"])
        #expect(broken(Span(0, 15), discarded: Span(4, 7)) == ["discarded in content"])
    }
}

/// Reads texts, notes what is not sound, and shortens them until nothing can go.
struct Fuzzer {
    private let name: String
    private let file: URL
    private var faults = 0
    private var inputs = 0
    private var bytes = 0
    private var quotations = 0
    /// Kinds of faults met.
    private(set) var kinds: Set<String> = []

    init(name: String) {
        self.name = name
        file = FileManager.default.temporaryDirectory.appending(path: "quoted-fuzz-input-\(name)")
    }

    mutating func run(_ seed: UInt64, _ analyzer: () -> Analyzer) throws {
        let text = HostileText.make(seed: seed)
        try Data(text.utf8).write(to: file)
        let analyzer = analyzer()
        let result = try analyzer.analyze(text, budget: .unlimited)
        inputs += 1
        bytes += text.utf8.count
        quotations += result.attribution.quotations.count
        var broken = RecordInvariants.broken(text, result.sentences, result.attribution)
        let again = try analyzer.analyze(text, budget: .unlimited)
        if again.sentences != result.sentences || again.attribution != result.attribution {
            broken.append("another result the second time")
        }
        guard let first = broken.first else { return }
        faults += 1
        let kind = Self.kind(of: first)
        guard kinds.insert(kind).inserted else { return }
        let least = Self.shortened(text, analyzer, kind)
        Issue.record("\(name) seed \(seed): \(broken[0])\nleast input: \(least)")
    }

    func report() {
        print("\(name): \(inputs) inputs, \(bytes) bytes, \(quotations) quotations, \(faults) not sound")
        try? FileManager.default.removeItem(at: file)
    }

    /// The fault without its numbers and text.
    private static func kind(of fault: String) -> String { fault.prefix { $0 != ":" }.filter { !$0.isNumber } }

    private static func broken(_ scalars: [Unicode.Scalar], _ analyzer: Analyzer, _ kind: String) -> String? {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars)
        let text = DocumentText(String(view))
        guard let result = try? analyzer.analyze(text, budget: .unlimited) else { return nil }
        return RecordInvariants.broken(text, result.sentences, result.attribution).first { Self.kind(of: $0) == kind }
    }

    /// Halves, quarters … single scalars are left out while the fault of this kind stays (Zeller and Hildebrandt 2002).
    private static func shortened(_ text: DocumentText, _ analyzer: Analyzer, _ kind: String) -> String {
        var scalars = Array(String(decoding: text.utf8, as: UTF8.self).unicodeScalars)
        var fault = "not found again"
        var size = max(1, scalars.count / 2)
        var tries = 0
        while size >= 1, tries < 3_000 {
            var start = 0
            var shorter = false
            while start < scalars.count, tries < 3_000 {
                tries += 1
                let rest = Array(scalars[..<start] + scalars[min(scalars.count, start + size)...])
                if let found = broken(rest, analyzer, kind) {
                    (scalars, fault, shorter) = (rest, found, true)
                } else {
                    start += size
                }
            }
            if !shorter || size > 1 { size /= 2 }
        }
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars)
        return "\(String(String(view).debugDescription.prefix(2_000))): \(fault)"
    }
}
