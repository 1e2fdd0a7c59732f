internal import CEncoderKernels

/// The memory that one encoder computes in: about 7 MB for the model of 384 dimensions.
final class EncoderScratch {
    /// Rows that go through the model together, whole windows each.
    let rows: Int

    /// The values that layers hand on.
    let x: AlignedBuffer<Float>
    /// Queries, keys and values.
    let projection: AlignedBuffer<UInt8>
    let attended: AlignedBuffer<Float>

    /// A block of quantised rows, what a step of each is worth, and a block of sums.
    let inputs: AlignedBuffer<UInt8>
    let scales: AlignedBuffer<Float>
    let sums: AlignedBuffer<Int32>
    /// What attention needs for the longest window.
    let attention: AlignedBuffer<UInt8>

    private static let leastRows = 1024

    init(_ model: EncoderModel) {
        let manifest = model.manifest, hidden = manifest.hidden, block = model.blockRows
        rows = max(Self.leastRows, manifest.positions)
        x = AlignedBuffer(count: rows * hidden, zero: 0)
        projection = AlignedBuffer(count: rows * 3 * hidden * model.kernels.pointee.projection_bytes, zero: 0)
        attended = AlignedBuffer(count: rows * hidden, zero: 0)
        let widest = max(3 * hidden, manifest.intermediate)
        inputs = AlignedBuffer(count: block * widest, zero: 0)
        scales = AlignedBuffer(count: block, zero: 0)
        sums = AlignedBuffer(count: block * widest, zero: 0)
        attention = AlignedBuffer(count: encoder_attention_scratch(manifest.positions), zero: 0)
    }
}
