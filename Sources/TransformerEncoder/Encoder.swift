internal import CEncoderKernels
internal import COneDNN

/// Runs a model. One per thread: it owns the memory that it computes in, which never grows. Uses no other thread.
///
/// The logits of a window are the same to the bit, whatever other windows are encoded with it.
package final class Encoder {
    package let model: EncoderModel
    /// Set to measure: costs two looks at the clock per step and block.
    package var profile: EncoderProfile?

    private let scratch: EncoderScratch
    private let dense: DenseRunner

    package init(model: EncoderModel) throws(EngineFault) {
        encoder_keep_to_this_thread()
        self.model = model
        scratch = EncoderScratch(model)
        dense = try DenseRunner(model: model, scratch: scratch)
    }

    /// Encodes all windows of an article.
    ///
    /// Sets the calling thread's number of OpenMP threads to one.
    /// - Throws: before anything is computed, if the input does not fit the model; if oneDNN fails.
    package func encode(_ input: EncoderInput, into output: inout EncoderOutput) throws(EncoderError) {
        try input.check(against: model)
        encoder_keep_to_this_thread()
        output.resize(pieces: input.pieces.count, columns: model.outputs)
        var windows = input.windows[...]
        while !windows.isEmpty {
            let group = windows.prefix(fitting(windows))
            windows = windows.dropFirst(group.count)
            do throws(EngineFault) {
                try encode(group, of: input, into: &output)
            } catch {
                throw .engine(error)
            }
        }
    }

    /// How many windows fit in the scratch memory, at least one.
    private func fitting(_ windows: ArraySlice<Range<Int>>) -> Int {
        guard let first = windows.first else { return 0 }
        return windows.prefix { $0.upperBound - first.lowerBound <= scratch.rows }.count
    }

    private func encode(
        _ windows: ArraySlice<Range<Int>>, of input: EncoderInput, into output: inout EncoderOutput
    ) throws(EngineFault) {
        guard let first = windows.first, let last = windows.last else { return }
        let origin = first.lowerBound, rows = last.upperBound - origin
        measure(.embed) { embed(windows, of: input) }
        for layer in model.layers {
            try project(layer, rows)
            measure(.attention) { attend(windows, origin: origin) }
            for block in blocks(rows) { try transform(layer, block) }
        }
        measure(.classify) {
            output.logits.withUnsafeMutableBufferPointer { logits in
                guard let start = logits.baseAddress else { return }
                let classifier = model.classifier
                kernels.classify(
                    scratch.x.start, rows, hidden, classifier.weight.start, classifier.bias.start, classifier.stride,
                    classifier.columns, start + origin * classifier.columns)
            }
        }
    }

    private var kernels: encoder_kernels { model.kernels.pointee }
    private var hidden: Int { model.manifest.hidden }

    private func blocks(_ rows: Int) -> some Sequence<Range<Int>> {
        let size = model.blockRows
        return stride(from: 0, to: rows, by: size).lazy.map { $0..<min($0 + size, rows) }
    }

    // MARK: Steps

    private func embed(_ windows: ArraySlice<Range<Int>>, of input: EncoderInput) {
        let features = model.manifest.features.count
        let origin = windows.first?.lowerBound ?? 0
        withUnsafePointer(to: model.embedding) { embedding in
            input.pieces.withUnsafeBufferPointer { pieces in
                input.features.withUnsafeBufferPointer { values in
                    guard let pieces = pieces.baseAddress else { return }
                    for window in windows {
                        kernels.embed(
                            embedding, pieces + window.lowerBound,
                            values.baseAddress.map { $0 + window.lowerBound * features }, window.count,
                            scratch.x.start + (window.lowerBound - origin) * hidden)
                    }
                }
            }
        }
    }

    private func project(_ layer: EncoderModel.Layer, _ rows: Int) throws(EngineFault) {
        let bytes = 3 * hidden * kernels.projection_bytes
        for block in blocks(rows) {
            quantise(scratch.x.start + block.lowerBound * hidden, rows: block.count)
            try multiply(layer.projection, rows: block.count)
            measure(.project) {
                withUnsafePointer(to: layer.projection.reading) {
                    kernels.project(
                        $0, scratch.sums.start, scratch.scales.start, block.count,
                        scratch.projection.start + block.lowerBound * bytes)
                }
            }
        }
    }

    private func attend(_ windows: ArraySlice<Range<Int>>, origin: Int) {
        let bytes = 3 * hidden * kernels.projection_bytes
        for window in windows {
            let row = window.lowerBound - origin
            kernels.attend(
                scratch.projection.start + row * bytes, window.count, model.manifest.heads,
                scratch.attended.start + row * hidden, scratch.attention.start)
        }
    }

    /// What follows the attention in a layer, for a block of rows.
    private func transform(_ layer: EncoderModel.Layer, _ block: Range<Int>) throws(EngineFault) {
        let rows = block.count, x = scratch.x.start + block.lowerBound * hidden
        quantise(scratch.attended.start + block.lowerBound * hidden, rows: rows)
        try multiply(layer.attention, rows: rows)
        addAndNormalise(layer.attention, layer.attentionNorm, rows: rows, x)
        quantise(x, rows: rows)
        try multiply(layer.up, rows: rows)
        measure(.gelu) {
            withUnsafePointer(to: layer.up.reading) {
                kernels.gelu($0, scratch.sums.start, scratch.scales.start, rows, model.limit, scratch.inputs.start)
            }
        }
        try multiply(layer.down, rows: rows)
        addAndNormalise(layer.down, layer.outputNorm, rows: rows, x)
    }

    private func quantise(_ values: UnsafePointer<Float>, rows: Int) {
        measure(.quantise) {
            kernels.quantise(values, rows, hidden, model.limit, scratch.inputs.start, scratch.scales.start)
        }
    }

    private func multiply(_ weights: DenseWeights, rows: Int) throws(EngineFault) {
        let start = profile == nil ? nil : EncoderProfile.processorTime()
        try dense.multiply(weights, rows: rows)
        if let start { profile?.add(EncoderProfile.processorTime() - start, to: .dense) }
    }

    private func addAndNormalise(
        _ weights: DenseWeights, _ norm: encoder_norm, rows: Int, _ x: UnsafeMutablePointer<Float>
    ) {
        measure(.norm) {
            withUnsafePointer(to: weights.reading) { reading in
                withUnsafePointer(to: norm) { norm in
                    kernels.add_and_normalise(reading, norm, scratch.sums.start, scratch.scales.start, rows, x)
                }
            }
        }
    }

    private func measure(_ stage: EncoderProfile.Stage, _ body: () -> Void) {
        guard profile != nil else { return body() }
        let start = EncoderProfile.processorTime()
        body()
        profile?.add(EncoderProfile.processorTime() - start, to: stage)
    }
}
