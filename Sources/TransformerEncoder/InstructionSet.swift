internal import CEncoderKernels
internal import COneDNN

/// What an encoder may use of the processor.
package enum InstructionSet: Int, Sendable, Comparable, CaseIterable {
    /// What every processor of the architecture has. On x86, oneDNN needs SSE4.1.
    case plain
    case avx2
    case avx512
    /// AVX-512 with 8-bit and bf16 products: all that there is.
    case avx512BF16

    package static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }

    var kernelLevel: encoder_level {
        switch self {
        case .plain: ENCODER_PLAIN
        case .avx2: ENCODER_AVX2
        case .avx512: ENCODER_AVX512
        case .avx512BF16: ENCODER_AVX512_BF16
        }
    }

    private var oneDNN: dnnl_cpu_isa_t {
        switch self {
        case .plain: dnnl_cpu_isa_sse41
        case .avx2: dnnl_cpu_isa_avx2
        case .avx512: dnnl_cpu_isa_avx512_core_vnni
        case .avx512BF16: dnnl_cpu_isa_all
        }
    }

    /// Limits the process, and says what it then uses. The first call in a process decides, as oneDNN goes by its
    /// first use; a later limit that is lower throws.
    func limitProcess() throws(EngineFault) -> InUse {
        if self < .avx512BF16 { _ = dnnl_set_max_cpu_isa(oneDNN) }
        let inUse = InUse(dnnl_get_effective_cpu_isa())
        guard inUse.set <= self else { throw .limitTooLate(requested: self, inUse: inUse.set) }
        return inUse
    }

    /// What oneDNN uses in this process.
    struct InUse {
        let set: InstructionSet
        /// Whether products of u8 and s8 are added in 32 bits. An x86 processor without VNNI adds pairs of them in 16
        /// bits, which overflow unless activations keep to 7 bits.
        let addsExactly: Bool

        init(_ isa: dnnl_cpu_isa_t) {
            func has(_ part: dnnl_cpu_isa_t) -> Bool { isa.rawValue & part.rawValue == part.rawValue }
            set =
                has(dnnl_cpu_isa_avx512_core_bf16)
                ? .avx512BF16 : has(dnnl_cpu_isa_avx512_core) ? .avx512 : has(dnnl_cpu_isa_avx2) ? .avx2 : .plain
            #if arch(x86_64)
            addsExactly = has(dnnl_cpu_isa_avx512_core_vnni)
            #else
            addsExactly = true
            #endif
        }
    }
}
