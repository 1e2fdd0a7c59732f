internal import Glibc

/// Gives every piece of a text its scores: the trained model, as the analysis sees it.
package protocol TokenClassifier: Sendable {
    var vocabulary: WordPieceVocabulary { get }
    /// Pieces that a window may have, the two at its ends included.
    var longestWindow: Int { get }
    var settings: DecodingSettings { get }

    /// - Parameters:
    ///   - pieces: `[CLS]` and `[SEP]` stand at each window's ends.
    ///   - features: `EncoderFeature.allCases.count` values a piece.
    ///   - windows: ranges of `pieces` that cover them all.
    ///   - body: receives `HeadLayout.width` scores a piece.
    func classify<Result>(
        pieces: [Int32], features: [UInt8], windows: [Range<Int>],
        _ body: (UnsafeBufferPointer<Float>) throws -> Result
    ) throws -> Result
}

/// What the columns of the model's head mean.
package enum HeadLayout {
    /// Speech first, then the same three of mere attitudes.
    package static let roleTags: [String] =
        ["O"]
        + ["source", "cue", "content", "attitude-source", "attitude-cue", "attitude-content"].flatMap {
            ["B-\($0)", "I-\($0)"]
        }
    package static let entityTags: [String] =
        ["O"]
        + ["PERSON", "ORGANIZATION", "LOCATION", "FACILITY", "NORP", "PRODUCT", "DATE", "MONEY", "MISC"].flatMap {
            ["B-\($0)", "I-\($0)"]
        }
    package static let links = ["content-cue", "content-source", "content-previous"]
    package static let linkWidth = 64

    static let entities = roleTags.count
    static let firstLink = roleTags.count + entityTags.count
    /// Queries, keys, and the score of no link.
    static let linkColumns = 2 * linkWidth + 1
    package static let width = roleTags.count + entityTags.count + links.count * (2 * linkWidth + 1)
}

/// Numbers that were tuned on the development sets after training; they come with the model.
package struct DecodingSettings: Sendable, Hashable {
    /// Added to the log-odds of attitudes against speech.
    package var attitudeBias: Float = 0
    /// Added to the score of content, cue and source against nothing.
    package var speechBias: Float = 0
    /// What it costs, in log-probability, that content begins or ends between two words without a sign between them.
    package var phraseCost: Float = 0
    /// Marks whose words are speech with less than this probability hold none.
    package var markThreshold: Float = 0.5
    /// Measured confidence at stretched scores 0, 0.1 … 1; empty: as they are.
    package var calibration: [Float] = []

    package init() {}

    /// - Parameter values: as in the model file's manifest; unknown names are ignored.
    package init(_ values: [String: Double]) {
        func value(_ name: String, _ fallback: Float) -> Float { values[name].map { Float($0) } ?? fallback }
        attitudeBias = value("attitudeBias", attitudeBias)
        speechBias = value("speechBias", speechBias)
        phraseCost = value("phraseCost", phraseCost)
        markThreshold = value("markThreshold", markThreshold)
        let table = (0...10).compactMap { values["calibration.\($0)"].map { Float($0) } }
        calibration = table.count == 11 ? table : []
    }

    /// The probability that a quotation with this raw score is right.
    package func calibrated(_ score: Float) -> Double {
        // Most scores are close to 1: stretched, so that the table tells 0.99 from 0.999.
        let raw = 1 - cbrtf(1 - min(1, max(0, score)))
        guard calibration.count == 11 else { return Double(raw) }
        let place = min(9, Int(raw * 10))
        let share = raw * 10 - Float(place)
        return Double(calibration[place] * (1 - share) + calibration[place + 1] * share)
    }
}
