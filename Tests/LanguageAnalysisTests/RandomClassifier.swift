import LanguageAnalysis
import TestSupport

/// Scores without any sense, the same for the same input: so the decoders meet every odd sequence of tags.
struct RandomClassifier: TokenClassifier {
    /// What the scores lean to.
    enum Mood: CaseIterable {
        /// Every piece for itself.
        case noise
        /// Runs of one tag, as a model gives them.
        case runs
        /// Long runs of content and hardly anything else.
        case contents
        /// One tag wins throughout.
        case stuck
        /// All scores are equal.
        case flat
    }

    let vocabulary: WordPieceVocabulary
    let longestWindow: Int
    let settings: DecodingSettings
    let mood: Mood
    private let seed: UInt64
    private static let roles = HeadLayout.roleTags.count
    private static let names = HeadLayout.entityTags.count

    /// - Parameter mood: nil draws one.
    init(seed: UInt64, mood: Mood? = nil, vocabulary: WordPieceVocabulary) {
        self.seed = seed
        self.vocabulary = vocabulary
        var generator = SeededGenerator(seed: seed)
        self.mood = mood ?? Mood.allCases.randomElement(using: &generator) ?? .noise
        longestWindow = [3, 4, 17, 128, 256].randomElement(using: &generator) ?? 256
        var settings = DecodingSettings()
        settings.markThreshold = Float.random(in: 0...1, using: &generator)
        settings.speechBias = Float.random(in: -3...3, using: &generator)
        settings.attitudeBias = Float.random(in: -3...3, using: &generator)
        self.settings = settings
    }

    func classify<Result>(
        pieces: [Int32], features: [UInt8], windows: [Range<Int>],
        _ body: (UnsafeBufferPointer<Float>) throws -> Result
    ) throws -> Result {
        var random = SeededGenerator(seed: seed ^ Self.digest(pieces, features))
        var output = [Float](repeating: 0, count: pieces.count * HeadLayout.width)
        if mood != .flat {
            let spreads: [Float] = [0.01, 1, 8, 100]
            let spread = spreads.randomElement(using: &random) ?? 1
            Self.fill(&output, spread: spread, &random)
            lean(&output, by: 3 * spread, pieces: pieces.count, &random)
        }
        return try output.withUnsafeBufferPointer(body)
    }

    private static func digest(_ pieces: [Int32], _ features: [UInt8]) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for piece in pieces { hash = (hash ^ UInt64(UInt32(bitPattern: piece))) &* 0x100_0000_01B3 }
        for value in features { hash = (hash ^ UInt64(value)) &* 0x100_0000_01B3 }
        return hash
    }

    private static func fill(_ output: inout [Float], spread: Float, _ random: inout SeededGenerator) {
        let scale = spread / 32_768
        var bits: UInt64 = 0
        for index in output.indices {
            if index & 3 == 0 { bits = random.next() }
            output[index] = Float(Int16(truncatingIfNeeded: bits)) * scale
            bits >>= 16
        }
    }

    private func lean(_ output: inout [Float], by bonus: Float, pieces: Int, _ random: inout SeededGenerator) {
        switch mood {
        case .noise, .flat: break
        case .runs:
            Self.runs(&output, 0, Self.roles, 1...60, by: bonus, pieces, &random)
            Self.runs(&output, Self.roles, Self.names, 1...9, by: bonus, pieces, &random)
        case .contents:
            for piece in 0..<pieces { output[piece * HeadLayout.width + 6] += bonus }
            for piece in stride(from: 0, to: pieces, by: 40) { output[piece * HeadLayout.width + 5] += 3 * bonus }
        case .stuck:
            let (role, name) = (random.below(Self.roles), Self.roles + random.below(Self.names))
            for piece in 0..<pieces {
                output[piece * HeadLayout.width + role] += bonus
                output[piece * HeadLayout.width + name] += bonus
            }
        }
    }

    /// Raises B and then I of a kind, or O, for some pieces at a time.
    private static func runs(
        _ output: inout [Float], _ offset: Int, _ tags: Int, _ lengths: ClosedRange<Int>, by bonus: Float,
        _ pieces: Int, _ random: inout SeededGenerator
    ) {
        var piece = 0
        while piece < pieces {
            let kind = random.below(tags / 2 + 1)
            let length = Int.random(in: lengths, using: &random)
            for position in piece..<min(pieces, piece + length) {
                let tag = kind == 0 ? 0 : position == piece ? 2 * kind - 1 : 2 * kind
                output[position * HeadLayout.width + offset + tag] += bonus
            }
            piece += length
        }
    }
}
