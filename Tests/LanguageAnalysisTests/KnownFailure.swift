import LanguageAnalysis
import NewsModel
import Testing

/// A text that other programs are known to read wrong, and what is right. All are invented.
struct KnownFailure: Sendable, CustomTestStringConvertible {
    struct Said: Sendable {
        /// The pieces of an interrupted content follow each other.
        var content: String
        /// Words that the source has to hold; nil where the text names none near it.
        var source: String?
        var kind: Quotation.Kind
        var polarity = Quotation.Polarity.asserted

        init(
            _ content: String, _ source: String?, _ kind: Quotation.Kind, _ polarity: Quotation.Polarity = .asserted
        ) {
            self.content = content
            self.source = source
            self.kind = kind
            self.polarity = polarity
        }
    }

    var name: String
    var text: String
    /// In the order of the text.
    var said: [Said]
    /// Marks that hold no speech, with the marks.
    var discarded: [String]

    init(_ name: String, _ text: String, _ said: [Said] = [], discarded: [String] = []) {
        self.name = name
        self.text = text
        self.said = said
        self.discarded = discarded
    }

    var testDescription: String { name }

    static let all = marks + noSpeech + cues + sources

    /// What is wrong with a reading of the text; nothing when it is right.
    func faults(in reading: Reading) -> [String] {
        var faults: [String] = []
        if reading.quotations.count != said.count {
            faults.append("\(reading.quotations.count) quotations instead of \(said.count)")
        }
        for (wanted, found) in zip(said, reading.quotations) {
            if Self.overlap(wanted.content, found.content) < 0.8 { faults.append("content is not \(wanted.content)") }
            if let source = wanted.source, !found.source.contains(source) { faults.append("source is not \(source)") }
            if wanted.kind != found.kind { faults.append("kind is not \(wanted.kind)") }
            if wanted.polarity != found.polarity { faults.append("polarity is not \(wanted.polarity)") }
        }
        let marks = reading.layer.discarded.map { reading.text.string($0.span) }
        if marks != discarded { faults.append("discarded \(marks) instead of \(discarded)") }
        return faults
    }

    /// Words in both, of those in either.
    private static func overlap(_ one: String, _ other: String) -> Double {
        func words(_ text: String) -> [Substring] { text.lowercased().split { !$0.isLetter && !$0.isNumber } }
        var left = words(one)
        let all = left.count
        let right = words(other)
        var both = 0
        for word in right {
            guard let index = left.firstIndex(of: word) else { continue }
            left.remove(at: index)
            both += 1
        }
        return Double(both) / Double(max(1, all + right.count - both))
    }
}
