internal import CEncoderKernels
internal import COneDNN

/// A transformer encoder's weights, read from a model file and ready for use by any number of `Encoder`s.
///
/// Weights are used from the mapped file, except for copies in oneDNN's order (about 10 MB for six layers of 384),
/// which exist once per model.
///
/// Unchecked: nothing changes after the initialiser; all pointers lead into the mapped file or into memory held here.
package final class EncoderModel: @unchecked Sendable {
    struct Layer: Sendable {
        let projection: DenseWeights
        let attention: DenseWeights
        let up: DenseWeights
        let down: DenseWeights
        // Unsafe: C pointers into the mapped file, which nobody writes to.
        nonisolated(unsafe) let attentionNorm: encoder_norm
        nonisolated(unsafe) let outputNorm: encoder_norm
    }

    package let manifest: ModelManifest
    /// Pieces that the model knows: ids run from 0 to pieces - 1.
    package let pieces: Int
    /// Logits per piece: one for each role tag, one for each entity tag, the rest belong to the links.
    package let outputs: Int
    /// What the process uses of the processor.
    package let instructionSet: InstructionSet

    let engine: CPUEngine
    let kernels: UnsafePointer<encoder_kernels>
    let layers: [Layer]
    let layouts: [DenseShape: dnnl_memory_desc_t]
    let embedding: encoder_embedding
    let classifier: Classifier
    /// Quantised activations run from -limit to limit.
    let limit: Int32
    /// Rows that go through the dense layers together: few enough for their sums to stay near the processor, enough
    /// to hide the reading of the weights. Where oneDNN has no layout of its own for 8-bit weights, it packs them anew
    /// for each block, which takes more rows to hide.
    let blockRows: Int

    private let file: MappedFile
    private let vocabularyRange: Range<Int>
    private let tables: AlignedBuffer<UnsafePointer<Float>?>

    /// Opens a model: about 40 ms for 23 MB.
    /// - Parameter instructions: the most to use of the processor, for the whole process. Takes effect only before
    ///   the process's first model.
    package init(path: String, upTo instructions: InstructionSet = .avx512BF16) throws(ModelFileError) {
        let model = try ModelFile(path: path)
        let inUse: InstructionSet.InUse
        do throws(EngineFault) {
            inUse = try instructions.limitProcess()
            engine = try CPUEngine()
        } catch {
            throw .engine(path: path, error)
        }
        file = model.file
        manifest = model.manifest
        instructionSet = inUse.set
        kernels = encoder_kernels_select(inUse.set.kernelLevel)
        limit = inUse.addsExactly ? 127 : 63
        blockRows = inUse.addsExactly ? 128 : 256

        let layouts = DenseLayouts(engine: engine, rows: blockRows)
        (embedding, pieces, tables) = try Self.embedding(from: model)
        vocabularyRange = try model.vocabulary(embeddings: pieces)
        classifier = try Classifier(from: model)
        outputs = classifier.columns
        let offset = limit + 1
        layers = try (0..<model.manifest.layers).map { number throws(ModelFileError) in
            try Layer(number, from: model, layouts: layouts, offset: offset)
        }
        self.layouts = layouts.all
    }

    /// The vocabulary: pieces in the order of their ids, separated by newlines, UTF-8. Valid during the call.
    package func withVocabulary<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        try body(UnsafeRawBufferPointer(rebasing: file.bytes[vocabularyRange]))
    }

    private static func embedding(
        from model: ModelFile
    ) throws(ModelFileError) -> (encoder_embedding, pieces: Int, AlignedBuffer<UnsafePointer<Float>?>) {
        let manifest = model.manifest, hidden = manifest.hidden
        let (word, shape) = try model.integers("word", [nil, hidden])
        let tables = AlignedBuffer<UnsafePointer<Float>?>(count: manifest.features.count, zero: nil)
        for (index, feature) in manifest.features.enumerated() {
            tables.start[index] = try model.floats("feature.\(feature.name)", [feature.size, hidden]).values
        }
        let embedding = encoder_embedding(
            word: word, word_scale: try model.floats("word.scale", [shape[0]]).values,
            position: try model.floats("position", [manifest.positions, hidden]).values, feature: tables.start,
            features: manifest.features.count, hidden: hidden, norm: try model.norm("embed.norm"))
        return (embedding, shape[0], tables)
    }
}

extension EncoderModel.Layer {
    fileprivate init(
        _ number: Int, from model: ModelFile, layouts: DenseLayouts, offset: Int32
    ) throws(ModelFileError) {
        let name = "layer.\(number)", hidden = model.manifest.hidden, intermediate = model.manifest.intermediate
        func dense(
            _ part: String, _ inputs: Int, _ outputs: Int, queries: Int = 0
        ) throws(ModelFileError) -> DenseWeights {
            try DenseWeights(
                "\(name).\(part)", DenseShape(inputs: inputs, outputs: outputs), from: model, layouts: layouts,
                offset: offset, queries: queries)
        }
        projection = try dense("qkv", hidden, 3 * hidden, queries: hidden)
        attention = try dense("attn", hidden, hidden)
        up = try dense("up", hidden, intermediate)
        down = try dense("down", intermediate, hidden)
        attentionNorm = try model.norm("\(name).attn.norm")
        outputNorm = try model.norm("\(name).ffn.norm")
    }
}

extension ModelFile {
    func norm(_ name: String) throws(ModelFileError) -> encoder_norm {
        encoder_norm(
            weight: try floats("\(name).weight", [manifest.hidden]).values,
            bias: try floats("\(name).bias", [manifest.hidden]).values)
    }
}

/// The last dense layer, in f32, its columns padded to whole vectors.
///
/// Unchecked: nothing changes after the initialiser.
final class Classifier: @unchecked Sendable {
    let columns: Int
    let stride: Int
    let weight: AlignedBuffer<Float>
    let bias: AlignedBuffer<Float>

    init(from model: ModelFile) throws(ModelFileError) {
        let hidden = model.manifest.hidden
        let (plain, shape) = try model.floats("head.weight", [hidden, nil])
        let columns = shape[1], multiple = ENCODER_COLUMN_MULTIPLE
        let tags = model.manifest.roleTags.count + model.manifest.entityTags.count
        guard columns >= tags else {
            throw .tensor(
                path: model.file.path, name: "head.weight", .shape(found: shape, expected: [hidden, tags]))
        }
        let plainBias = try model.floats("head.bias", [columns]).values
        self.columns = columns
        stride = (columns + multiple - 1) / multiple * multiple
        weight = AlignedBuffer(count: hidden * stride, zero: 0)
        bias = AlignedBuffer(count: stride, zero: 0)
        bias.start.update(from: plainBias, count: columns)
        for row in 0..<hidden { (weight.start + row * stride).update(from: plain + row * columns, count: columns) }
    }
}
