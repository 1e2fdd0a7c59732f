/// Text to encode: all windows of an article, one after the other.
package struct EncoderInput: Sendable {
    /// Ids of the pieces, those of the windows' marks ([CLS], [SEP]) included.
    package var pieces: [Int32]
    /// The features' values, in the manifest's order: those of the first piece, those of the second, and so on.
    package var features: [UInt8]
    /// The windows, which divide the pieces without gap or overlap. Pieces see only their own window.
    package var windows: [Range<Int>]

    package init(pieces: [Int32] = [], features: [UInt8] = [], windows: [Range<Int>] = []) {
        self.pieces = pieces
        self.features = features
        self.windows = windows
    }
}

/// What an encoder says about each piece. Use one again and again: its memory is kept.
package struct EncoderOutput: Sendable {
    /// Logits, piece by piece: `columns` for each.
    package internal(set) var logits: [Float] = []
    /// See `EncoderModel.outputs`.
    package internal(set) var columns = 0

    package init() {}

    mutating func resize(pieces: Int, columns: Int) {
        self.columns = columns
        let count = pieces * columns
        if logits.count > count {
            logits.removeLast(logits.count - count)
        } else if logits.count < count {
            logits.append(contentsOf: repeatElement(0, count: count - logits.count))
        }
    }
}

/// Why an input cannot be encoded. Positions count pieces from 0.
package enum EncoderError: Error, Equatable, Sendable, CustomStringConvertible {
    case piece(Int32, at: Int, known: Int)
    case featureCount(found: Int, expected: Int)
    case featureValue(UInt8, at: Int, feature: String, size: Int)
    /// Windows have to follow one another from 0 to the last piece; this one does not begin where the last one ended.
    case windowOrder(Range<Int>, expectedStart: Int)
    case windowLength(Range<Int>, allowed: ClosedRange<Int>)
    case uncovered(pieces: Range<Int>)
    case engine(EngineFault)

    package var description: String {
        switch self {
        case .piece(let id, let at, let known): "piece \(at) has the id \(id), but the model knows \(known) pieces"
        case .featureCount(let found, let expected): "\(found) feature values instead of \(expected)"
        case .featureValue(let value, let at, let feature, let size):
            "piece \(at) has the value \(value) in feature \(feature), which has \(size) values"
        case .windowOrder(let window, let start): "window \(window) should begin at \(start)"
        case .windowLength(let window, let allowed):
            "window \(window) has \(window.count) pieces, allowed are \(allowed.lowerBound) to \(allowed.upperBound)"
        case .uncovered(let pieces): "pieces \(pieces) are in no window"
        case .engine(let fault): "the encoder failed: \(fault)"
        }
    }
}

extension EncoderInput {
    /// Everything that the kernels take for granted.
    func check(against model: EncoderModel) throws(EncoderError) {
        for (position, id) in pieces.enumerated() where id < 0 || Int(id) >= model.pieces {
            throw .piece(id, at: position, known: model.pieces)
        }
        try checkFeatures(model.manifest.features)
        var end = 0
        for window in windows {
            guard window.lowerBound == end else { throw .windowOrder(window, expectedStart: end) }
            guard 1...model.manifest.positions ~= window.count, window.upperBound <= pieces.count else {
                throw .windowLength(
                    window, allowed: 1...max(1, min(model.manifest.positions, pieces.count - window.lowerBound)))
            }
            end = window.upperBound
        }
        guard end == pieces.count else { throw .uncovered(pieces: end..<pieces.count) }
    }

    private func checkFeatures(_ known: [ModelManifest.Feature]) throws(EncoderError) {
        guard features.count == pieces.count * known.count else {
            throw .featureCount(found: features.count, expected: pieces.count * known.count)
        }
        for (index, feature) in known.enumerated() where feature.size < 256 {
            for at in stride(from: index, to: features.count, by: known.count) where features[at] >= feature.size {
                throw .featureValue(features[at], at: at / known.count, feature: feature.name, size: feature.size)
            }
        }
    }
}
