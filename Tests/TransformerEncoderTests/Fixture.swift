import Foundation
import Testing
import TransformerEncoder

/// The random model, an input, and what torch computed in f32 (training/random_model.py small).
struct Fixture: Codable {
    let pieces: [Int32]
    let features: [UInt8]
    let windows: [[Int]]
    let logits: [Float]

    static let directory = Bundle.module.bundleURL.appending(path: "Fixtures")
    static let modelPath = directory.appending(path: "random.model").path
    static let inputPath = directory.appending(path: "reference.json").path
    static let featureCount = 3

    static func load() throws -> Fixture {
        try JSONDecoder().decode(Fixture.self, from: Data(contentsOf: URL(filePath: inputPath)))
    }

    var input: EncoderInput {
        EncoderInput(pieces: pieces, features: features, windows: windows.map { $0[0]..<$0[1] })
    }
}

extension EncoderInput {
    /// These windows of the input, in this order.
    func selecting(_ selection: [Range<Int>]) -> EncoderInput {
        var result = EncoderInput()
        for window in selection {
            result.windows.append(result.pieces.count..<result.pieces.count + window.count)
            result.pieces += pieces[window]
            result.features +=
                features[window.lowerBound * Fixture.featureCount..<window.upperBound * Fixture.featureCount]
        }
        return result
    }
}

/// Root mean square of the difference, relative to the second.
func relativeError(_ found: [Float], _ expected: [Float]) -> Double {
    guard found.count == expected.count else { return .infinity }
    let difference = zip(found, expected).reduce(0.0) { $0 + Double(($1.0 - $1.1) * ($1.0 - $1.1)) }
    return (difference / expected.reduce(0.0) { $0 + Double($1 * $1) }).squareRoot()
}
