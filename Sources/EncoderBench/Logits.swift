#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif
#if canImport(Glibc)
import Glibc
#endif
import TransformerEncoder

/// The input of a reference file.
struct Reference: Decodable {
    let pieces: [Int32]
    let features: [UInt8]
    let windows: [[Int]]
}

/// For tests that compare instruction sets, as the limit holds for a process. Writes the logits, then the number of
/// threads that the process has.
func writeLogits(model path: String, input: String, _ options: Options) throws {
    let reference = try JSONDecoder().decode(Reference.self, from: Data(contentsOf: URL(filePath: input)))
    let model = try EncoderModel(path: path, upTo: options.limit)
    let encoder = try Encoder(model: model)
    var output = EncoderOutput()
    let windows = reference.windows.map { $0[0]..<$0[1] }
    try encoder.encode(
        EncoderInput(pieces: reference.pieces, features: reference.features, windows: windows), into: &output)
    let threads = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/task").count) ?? 0
    try FileHandleOutput.write(output.logits + [Float(threads)])
}

enum FileHandleOutput {
    static func write(_ values: [Float]) throws {
        try values.withUnsafeBytes { bytes in
            var rest = bytes[...]
            while !rest.isEmpty {
                let written = Glibc.write(1, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
                guard written > 0 else { throw CocoaError(.fileWriteUnknown) }
                rest = rest.dropFirst(written)
            }
        }
    }
}
