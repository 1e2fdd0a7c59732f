internal import Glibc
package import TransformerEncoder

/// The trained encoder behind `TokenClassifier`; one for all threads of a process.
package final class EncoderClassifier: TokenClassifier {
    package let vocabulary: WordPieceVocabulary
    package let longestWindow: Int
    package let settings: DecodingSettings
    private let model: EncoderModel
    private let idle = IdleEncoders()

    /// - Throws: `ModelFileError`; `ModelMismatch` for a good file that was made for another program; `VocabularyFault`.
    package init(path: String, upTo instructions: InstructionSet = .avx512BF16) throws {
        model = try EncoderModel(path: path, upTo: instructions)
        let manifest = model.manifest
        try Self.check(manifest, outputs: model.outputs, path: path)
        vocabulary = try model.withVocabulary { bytes in try WordPieceVocabulary(Array(bytes)) }
        longestWindow = min(manifest.maxWindow, manifest.positions)
        settings = DecodingSettings(manifest.settings)
    }

    private static func check(_ manifest: ModelManifest, outputs: Int, path: String) throws(ModelMismatch) {
        let features = EncoderFeature.allCases.map { "\($0.name)/\($0.size)" }
        let pairs: [(String, [String], [String])] = [
            ("features", manifest.features.map { "\($0.name)/\($0.size)" }, features),
            ("roleTags", manifest.roleTags, HeadLayout.roleTags),
            ("entityTags", manifest.entityTags, HeadLayout.entityTags),
            ("links", manifest.links + ["\(manifest.linkWidth)"], HeadLayout.links + ["\(HeadLayout.linkWidth)"]),
            ("outputs", ["\(outputs)"], ["\(HeadLayout.width)"]),
        ]
        for (field, found, wanted) in pairs where found != wanted {
            throw ModelMismatch(path: path, field: field, found: found, wanted: wanted)
        }
    }

    package func classify<Result>(
        pieces: [Int32], features: [UInt8], windows: [Range<Int>],
        _ body: (UnsafeBufferPointer<Float>) throws -> Result
    ) throws -> Result {
        let worker = try idle.take() ?? IdleEncoders.Worker(Encoder(model: model))
        defer { idle.give(worker) }
        try worker.encoder.encode(
            EncoderInput(pieces: pieces, features: features, windows: windows), into: &worker.output)
        return try worker.output.logits.withUnsafeBufferPointer(body)
    }
}

/// Encoders that no thread is using: as many are made as threads ever ran at once.
///
/// Unchecked: all state is behind the lock, and a worker that was taken belongs to its taker until it is given back.
private final class IdleEncoders: @unchecked Sendable {
    final class Worker {
        let encoder: Encoder
        var output = EncoderOutput()

        init(_ encoder: Encoder) { self.encoder = encoder }
    }

    private let lock = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private var workers: [Worker] = []

    init() {
        lock.initialize(to: pthread_mutex_t())
        pthread_mutex_init(lock, nil)
    }

    deinit {
        pthread_mutex_destroy(lock)
        lock.deallocate()
    }

    func take() -> Worker? {
        pthread_mutex_lock(lock)
        defer { pthread_mutex_unlock(lock) }
        return workers.popLast()
    }

    func give(_ worker: Worker) {
        pthread_mutex_lock(lock)
        defer { pthread_mutex_unlock(lock) }
        workers.append(worker)
    }
}

/// A model file that is whole, but predicts something else than this program reads.
package struct ModelMismatch: Error, Hashable, CustomStringConvertible {
    package let path: String
    /// The manifest's field.
    package let field: String
    package let found: [String]
    package let wanted: [String]

    package var description: String {
        "\(path): a model for another release of this program (\(field) is \(found.joined(separator: " ")), "
            + "wanted is \(wanted.joined(separator: " "))); use the model that came with the program"
    }
}
