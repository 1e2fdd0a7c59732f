internal import COneDNN

/// Multiplies blocks of an encoder's scratch memory with weights. Prepares each number of rows (rounded up, so that
/// they are few) when it first comes up.
final class DenseRunner {
    private struct Prepared {
        let product: DenseProduct
        let input: Matrix
        let output: Matrix
        let scratchpad: Matrix
    }

    private struct Key: Hashable {
        let shape: DenseShape
        let rows: Int
    }

    private let model: EncoderModel
    private let scratch: EncoderScratch
    private let stream: Stream
    private let arguments: UnsafeMutableBufferPointer<dnnl_exec_arg_t>
    private var prepared: [Key: Prepared] = [:]
    private var scratchpad: AlignedBuffer<UInt8>

    /// Blocks of rows are rounded up to a multiple; the additional rows hold what an earlier block left.
    private static let step = 8

    init(model: EncoderModel, scratch: EncoderScratch) throws(EngineFault) {
        self.model = model
        self.scratch = scratch
        stream = try Stream(on: model.engine)
        scratchpad = AlignedBuffer(count: 4096, zero: 0)
        arguments = .allocate(capacity: 4)
        arguments.initialize(repeating: dnnl_exec_arg_t(arg: 0, memory: nil))
    }

    deinit { arguments.deallocate() }

    /// sums = inputs * weights.
    func multiply(_ weights: DenseWeights, rows: Int) throws(EngineFault) {
        let rounded = (rows + Self.step - 1) / Self.step * Self.step
        let prepared = try prepare(Key(shape: weights.shape, rows: rounded))
        arguments[0] = dnnl_exec_arg_t(arg: DNNL_ARG_SRC, memory: prepared.input.handle)
        arguments[1] = dnnl_exec_arg_t(arg: DNNL_ARG_WEIGHTS, memory: weights.matrix.handle)
        arguments[2] = dnnl_exec_arg_t(arg: DNNL_ARG_DST, memory: prepared.output.handle)
        arguments[3] = dnnl_exec_arg_t(arg: DNNL_ARG_SCRATCHPAD, memory: prepared.scratchpad.handle)
        try prepared.product.execute(arguments, on: stream.handle)
    }

    private func product(_ key: Key) throws(EngineFault) -> DenseProduct {
        let layout = model.layouts[key.shape]
        do {
            return try DenseProduct(key.shape, rows: key.rows, weights: layout, on: model.engine)
        } catch {
            // oneDNN chose the layout for whole blocks; should it refuse it for fewer rows, a whole block does as well.
            guard key.rows < model.blockRows else { throw error }
            return try DenseProduct(key.shape, rows: model.blockRows, weights: layout, on: model.engine)
        }
    }

    private func prepare(_ key: Key) throws(EngineFault) -> Prepared {
        if let known = prepared[key] { return known }
        let product = try product(key)
        var room = product.scratchpad
        let bytes = dnnl_memory_desc_get_size(&room)
        if bytes > scratchpad.count {
            // The prepared ones point to the old memory: they are made again when next needed.
            scratchpad = AlignedBuffer(count: bytes, zero: 0)
            prepared.removeAll()
        }
        let made = Prepared(
            product: product, input: try Matrix(product.input, scratch.inputs.start, on: model.engine),
            output: try Matrix(product.output, scratch.sums.start, on: model.engine),
            scratchpad: try Matrix(room, scratchpad.start, on: model.engine))
        prepared[key] = made
        return made
    }
}
