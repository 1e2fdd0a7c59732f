import CEncoderKernels
import COneDNN
import TransformerEncoder

/// oneDNN's matrix products alone, at the shapes of MiniLM: the speed that the encoder's dense layers can reach.
func measureProducts(_ options: Options) throws {
    encoder_keep_to_this_thread()
    if options.limit == .avx2 { dnnl_set_max_cpu_isa(dnnl_cpu_isa_avx2) }
    if options.limit == .plain { dnnl_set_max_cpu_isa(dnnl_cpu_isa_sse41) }
    var engine: dnnl_engine_t?, stream: dnnl_stream_t?
    dnnl_engine_create(&engine, dnnl_cpu, 0)
    dnnl_stream_create(&stream, engine, dnnl_stream_default_flags.rawValue)
    guard let engine, let stream else { return }
    for rows in [32, 64, 128, 256] {
        for (inputs, outputs) in [(384, 1152), (384, 384), (384, 1536), (1536, 384)] {
            let speed = product(rows: rows, inputs: inputs, outputs: outputs, engine, stream)
            print("\(rows) x \(inputs) x \(outputs): \(speed.map { String(Int($0)) } ?? "not supported") GOP/s")
        }
    }
}

/// The best of eight rounds, in GOP/s.
private func product(
    rows: Int, inputs: Int, outputs: Int, _ engine: dnnl_engine_t, _ stream: dnnl_stream_t
) -> Double? {
    var source = dnnl_memory_desc_t(), weights = dnnl_memory_desc_t(), sums = dnnl_memory_desc_t()
    dnnl_memory_desc_init_by_tag(&source, 2, [Int64(rows), Int64(inputs)], dnnl_u8, dnnl_ab)
    dnnl_memory_desc_init_by_tag(&weights, 2, [Int64(inputs), Int64(outputs)], dnnl_s8, dnnl_format_tag_any)
    dnnl_memory_desc_init_by_tag(&sums, 2, [Int64(rows), Int64(outputs)], dnnl_s32, dnnl_ab)
    var operation = dnnl_matmul_desc_t(), description: dnnl_primitive_desc_t?, primitive: dnnl_primitive_t?
    guard dnnl_matmul_desc_init(&operation, &source, &weights, nil, &sums) == dnnl_success,
        dnnl_primitive_desc_create(&description, &operation, nil, engine, nil) == dnnl_success,
        dnnl_primitive_create(&primitive, description) == dnnl_success,
        var chosen = dnnl_primitive_desc_query_md(description, dnnl_query_weights_md, 0)?.pointee
    else { return nil }
    defer {
        dnnl_primitive_destroy(primitive)
        dnnl_primitive_desc_destroy(description)
    }
    let sizes = [rows * inputs, dnnl_memory_desc_get_size(&chosen), rows * outputs * 4]
    let blocks = sizes.map { UnsafeMutableRawBufferPointer.allocate(byteCount: $0, alignment: 64) }
    for block in blocks { block.initializeMemory(as: UInt8.self, repeating: 1) }
    defer { for block in blocks { block.deallocate() } }
    var a: dnnl_memory_t?, b: dnnl_memory_t?, c: dnnl_memory_t?
    dnnl_memory_create(&a, &source, engine, blocks[0].baseAddress)
    dnnl_memory_create(&b, &chosen, engine, blocks[1].baseAddress)
    dnnl_memory_create(&c, &sums, engine, blocks[2].baseAddress)
    defer { for memory in [a, b, c] { dnnl_memory_destroy(memory) } }
    let arguments = [
        dnnl_exec_arg_t(arg: DNNL_ARG_SRC, memory: a), dnnl_exec_arg_t(arg: DNNL_ARG_WEIGHTS, memory: b),
        dnnl_exec_arg_t(arg: DNNL_ARG_DST, memory: c),
    ]
    let operations = 2 * Double(rows) * Double(inputs) * Double(outputs)
    let rounds = Int(2e9 / operations) + 1
    var best = 0.0
    for _ in 0..<8 {
        let start = EncoderProfile.processorTime()
        for _ in 0..<rounds { dnnl_primitive_execute(primitive, stream, 3, arguments) }
        best = max(best, operations * Double(rounds) / Double(EncoderProfile.processorTime() - start))
    }
    return best
}
