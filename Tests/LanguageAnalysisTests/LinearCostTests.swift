import Glibc
import LanguageAnalysis
import TestSupport
import Testing

/// Ten times the text takes ten times the work, whatever the text.
@Suite(.serialized) struct LinearCostTests {
    /// How much more than ten times is let pass; without the model, what no longer fits the caches shows as well.
    private static let slack = 1.2
    private static let slackWithoutModel = 1.6

    static let texts: [(name: String, make: @Sendable (Int) -> String)] = [
        ("articles", articles),
        ("no full stops", { repeated("the council and the harbour and the mayor of the old town ", $0) }),
        ("marks alone", { repeated("\"", $0) }),
        ("opening marks", { repeated("“a ", $0) }),
        ("one mark that never closes", { "“" + repeated("We are ready for the winter, and nobody is worried. ", $0) }),
        ("a mark that never closes in each line", { repeated("“We are ready,\n", $0) }),
        ("one word", { repeated("a", $0) }),
        ("no spaces", { repeated("Hesaid,“no”.", $0) }),
        ("single marks", { repeated("'a 'b' c ", $0) }),
        ("pronouns", { repeated("“No,” he said. “Yes,” she said. ", $0) }),
        ("names", { size in (0..<size / 30).map { "Anna Smith\($0) met Ivan Petrov\($0). " }.joined() }),
        ("one name", { repeated("Anna Smith said Smith was ready. ", $0) }),
        ("line ends", { repeated("a\n", $0) }),
    ]

    private static func repeated(_ unit: String, _ size: Int) -> String {
        String(repeating: unit, count: size / unit.utf8.count)
    }

    /// Paragraphs of the known failures, each time in another order.
    @Sendable private static func articles(_ size: Int) -> String {
        var random = SeededGenerator(seed: 7)
        var text = ""
        while text.utf8.count < size {
            for failure in KnownFailure.all.shuffled(using: &random) { text += failure.text + "\n\n" }
        }
        return String(text.prefix(size))
    }

    private static func seconds(_ analyzer: Analyzer, _ text: DocumentText) throws -> Double {
        func now() -> Double {
            var time = timespec()
            clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
            return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
        }
        let start = now()
        _ = try analyzer.analyze(text, budget: .unlimited)
        return now() - start
    }

    /// The least of several measurements on either side; more are taken while the ratio is too high.
    private static func ratio(
        _ analyzer: Analyzer, _ small: DocumentText, _ large: DocumentText, slack: Double = slack, tries: Int = 5
    ) throws -> (ratio: Double, seconds: Double) {
        let growth = Double(large.utf8.count) / Double(small.utf8.count)
        var (few, many) = (Double.infinity, Double.infinity)
        for _ in 0..<tries {
            for _ in 0..<2 { few = min(few, try seconds(analyzer, small)) }
            many = min(many, try seconds(analyzer, large))
            if many <= slack * growth * few { break }
        }
        return (many / few / growth, many)
    }

    @Test(.timeLimit(.minutes(10))) func theModelReadsAMegabyteInTenTimesATenth() throws {
        let (small, large) = (DocumentText(Self.articles(100_000)), DocumentText(Self.articles(1_000_000)))
        let (ratio, seconds) = try Self.ratio(try TrainedAnalyzer.shared(), small, large, tries: 3)
        print("a megabyte of articles: \(seconds) CPU-seconds, \(ratio) times a tenth of it, tenfold")
        #expect(ratio <= Self.slack)
    }

    @Test(.timeLimit(.minutes(10)), arguments: LinearCostTests.texts.indices)
    func theModelReadsOddTextsInProportion(_ index: Int) throws {
        let (name, make) = Self.texts[index]
        let (small, large) = (DocumentText(make(3_000)), DocumentText(make(30_000)))
        let (ratio, seconds) = try Self.ratio(try TrainedAnalyzer.shared(), small, large)
        print("\(name): \(seconds) CPU-seconds, ratio \(ratio)")
        #expect(ratio <= Self.slack, "\(name)")
    }

    /// With a classifier that costs next to nothing, what is done with the tags shows.
    @Test(
        .timeLimit(.minutes(10)), arguments: LinearCostTests.texts.indices,
        [RandomClassifier.Mood.runs, .contents, .stuck])
    func anyTagsAreReadInProportion(_ index: Int, _ mood: RandomClassifier.Mood) throws {
        let (name, make) = Self.texts[index]
        let vocabulary = try TrainedAnalyzer.classifier().vocabulary
        let analyzer = Analyzer.trained(RandomClassifier(seed: 1, mood: mood, vocabulary: vocabulary))
        let (small, large) = (DocumentText(make(20_000)), DocumentText(make(200_000)))
        let (ratio, seconds) = try Self.ratio(analyzer, small, large, slack: Self.slackWithoutModel)
        print("\(name), \(mood): \(seconds) CPU-seconds, ratio \(ratio)")
        #expect(ratio <= Self.slackWithoutModel, "\(name), \(mood)")
    }
}
