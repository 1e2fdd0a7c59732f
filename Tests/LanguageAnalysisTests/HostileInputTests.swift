import LanguageAnalysis
import NewsModel
import Testing

/// Every span lies within the text, on scalars, and is not empty; contents are in order.
func expectSound(_ text: DocumentText, _ sentences: [Span], _ layer: AttributionLayer, _ label: String) {
    var spans = sentences
    spans += layer.entities.flatMap { $0.mentions.map(\.span) }
    spans += layer.quotations.flatMap { $0.content + $0.cue + $0.source }
    spans += layer.discarded.map(\.span)
    let bad = spans.first { $0.start < 0 || $0.end > text.scalarCount || $0.start >= $0.end }
    #expect(bad == nil, "\(label): \(String(describing: bad)) of \(text.scalarCount)")
    #expect(zip(sentences, sentences.dropFirst()).allSatisfy { $0.end <= $1.start }, "\(label): sentences overlap")
    for quotation in layer.quotations {
        #expect(!quotation.content.isEmpty, "\(label)")
        #expect(zip(quotation.content, quotation.content.dropFirst()).allSatisfy { $0.end <= $1.start }, "\(label)")
        #expect((0...1).contains(quotation.confidence), "\(label)")
        #expect(quotation.speaker.map { !$0.name.isEmpty } ?? true, "\(label)")
    }
    let ids = Set(layer.entities.map(\.id))
    #expect(layer.quotations.allSatisfy { $0.speaker?.entity.map(ids.contains) ?? true }, "\(label)")
}

@Suite(.serialized) struct HostileInputTests {
    // a megabyte takes an unoptimised build some seconds each; cost that is not linear shows at a quarter of it as well
    #if DEBUG
    static let size = 250_000
    #else
    static let size = 1_000_000
    #endif

    static let inputs: [(String, @Sendable (Int) -> String)] = [
        ("straight marks", { String(repeating: "\"", count: $0) }),
        ("marks and words", { String(repeating: "\"a\" ", count: $0 / 4) }),
        ("opening marks", { String(repeating: "“", count: $0 / 3) }),
        ("nested marks", { String(repeating: "“a ", count: $0 / 6) + String(repeating: "” ", count: $0 / 6) }),
        ("apostrophes", { String(repeating: "' ", count: $0 / 2) }),
        ("opening apostrophes", { String(repeating: " 'a", count: $0 / 3) }),
        ("one word", { String(repeating: "a", count: $0) }),
        ("one word of capitals", { String(repeating: "A", count: $0) }),
        ("joined word", { String(repeating: "a-", count: $0 / 2) }),
        ("dots", { String(repeating: ".", count: $0) }),
        ("dots and marks", { String(repeating: ".\"", count: $0 / 2) + "x" }),
        ("letters and dots", { String(repeating: "U.", count: $0 / 2) }),
        ("capitals", { String(repeating: "NATO AND THE UN MET. ", count: $0 / 21) }),
        ("a million names", { String(repeating: "Smith ", count: $0 / 6) }),
        ("said", { String(repeating: "said ", count: $0 / 5) }),
        ("comma said", { String(repeating: "said the man, ", count: $0 / 14) }),
        ("he said", { String(repeating: "he said that ", count: $0 / 13) }),
        ("who said", { String(repeating: "Smith, who said, ", count: $0 / 17) }),
        ("according to", { String(repeating: "according to ", count: $0 / 13) }),
        ("surnames", { (0..<$0 / 24).map { "Anna Smith\($0) met Smith\($0). " }.joined() }),
        (
            "one family",
            {
                String(repeating: "Anna Smith said. ", count: $0 / 34)
                    + String(repeating: "Smith said. ", count: $0 / 24)
            }
        ),
        ("line ends", { String(repeating: "\n", count: $0) }),
        ("returns", { String(repeating: "a\r\n", count: $0 / 3) }),
        ("emoji", { String(repeating: "👩‍👩‍👧", count: $0 / 18) }),
        ("combining marks", { "e" + String(repeating: "\u{301}", count: $0 / 2) }),
        ("spaces beyond ASCII", { String(repeating: "\u{A0}\u{2009}\u{FEFF}", count: $0 / 8) }),
        ("no spaces", { String(repeating: "Hesaid,“no”.", count: $0 / 16) }),
        ("brackets", { String(repeating: "(", count: $0 / 2) + String(repeating: ")", count: $0 / 2) }),
        ("Chinese", { String(repeating: "他说：“我们走吧。”", count: $0 / 27) }),
        ("control characters", { String(repeating: "\u{0}\u{1B}a\u{7F}", count: $0 / 4) }),
    ]

    @Test(.timeLimit(.minutes(3)), arguments: HostileInputTests.inputs.indices)
    func hugeInputIsReadInTime(_ index: Int) throws {
        let (label, make) = Self.inputs[index]
        let text = DocumentText(make(Self.size))
        let budget = AnalysisBudget(deadline: .now + .seconds(60))
        let clock = ContinuousClock()
        let start = clock.now
        let (sentences, layer) = try Analyzer.rules().analyze(text, budget: budget)
        print("\(text.utf8.count) bytes of \(label): \(clock.now - start)")
        expectSound(text, sentences, layer, label)
    }

    @Test func aPassedDeadlineStopsTheAnalysis() {
        let text = DocumentText("“We are ready,” said Maria Lopez.")
        let budget = AnalysisBudget(deadline: .now - .seconds(1))
        #expect(throws: AnalysisError.overTime) { try Analyzer.rules().analyze(text, budget: budget) }
    }

    /// The name that is the first of those joined begins in the heading above the phrase.
    @Test func aNameThatBeginsBeforeItsPhraseIsRead() throws {
        let text = DocumentText("U.S. Senator (R-Texas)\n\nAna Lima, and Bruno Novak, claimed that it is so.")
        let (sentences, layer) = try Analyzer.rules().analyze(text, budget: .unlimited)
        expectSound(text, sentences, layer, "a name before its phrase")
    }

    @Test func noneDoesNothing() throws {
        let text = DocumentText("“We are ready,” said Maria Lopez.")
        let (sentences, layer) = try Analyzer.none().analyze(text, budget: .unlimited)
        #expect(sentences.isEmpty)
        #expect(layer == AttributionLayer())
    }
}
