internal import CEncoderKernels
internal import COneDNN

/// The weights of one dense layer as oneDNN and the kernels want them, shared by all encoders.
///
/// Unchecked: nothing changes after the initialiser.
final class DenseWeights: @unchecked Sendable {
    let shape: DenseShape
    let matrix: Matrix
    /// Points into the model file and the buffers below.
    let reading: encoder_dense

    private let file: MappedFile
    private let blocked: AlignedBuffer<Int8>?
    private let corrections: AlignedBuffer<Int32>
    private let adapted: AlignedBuffer<Float>?

    /// - Parameters:
    ///   - name: of the layer in the file, like "layer.0.qkv".
    ///   - offset: what quantised inputs have been raised by.
    ///   - queries: columns from the left to multiply with a score's factor.
    init(
        _ name: String, _ shape: DenseShape, from model: ModelFile, layouts: DenseLayouts, offset: Int32,
        queries: Int = 0
    ) throws(ModelFileError) {
        let plain = try model.integers("\(name).weight", [shape.inputs, shape.outputs]).values
        let scale = try model.floats("\(name).scale", [shape.outputs]).values
        let bias = try model.floats("\(name).bias", [shape.outputs]).values
        do throws(EngineFault) {
            let layout = try layouts.layout(of: shape)
            blocked = try Self.reordered(plain, shape, to: layout, on: layouts.engine)
            matrix = try Matrix(
                layout, blocked.map { UnsafeRawPointer($0.start) } ?? UnsafeRawPointer(plain), on: layouts.engine)
        } catch {
            throw .engine(path: model.file.path, error)
        }
        self.shape = shape
        file = model.file
        corrections = AlignedBuffer(count: shape.outputs, zero: 0)
        encoder_column_corrections(plain, shape.inputs, shape.outputs, offset, corrections.start)
        adapted = queries > 0 ? Self.adapted(scale, bias, count: shape.outputs, queries: queries) : nil
        reading = encoder_dense(
            scale: adapted.map { UnsafePointer($0.start) } ?? scale,
            bias: adapted.map { UnsafePointer($0.start + shape.outputs) } ?? bias,
            correction: corrections.start, columns: shape.outputs)
    }

    /// A copy in oneDNN's blocks; nil where it reads the file's order.
    private static func reordered(
        _ plain: UnsafePointer<Int8>, _ shape: DenseShape, to layout: dnnl_memory_desc_t, on engine: CPUEngine
    ) throws(EngineFault) -> AlignedBuffer<Int8>? {
        var source = try Matrix.description(rows: shape.inputs, columns: shape.outputs, dnnl_s8)
        var layout = layout
        guard dnnl_memory_desc_equal(&source, &layout) == 0 else { return nil }
        let copy = AlignedBuffer<Int8>(count: dnnl_memory_desc_get_size(&layout), zero: 0)
        let from = try Matrix(source, plain, on: engine), to = try Matrix(layout, copy.start, on: engine)
        let description = try make(.reorder) {
            dnnl_reorder_primitive_desc_create(&$0, &source, engine.handle, &layout, engine.handle, nil)
        }
        defer { dnnl_primitive_desc_destroy(description) }
        let primitive = try make(.reorder) { dnnl_primitive_create(&$0, description) }
        defer { dnnl_primitive_destroy(primitive) }
        let stream = try Stream(on: engine)
        let arguments = [
            dnnl_exec_arg_t(arg: DNNL_ARG_FROM, memory: from.handle),
            dnnl_exec_arg_t(arg: DNNL_ARG_TO, memory: to.handle),
        ]
        try check(dnnl_primitive_execute(primitive, stream.handle, 2, arguments), .reorder)
        try check(dnnl_stream_wait(stream.handle), .reorder)
        return copy
    }

    /// Scales and biases such that a query times a key is the base 2 logarithm of its weight: softmax needs no factor.
    private static func adapted(
        _ scale: UnsafePointer<Float>, _ bias: UnsafePointer<Float>, count: Int, queries: Int
    ) -> AlignedBuffer<Float> {
        let log2e: Float = 1.442_695_04
        let factor = log2e / Float(ENCODER_HEAD_SIZE).squareRoot()
        let both = AlignedBuffer<Float>(count: 2 * count, zero: 0)
        for column in 0..<count {
            both.start[column] = scale[column] * (column < queries ? factor : 1)
            both.start[count + column] = bias[column] * (column < queries ? factor : 1)
        }
        return both
    }
}

/// oneDNN's layout of the weights of each shape, asked once, for a whole block of rows.
final class DenseLayouts {
    let engine: CPUEngine
    private let rows: Int
    private var known: [DenseShape: dnnl_memory_desc_t] = [:]

    init(engine: CPUEngine, rows: Int) {
        self.engine = engine
        self.rows = rows
    }

    func layout(of shape: DenseShape) throws(EngineFault) -> dnnl_memory_desc_t {
        if let layout = known[shape] { return layout }
        let layout = try DenseProduct(shape, rows: rows, weights: nil, on: engine).weights
        known[shape] = layout
        return layout
    }

    var all: [DenseShape: dnnl_memory_desc_t] { known }
}

/// An order of execution. Not for use by several threads at once.
final class Stream {
    let handle: dnnl_stream_t

    init(on engine: CPUEngine) throws(EngineFault) {
        handle = try make(.stream) { dnnl_stream_create(&$0, engine.handle, dnnl_stream_default_flags.rawValue) }
    }

    deinit { dnnl_stream_destroy(handle) }
}
