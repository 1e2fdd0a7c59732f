internal import ArgumentParser
internal import CAllocationCount
internal import Foundation
internal import Fuzzing

extension AllocationCount {
    /// Nil in builds with a sanitizer.
    static let ofThisProcess: AllocationCount? =
        callocation_counts() == 0 ? nil : AllocationCount(reset: callocation_reset, peak: callocation_peak)
}

/// Where inputs are kept: a folder for each target, a file for each input.
struct CorpusFolder: ParsableArguments {
    @Option(help: "Folder with a folder of inputs for each target.")
    var corpus = "Tests/Fixtures/fuzzing"

    func inputs(of target: FuzzTarget) -> [[UInt8]] {
        let folder = URL(fileURLWithPath: corpus).appendingPathComponent(target.name)
        let files = (try? FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)) ?? []
        return files.sorted { $0.path < $1.path }.compactMap { try? Array(Data(contentsOf: $0)) }
    }
}

extension FuzzProgram {
    struct Run: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Changes the inputs of a corpus, always in the same way for a seed.",
            discussion: "Ends with status 1 when it finds something; the input is in the folder of artifacts.")
        @Argument(help: "Targets; all without.") var targets: [String] = []
        @Option(help: "Inputs for each target.") var executions = Int.max
        @Option(help: "Seconds for each target.") var seconds = 1e9
        @Option var seed: UInt64 = 20_261_123
        @Option(help: "Folder for inputs that show something.") var artifacts = ".build/fuzzing"
        @Option(help: "Processor seconds after which an input hangs.") var hang = 10
        @Option(help: "Times as long as a release build may take.") var patience = 1
        @OptionGroup var corpus: CorpusFolder

        func run() throws {
            try FileManager.default.createDirectory(atPath: artifacts, withIntermediateDirectories: true)
            let chosen = targets.isEmpty ? FuzzTarget.all : try targets.map(FuzzTarget.named)
            var found = 0
            for target in chosen where try !fuzz(target) { found += 1 }
            if found > 0 { throw ExitCode(1) }
        }

        private func fuzz(_ target: FuzzTarget) throws -> Bool {
            let artifact = "\(artifacts)/\(target.name).input"
            CrashWatch.begin(artifact: artifact, seconds: hang)
            var run = FuzzRun(
                target, corpus: corpus.inputs(of: target), seed: seed, allocations: .ofThisProcess, patience: patience)
            let bounds = FuzzRun.Bounds(executions: executions, duration: .seconds(seconds))
            let report = run.run(bounds) { if $0.executions > 0 { say(target, $0, isLast: false) } }
            say(target, report, isLast: true)
            try Data(report.slowest.input).write(to: URL(fileURLWithPath: "\(artifacts)/\(target.name).slowest"))
            guard let finding = report.finding else { return true }
            try Data(finding.input).write(to: URL(fileURLWithPath: artifact))
            print("\(target.name): \(finding.description); its input is in \(artifact)")
            return false
        }

        private func say(_ target: FuzzTarget, _ report: FuzzReport, isLast: Bool) {
            // Standard output is not flushed while it is a file.
            let line = """
                \(target.name)\(isLast ? "" : " …"): seed \(seed), \(report.executions) executions in \
                \(report.seconds.formatted(.number.precision(.fractionLength(1)))) s, \(report.outcomes) outcomes, slowest \
                \(report.slowest.duration) for \(report.slowest.input.count) bytes, most memory \(report.largest.bytes) bytes \
                for \(report.largest.input)

                """
            FileHandle.standardOutput.write(Data(line.utf8))
        }
    }

    struct Check: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Runs inputs as they are.")
        @Argument var target: String
        @Argument(help: "Files; without, the target's corpus.") var files: [String] = []
        @Option var artifacts = ".build/fuzzing"
        @Option var hang = 10
        @Option var patience = 1
        @OptionGroup var corpus: CorpusFolder

        func run() throws {
            let target = try FuzzTarget.named(target)
            try FileManager.default.createDirectory(atPath: artifacts, withIntermediateDirectories: true)
            CrashWatch.begin(artifact: "\(artifacts)/\(target.name).input", seconds: hang)
            let inputs =
                files.isEmpty ? corpus.inputs(of: target) : try files.map { Array(try Data(contentsOf: URL(fileURLWithPath: $0))) }
            for (index, input) in inputs.enumerated() {
                var run = FuzzRun(target, corpus: [input], seed: 1, allocations: .ofThisProcess, patience: patience)
                let report = run.run(FuzzRun.Bounds(executions: 1))
                guard let finding = report.finding else { continue }
                print("\(target.name): input \(files.isEmpty ? "\(index + 1)" : files[index]): \(finding.description)")
                throw ExitCode(1)
            }
            print("\(target.name): \(inputs.count) inputs, nothing found")
        }
    }

    struct Minimize: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Makes an input shorter while it still shows something; each try in a process of its own.")
        @Argument var target: String
        @Argument var file: String
        @Option var hang = 10

        func run() throws {
            let input = Array(try Data(contentsOf: URL(fileURLWithPath: file)))
            let folder = FileManager.default.temporaryDirectory.appendingPathComponent("quoted-fuzz-\(UUID().uuidString)")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            defer { try? FileManager.default.removeItem(at: folder) }
            guard try shows(input, in: folder) else { throw ValidationError("\(file) shows nothing") }
            let shorter = Minimizer.minimize(input) { (try? shows($0, in: folder)) ?? false }
            try Data(shorter).write(to: URL(fileURLWithPath: file + ".minimized"))
            print("\(input.count) bytes became \(shorter.count), in \(file).minimized")
        }

        private func shows(_ input: [UInt8], in folder: URL) throws -> Bool {
            let candidate = folder.appendingPathComponent("candidate")
            try Data(input).write(to: candidate)
            let process = Process()
            process.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
            process.arguments = ["check", target, candidate.path, "--artifacts", folder.path, "--hang", "\(hang)"]
            process.environment = ProcessInfo.processInfo.environment.merging(["SWIFT_BACKTRACE": "enable=no"]) { $1 }
            process.standardOutput = FileHandle.nullDevice
            process.standardError = FileHandle.nullDevice
            try process.run()
            process.waitUntilExit()
            return process.terminationStatus != 0 || process.terminationReason == .uncaughtSignal
        }
    }
}
