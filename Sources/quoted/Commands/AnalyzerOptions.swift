import ArgumentParser
import Foundation
import LanguageAnalysis
import QuotedService
import ServiceConfiguration

/// Which analyser a command uses that needs no service.
struct AnalyzerOptions: ParsableArguments {
    @Option(
        name: .long, help: "The analyser: trained, rules or none. Default: the configuration's, else trained.",
        completion: .list(["trained", "rules", "none"]))
    var analyzer: String?

    @Option(
        name: .long, help: "The trained analyser's model file. Default: the configuration's, else the one shipped.",
        completion: .file())
    var model: String?

    @Flag(name: .long, help: "Report beliefs, wishes and plans as well, which are no speech.")
    var attitudes = false

    /// - Parameter explains: keep how each speaker was found.
    /// - Throws: exit 78, having said why.
    func make(explains: Bool = false) throws -> Analyzer {
        // No state is kept, but a configuration without a place for it is none.
        var flags = ["state": "/"]
        if let analyzer { flags["analysis.analyzer"] = analyzer }
        if let model { flags["analysis.model"] = model }
        // Only what concerns the analysis: a fault in the service's other settings is no reason to refuse a text.
        let environment = ProcessInfo.processInfo.environment.filter { $0.key.hasPrefix("QUOTED_ANALYSIS_") }
        let (configuration, faults) = ServiceConfiguration.load(
            file: nil, flags: flags, environment: environment, systemFile: "")
        guard let configuration else {
            for fault in faults { StandardError.write("quoted: \(fault)") }
            throw ExitCode.configuration
        }
        do {
            return try ConfiguredAnalyzer.make(configuration.analysis, attitudes: attitudes, explains: explains)
        } catch {
            StandardError.write("quoted: \(error)")
            throw ExitCode.configuration
        }
    }
}
