internal import CEncoderKernels
internal import COneDNN

/// What oneDNN or the processor refuses.
package enum EngineFault: Error, Equatable, Sendable, CustomStringConvertible {
    package enum Step: String, Sendable {
        case engine, stream, description, primitive, memory, reorder, execution
    }

    /// `status` is oneDNN's dnnl_status_t.
    case oneDNN(Step, status: UInt32)
    case limitTooLate(requested: InstructionSet, inUse: InstructionSet)

    package var description: String {
        switch self {
        case .oneDNN(let step, let status): "oneDNN fails with status \(status) (\(step.rawValue))"
        case .limitTooLate(let requested, let inUse):
            "limit \(requested) comes too late, the process already uses \(inUse)"
        }
    }
}

func check(_ status: dnnl_status_t, _ step: EngineFault.Step) throws(EngineFault) {
    guard status == dnnl_success else { throw .oneDNN(step, status: UInt32(status.rawValue)) }
}

/// The result of a call that hands out an object.
func make(
    _ step: EngineFault.Step, _ body: (inout OpaquePointer?) -> dnnl_status_t
) throws(EngineFault) -> OpaquePointer {
    var object: OpaquePointer?
    try check(body(&object), step)
    guard let object else { throw .oneDNN(step, status: UInt32(dnnl_runtime_error.rawValue)) }
    return object
}

/// oneDNN's engine: the processor.
///
/// Unchecked: oneDNN lets any number of threads use an engine at once.
final class CPUEngine: @unchecked Sendable {
    let handle: dnnl_engine_t

    init() throws(EngineFault) {
        // Also where a thread only loads a model: reorders run on OpenMP, too.
        encoder_keep_to_this_thread()
        handle = try make(.engine) { dnnl_engine_create(&$0, dnnl_cpu, 0) }
    }

    deinit { dnnl_engine_destroy(handle) }
}

/// A matrix in oneDNN's terms, over memory that somebody else owns.
///
/// Unchecked: never changed, and oneDNN only reads it.
final class Matrix: @unchecked Sendable {
    let handle: dnnl_memory_t

    init(_ description: dnnl_memory_desc_t, _ memory: UnsafeRawPointer, on engine: CPUEngine) throws(EngineFault) {
        var description = description
        handle = try make(.memory) {
            dnnl_memory_create(&$0, &description, engine.handle, UnsafeMutableRawPointer(mutating: memory))
        }
    }

    deinit { dnnl_memory_destroy(handle) }

    static func description(
        rows: Int, columns: Int, _ type: dnnl_data_type_t, _ layout: dnnl_format_tag_t = dnnl_ab
    ) throws(EngineFault) -> dnnl_memory_desc_t {
        var description = dnnl_memory_desc_t()
        let dimensions = [Int64(rows), Int64(columns)]
        try check(dnnl_memory_desc_init_by_tag(&description, 2, dimensions, type, layout), .description)
        return description
    }
}
