/// A small network that says how likely a candidate is meant by an anaphor, trained on annotated articles.
///
/// Ranking of mentions, after Denis and Baldridge (2008), "Specialized models and ranking for coreference resolution",
/// with one hidden layer over all classes of anaphors.
struct CandidateScorer: Sendable {
    /// Units of the hidden layer.
    let width: Int
    /// For each hidden unit the weights of the features, then its bias; then the weights of the hidden units, then a bias.
    private let weights: [Float]

    static let shipped = CandidateScorer(weights: shippedWeights)

    /// - Returns: nil when the number of weights fits no network over the features.
    init(weights: [Float]) {
        let inputs = CandidateFeatures.count + 2
        width = (weights.count - 1) / inputs
        self.weights = width * inputs + 1 == weights.count ? weights : []
    }

    var isEmpty: Bool { weights.isEmpty }

    /// The log-odds up to a constant of the anaphor: only comparable among its candidates.
    func score(_ features: [Float]) -> Float {
        guard !weights.isEmpty, features.count == CandidateFeatures.count else { return 0 }
        let inputs = features.count
        return weights.withUnsafeBufferPointer { weights in
            features.withUnsafeBufferPointer { features in
                var result = weights[weights.count - 1]
                for unit in 0..<width {
                    let row = unit * (inputs + 1)
                    var sum = weights[row + inputs]
                    for index in 0..<inputs where features[index] != 0 { sum += weights[row + index] * features[index] }
                    if sum > 0 { result += sum * weights[width * (inputs + 1) + unit] }
                }
                return result
            }
        }
    }
}
