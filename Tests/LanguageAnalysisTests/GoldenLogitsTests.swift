import Foundation
import LanguageAnalysis
import Testing

/// The shipped model computes what PyTorch computes from the same quantised weights in f32. `training/export.py --golden`
/// writes the fixture with the model.
@Suite struct GoldenLogitsTests {
    private struct Golden: Decodable {
        struct Case: Decodable {
            var pieces: [Int32]
            var features: [UInt8]
            /// The tags' logits, piece by piece.
            var tags: [Float]
        }

        var columns: Int
        var cases: [Case]
    }

    private static func golden() throws -> Golden {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/golden-logits.json")
        return try JSONDecoder().decode(Golden.self, from: Data(contentsOf: file))
    }

    /// Activations are rounded to 8 bits, attention to bf16: single logits move by a few tenths, the best tag hardly ever.
    @Test func logitsAreThoseOfPyTorch() throws {
        let classifier = try TrainedAnalyzer.classifier()
        let golden = try Self.golden()
        var (sum, count, same, pieces) = (Float(0), 0, 0, 0)
        for example in golden.cases {
            let windows = [0..<example.pieces.count]
            try classifier.classify(pieces: example.pieces, features: example.features, windows: windows) { output in
                for row in 0..<example.pieces.count {
                    let ours = (0..<golden.columns).map { output[row * HeadLayout.width + $0] }
                    let theirs = Array(example.tags[row * golden.columns..<(row + 1) * golden.columns])
                    for column in 0..<golden.columns { sum += abs(ours[column] - theirs[column]) }
                    count += golden.columns
                    for part in [0..<HeadLayout.roleTags.count, HeadLayout.roleTags.count..<golden.columns] {
                        pieces += 1
                        same += Self.best(ours, part) == Self.best(theirs, part) ? 1 : 0
                    }
                }
            }
        }
        print("mean difference of a logit: \(sum / Float(count)); same best tag: \(same) of \(pieces)")
        #expect(sum / Float(count) < 0.2)
        #expect(Double(same) > 0.97 * Double(pieces))
    }

    private static func best(_ values: [Float], _ range: Range<Int>) -> Int? {
        range.max { values[$0] < values[$1] }
    }

    /// One article's windows do not change another's results.
    @Test func windowsDoNotMix() throws {
        let classifier = try TrainedAnalyzer.classifier()
        let golden = try Self.golden()
        var (pieces, features, windows): ([Int32], [UInt8], [Range<Int>]) = ([], [], [])
        for example in golden.cases {
            windows.append(pieces.count..<pieces.count + example.pieces.count)
            pieces += example.pieces
            features += example.features
        }
        let together = try classifier.classify(pieces: pieces, features: features, windows: windows) { Array($0) }
        for (example, window) in zip(golden.cases, windows) {
            let alone = try classifier.classify(
                pieces: example.pieces, features: example.features, windows: [0..<example.pieces.count]
            ) { Array($0) }
            #expect(
                Array(together[window.lowerBound * HeadLayout.width..<window.upperBound * HeadLayout.width]) == alone)
        }
    }
}
