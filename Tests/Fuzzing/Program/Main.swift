internal import ArgumentParser
internal import Fuzzing

/// Fuzzes the decoders that face bytes from outside.
@main
struct FuzzProgram: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "quoted-fuzz", abstract: "Fuzzes the decoders that face bytes from outside.",
        subcommands: [Run.self, Check.self, Minimize.self, List.self, Dictionary.self, Seeds.self, LibFuzzer.self])
}

extension FuzzTarget {
    static let all: [FuzzTarget] =
        documents + wire + journals + names + requests + [.configuration, .modelFile, .analysis]

    static func named(_ name: String) throws -> FuzzTarget {
        guard let target = all.first(where: { $0.name == name }) else {
            throw ValidationError("no target \"\(name)\"; the targets are \(all.map(\.name).joined(separator: ", "))")
        }
        return target
    }
}

extension FuzzProgram {
    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Lists the targets.")

        func run() { for target in FuzzTarget.all { print(target.name) } }
    }

    struct Dictionary: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Prints a target's dictionary, for libFuzzer.")
        @Argument var target: String

        func run() throws { print(try FuzzTarget.named(target).dictionaryFile, terminator: "") }
    }
}
