import CEncoderKernels
import Foundation
import Testing

/// The kernels of each instruction set that this processor has, against plain arithmetic.
struct KernelTests {
    static let levels: [UInt32] = (0...3).filter { level in
        encoder_kernels_select(encoder_level(rawValue: level)).pointee.level.rawValue == level
    }

    func kernels(_ level: UInt32) -> encoder_kernels { encoder_kernels_select(encoder_level(rawValue: level)).pointee }

    @Test(arguments: levels)
    func quantises(_ level: UInt32) {
        let columns = 96
        let x = (0..<2 * columns).map { $0 < columns ? Float($0 - 40) / 7 : 0 }
        var out = [UInt8](repeating: 0, count: 2 * columns), scales: [Float] = [0, 0]
        kernels(level).quantise(x, 2, columns, 127, &out, &scales)
        for (value, byte) in zip(x.prefix(columns), out) {
            #expect(abs(Float(Int(byte) - 128) * scales[0] - value) <= scales[0] * 0.5001)
        }
        #expect(out[columns - 1] == 255)
        #expect(out[columns...].allSatisfy { $0 == 128 })
        kernels(level).quantise(x, 1, columns, 63, &out, &scales)
        #expect(out.prefix(columns).max() == 127)
        #expect(out.prefix(columns).min() == UInt8(64 - (40.0 / 55 * 63).rounded()))
    }

    /// A column of GELU's argument per step; bias alone, so that sums do not matter.
    @Test(arguments: levels)
    func gelu(_ level: UInt32) {
        let columns = 2048
        let x = (0..<columns).map { Float($0 - columns / 2) / 128 }
        let zeros = [Float](repeating: 0, count: columns), noCorrection = [Int32](repeating: 0, count: columns)
        var sums = noCorrection, out = [UInt8](repeating: 0, count: columns), scale: Float = 1
        x.withUnsafeBufferPointer { bias in
            zeros.withUnsafeBufferPointer { zeros in
                noCorrection.withUnsafeBufferPointer { none in
                    var dense = encoder_dense(
                        scale: zeros.baseAddress, bias: bias.baseAddress, correction: none.baseAddress, columns: columns
                    )
                    kernels(level).gelu(&dense, &sums, &scale, 1, 127, &out)
                }
            }
        }
        // The kernel leaves the values where the sums were.
        for (value, bits) in zip(x, sums) {
            let exact = 0.5 * Double(value) * (1 + erf(Double(value) / 2.0.squareRoot()))
            #expect(abs(Double(Float(bitPattern: UInt32(bitPattern: bits))) - exact) < 6e-5)
        }
        #expect(scale > 0)
    }

    @Test(arguments: levels, [1, 2, 15, 16, 17, 47, 130])
    func attends(_ level: UInt32, _ rows: Int) {
        let heads = 2, width = 3 * heads * 32
        let values = (0..<rows * width).map { Float(sin(Double($0 * $0 % 1009))) }
        var out = [Float](repeating: 0, count: rows * heads * 32)
        let kernels = kernels(level)
        let scratch = UnsafeMutableRawPointer.allocate(byteCount: encoder_attention_scratch(rows), alignment: 64)
        defer { scratch.deallocate() }
        if kernels.projection_bytes == 2 {
            let halves = values.map { UInt16(($0.bitPattern + 0x8000) >> 16) }
            kernels.attend(halves, rows, heads, &out, scratch)
        } else {
            kernels.attend(values, rows, heads, &out, scratch)
        }
        let tolerance: Float = kernels.projection_bytes == 2 ? 0.02 : 2e-5
        for (found, expected) in zip(out, attention(values, rows, heads)) { #expect(abs(found - expected) < tolerance) }
    }

    /// Attention with weights of powers of two.
    private func attention(_ x: [Float], _ rows: Int, _ heads: Int) -> [Float] {
        let hidden = heads * 32, width = 3 * hidden
        var out = [Float](repeating: 0, count: rows * hidden)
        for head in 0..<heads {
            for query in 0..<rows {
                let weights = (0..<rows).map { key in
                    exp2(
                        (0..<32).reduce(0.0) {
                            $0 + Double(x[query * width + head * 32 + $1] * x[key * width + hidden + head * 32 + $1])
                        })
                }
                let total = weights.reduce(0, +)
                for d in 0..<32 {
                    let sum = (0..<rows).reduce(0.0) {
                        $0 + weights[$1] * Double(x[$1 * width + 2 * hidden + head * 32 + d])
                    }
                    out[query * hidden + head * 32 + d] = Float(sum / total)
                }
            }
        }
        return out
    }

    @Test(arguments: levels)
    func classifies(_ level: UInt32) {
        let rows = 7, hidden = 32, columns = 5, stride = 32
        let x = (0..<rows * hidden).map { Float($0 % 5) }
        let weight = (0..<hidden * stride).map { $0 % stride < columns ? Float($0 % 3) : 0 }
        let bias = (0..<stride).map { $0 < columns ? Float($0) : 0 }
        var out = [Float](repeating: 0, count: rows * columns)
        kernels(level).classify(x, rows, hidden, weight, bias, stride, columns, &out)
        for row in 0..<rows {
            for column in 0..<columns {
                let exact = (0..<hidden).reduce(bias[column]) {
                    $0 + x[row * hidden + $1] * weight[$1 * stride + column]
                }
                #expect(out[row * columns + column] == exact)
            }
        }
    }
}
