internal import Glibc

/// Logarithms of probabilities from raw scores.
enum LogProbability {
    /// Turns `count` scores from `offset` on into log-probabilities, appended to `output`.
    static func normalize(_ scores: UnsafeBufferPointer<Float>, _ offset: Int, _ count: Int, into output: inout [Float]) {
        var top = -Float.greatestFiniteMagnitude
        for index in offset..<offset + count { top = max(top, scores[index]) }
        var sum: Float = 0
        for index in offset..<offset + count { sum += expf(scores[index] - top) }
        let total = top + logf(sum)
        for index in offset..<offset + count { output.append(scores[index] - total) }
    }

    /// log(eᵃ + eᵇ)
    static func add(_ a: Float, _ b: Float) -> Float {
        let top = max(a, b)
        return top + logf(1 + expf(min(a, b) - top))
    }
}
