internal import ArgumentParser
internal import CFuzzing
internal import Foundation
internal import Fuzzing
internal import Synchronization

extension FuzzProgram {
    /// libFuzzer (https://llvm.org/docs/LibFuzzer.html) chooses inputs by the code that they reach.
    struct LibFuzzer: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "libfuzzer", abstract: "Runs libFuzzer on a target; see .ci/fuzz for the build that it needs.")
        @Argument var target: String
        @Argument(parsing: .captureForPassthrough, help: "Arguments of libFuzzer.") var arguments: [String] = []

        private static let chosen = Mutex<FuzzTarget?>(nil)

        func run() throws {
            guard cfuzzing_has_libfuzzer() != 0 else {
                throw ValidationError("libFuzzer is not in this build: use make fuzz")
            }
            let target = try FuzzTarget.named(target)
            Self.chosen.withLock { $0 = target }
            var pointers: [UnsafeMutablePointer<CChar>?] = (["quoted-fuzz"] + arguments.filter { $0 != "--" }).map { strdup($0) } + [nil]
            let status = pointers.withUnsafeMutableBufferPointer { pointers in
                cfuzzing_libfuzzer(Int32(pointers.count - 1), pointers.baseAddress) { bytes, count in
                    LibFuzzer.read(UnsafeBufferPointer(start: bytes, count: count))
                    return 0
                }
            }
            throw ExitCode(status)
        }

        private static func read(_ bytes: UnsafeBufferPointer<UInt8>) {
            guard let target = chosen.withLock({ $0 }) else { return }
            do throws(FuzzFinding) {
                _ = try target.read(Array(bytes))
            } catch {
                FileHandle.standardError.write(Data("\(target.name): \(error)\n".utf8))
                // How libFuzzer hears of it.
                abort()
            }
        }
    }
}
