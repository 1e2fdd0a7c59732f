#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif
#if canImport(Glibc)
import Glibc
#endif
import TransformerEncoder

/// What the command line asks for.
struct Options {
    var command = ""
    var path = ""
    var limit = InstructionSet.avx512BF16
    var seconds = 5.0
    var pieces = 1_000

    static let usage = """
        encoder-bench speed MODEL [--isa plain|avx2|avx512] [--seconds N] [--pieces N]
        encoder-bench products [--isa ...]            oneDNN's own speed at the model's shapes
        encoder-bench logits MODEL INPUT.json [--isa ...]   encodes, writes f32 logits to standard output
        """

    static func parse(_ arguments: [String]) -> (Options, rest: [String])? {
        var options = Options(), rest: [String] = []
        var words = arguments[...]
        while let word = words.popFirst() {
            switch word {
            case "--isa":
                let known: [String: InstructionSet] = ["plain": .plain, "avx2": .avx2, "avx512": .avx512]
                guard let name = words.popFirst(), let set = known[name] else { return nil }
                options.limit = set
            case "--seconds":
                guard let value = words.popFirst().flatMap(Double.init) else { return nil }
                options.seconds = value
            case "--pieces":
                guard let value = words.popFirst().flatMap(Int.init), value > 2 else { return nil }
                options.pieces = value
            default: rest.append(word)
            }
        }
        return (options, rest)
    }
}

func run() throws {
    guard let (options, words) = Options.parse(Array(CommandLine.arguments.dropFirst())) else {
        print(Options.usage)
        return
    }
    switch words.first {
    case "speed" where words.count == 2: try measureSpeed(words[1], options)
    case "products": try measureProducts(options)
    case "logits" where words.count == 3: try writeLogits(model: words[1], input: words[2], options)
    default: print(Options.usage)
    }
}

do {
    try run()
} catch {
    print("\(error)")
    exit(1)
}
