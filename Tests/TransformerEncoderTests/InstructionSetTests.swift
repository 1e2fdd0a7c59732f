import Foundation
import Testing
import TransformerEncoder

/// Other processors, in a process of their own each: oneDNN's limit holds for a process.
struct InstructionSetTests {
    /// Logits that the bench computes, and how many threads it had.
    func logits(_ arguments: [String], input: String = Fixture.inputPath) throws -> (logits: [Float], threads: Int) {
        let process = Process(), pipe = Pipe()
        process.executableURL = Bundle.module.bundleURL.deletingLastPathComponent().appending(path: "EncoderBench")
        process.arguments = ["logits", Fixture.modelPath, input] + arguments
        process.environment = ["OMP_NUM_THREADS": "4"]
        process.standardOutput = pipe
        try process.run()
        let data = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0, "\(String(decoding: data, as: UTF8.self))")
        var values = data.withUnsafeBytes { bytes in
            stride(from: 0, to: bytes.count, by: 4).map { bytes.loadUnaligned(fromByteOffset: $0, as: Float.self) }
        }
        let threads = Int(values.removeLast())
        return (values, threads)
    }

    @Test(arguments: ["plain", "avx2", "avx512"])
    func agreesWithTorch(_ limit: String) throws {
        let fixture = try Fixture.load()
        let (limited, _) = try logits(["--isa", limit])
        #expect(relativeError(limited, fixture.logits) < 0.04)
    }

    @Test func instructionSetsAgree() throws {
        let native = try logits([]).logits, avx2 = try logits(["--isa", "avx2"]).logits,
            plain = try logits(["--isa", "plain"]).logits
        #expect(relativeError(avx2, native) < 0.04)
        // The same 7 bits; only f32 rounding differs.
        #expect(relativeError(plain, avx2) < 0.005)
    }

    @Test func processesAgreeToTheBit() throws {
        let fixture = try Fixture.load()
        var output = EncoderOutput()
        try Encoder(model: EncoderModel(path: Fixture.modelPath)).encode(fixture.input, into: &output)
        #expect(try logits([]).logits == output.logits)
    }

    @Test(arguments: ["plain", "avx2", "avx512"])
    func theOrderOfWindowsMakesNoDifference(_ limit: String) throws {
        let input = try Fixture.load().input
        let reversed = input.selecting(Array((input.windows + input.windows).reversed()))
        let url = FileManager.default.temporaryDirectory.appending(path: "input-\(UUID().uuidString)")
        try JSONEncoder().encode(
            Fixture(
                pieces: reversed.pieces, features: reversed.features,
                windows: reversed.windows.map { [$0.lowerBound, $0.upperBound] }, logits: [])
        ).write(to: url)
        defer { try? FileManager.default.removeItem(at: url) }
        let all = try logits(["--isa", limit]).logits, other = try logits(["--isa", limit], input: url.path).logits
        let columns = all.count / input.pieces.count
        for (window, original) in zip(reversed.windows, (input.windows + input.windows).reversed()) {
            let found = other[window.lowerBound * columns..<window.upperBound * columns]
            #expect(found == all[original.lowerBound * columns..<original.upperBound * columns])
        }
    }

    @Test func startsNoThreads() throws {
        #expect(try logits([]).threads == 1)
        #expect(try logits(["--isa", "avx2"]).threads == 1)
    }

    @Test func aLateLimitIsRefused() throws {
        let model = try EncoderModel(path: Fixture.modelPath)
        guard model.instructionSet > .plain else { return }
        #expect(
            throws: ModelFileError.engine(
                path: Fixture.modelPath, .limitTooLate(requested: .plain, inUse: model.instructionSet))
        ) { _ = try EncoderModel(path: Fixture.modelPath, upTo: .plain) }
    }
}
