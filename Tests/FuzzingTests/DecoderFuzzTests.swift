import Foundation
import Testing

/// A short run over every decoder, each in a process of its own, so that a crash is one failure; `make fuzz` runs longer.
@Suite(.serialized)
struct DecoderFuzzTests {
    static let program: URL? = {
        // Beside this program, whatever runs the tests.
        let folder = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../..").standardized
        let candidates = [folder, root.appendingPathComponent(".build/release")].map { $0.appendingPathComponent("quoted-fuzz") }
        return candidates.first { FileManager.default.isExecutableFile(atPath: $0.path) }
    }()
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../..").standardized
    static let seconds = Double(ProcessInfo.processInfo.environment["QUOTED_FUZZ_SECONDS"] ?? "") ?? 2

    static let targets: [String] = {
        guard let output = try? run(["list"]).output else { return [] }
        return output.split(separator: "\n").map(String.init)
    }()

    private static func run(_ arguments: [String]) throws -> (output: String, status: Int32) {
        guard let program else { return ("", 127) }
        let process = Process()
        process.executableURL = program
        process.arguments = arguments
        process.currentDirectoryURL = root
        process.environment = ProcessInfo.processInfo.environment.merging(["SWIFT_BACKTRACE": "enable=no"]) { $1 }
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        let output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return (output, process.terminationReason == .exit ? process.terminationStatus : 128 + process.terminationStatus)
    }

    @Test func theProgramIsThere() {
        #expect(Self.targets.count > 20, "build it first: swift build --product quoted-fuzz")
    }

    @Test(arguments: targets)
    func everyDecoderHas(target: String) throws {
        let corpus = Self.root.appendingPathComponent("Tests/Fixtures/fuzzing/\(target)")
        let inputs = try FileManager.default.contentsOfDirectory(atPath: corpus.path)
        #expect(!inputs.isEmpty, "no inputs to begin with")
    }

    @Test(.timeLimit(.minutes(2)), arguments: targets)
    func nothingIsFoundIn(target: String) throws {
        let scratch = FileManager.default.temporaryDirectory.appendingPathComponent("quoted-fuzz-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: scratch, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: scratch) }
        // Other tests run beside it: half as fast is no fault.
        let (output, status) = try Self.run([
            "run", target, "--seconds", "\(Self.seconds)", "--artifacts", scratch.path, "--patience", "4",
        ])
        print(output, terminator: "")
        let input = try? Data(contentsOf: scratch.appendingPathComponent("\(target).input"))
        #expect(status == 0, "\(output)\ninput: \(input?.prefix(1_024).base64EncodedString() ?? "none")")
    }
}
