internal import COneDNN

/// The sizes of a dense layer.
struct DenseShape: Hashable {
    let inputs: Int
    let outputs: Int
}

/// How oneDNN multiplies a block of rows (u8) with a weight matrix (s8) to 32-bit sums. The arithmetic is exact, so the
/// number of rows in a block makes no difference to a row.
final class DenseProduct {
    private let primitive: dnnl_primitive_t
    private let description: dnnl_primitive_desc_t

    /// - Parameter weights: the layout of the weights, or nil for oneDNN's choice.
    init(
        _ shape: DenseShape, rows: Int, weights: dnnl_memory_desc_t?, on engine: CPUEngine
    ) throws(EngineFault) {
        var input = try Matrix.description(rows: rows, columns: shape.inputs, dnnl_u8)
        let anyLayout = try Matrix.description(
            rows: shape.inputs, columns: shape.outputs, dnnl_s8, dnnl_format_tag_any)
        var weights = weights ?? anyLayout
        var output = try Matrix.description(rows: rows, columns: shape.outputs, dnnl_s32)
        var operation = dnnl_matmul_desc_t()
        try check(dnnl_matmul_desc_init(&operation, &input, &weights, nil, &output), .description)
        let attributes = try make(.description) { dnnl_primitive_attr_create(&$0) }
        defer { dnnl_primitive_attr_destroy(attributes) }
        // Else the scratchpad would belong to the primitive, which oneDNN shares between threads.
        try check(dnnl_primitive_attr_set_scratchpad_mode(attributes, dnnl_scratchpad_mode_user), .description)
        let description = try make(.primitive) {
            dnnl_primitive_desc_create(&$0, &operation, attributes, engine.handle, nil)
        }
        do {
            primitive = try make(.primitive) { dnnl_primitive_create(&$0, description) }
        } catch {
            dnnl_primitive_desc_destroy(description)
            throw error
        }
        self.description = description
    }

    deinit {
        dnnl_primitive_destroy(primitive)
        dnnl_primitive_desc_destroy(description)
    }

    /// The layout of the weights. The pointers live as long as this object.
    var weights: dnnl_memory_desc_t { layout(dnnl_query_weights_md) }
    var input: dnnl_memory_desc_t { layout(dnnl_query_src_md) }
    var output: dnnl_memory_desc_t { layout(dnnl_query_dst_md) }
    var scratchpad: dnnl_memory_desc_t { layout(dnnl_query_scratchpad_md) }

    private func layout(_ query: dnnl_query_t) -> dnnl_memory_desc_t {
        dnnl_primitive_desc_query_md(description, query, 0)?.pointee ?? dnnl_memory_desc_t()
    }

    func execute(
        _ arguments: UnsafeMutableBufferPointer<dnnl_exec_arg_t>, on stream: dnnl_stream_t
    ) throws(EngineFault) {
        try check(
            dnnl_primitive_execute(primitive, stream, Int32(arguments.count), arguments.baseAddress), .execution)
    }
}
