internal import EnglishModel
package import LanguageAnalysis
internal import Pipeline
package import ServiceConfiguration
internal import TransformerEncoder

/// The analyser that a configuration asks for.
package enum ConfiguredAnalyzer {
    /// - Parameters:
    ///   - attitudes: report what somebody thinks, wants or plans as well; the trained analyser alone can.
    ///   - explains: keep how each speaker was found.
    /// - Throws: `ModelMissing`, or what is wrong with the model file.
    package static func make(
        _ analysis: ServiceConfiguration.Analysis, attitudes: Bool = false, explains: Bool = false
    ) throws -> Analyzer {
        switch analysis.analyzer {
        case .trained:
            .trained(
                try EncoderClassifier(path: try modelPath(analysis), upTo: instructions(analysis.instructions)),
                attitudes: attitudes, explains: explains)
        case .rules: .rules(explains: explains)
        case .none: .none()
        }
    }

    private static func instructions(_ limit: ServiceConfiguration.InstructionLimit) -> InstructionSet {
        switch limit {
        case .automatic: .avx512BF16
        case .avx512: .avx512
        case .avx2: .avx2
        case .plain: .plain
        }
    }

    /// The same for the stages of one process: where no stage reads the model, it is not loaded.
    static func make(_ analysis: ServiceConfiguration.Analysis, roles: ServiceRoles) throws -> Analyzer {
        let needed = roles.contains(.entities) || roles.contains(.attribution)
        do {
            // The sentences stage has rules alone, whatever the analyser.
            return needed || analysis.analyzer == .none ? try make(analysis) : .rules()
        } catch {
            throw ServiceError("analysis.model: \(error)", exit: .configuration)
        }
    }

    /// The configured model file, or the one that came with the program.
    package static func modelPath(_ analysis: ServiceConfiguration.Analysis) throws(ModelMissing) -> String {
        if !analysis.model.isEmpty { return analysis.model }
        guard let path = ShippedModel.path else { throw ModelMissing() }
        return path
    }
}

/// No model file is configured, and none lies beside the program.
package struct ModelMissing: Error, Hashable, CustomStringConvertible {
    package var description: String {
        "no model file came with this program; name one with [analysis] model or --model, install the package again, or "
            + "choose [analysis] analyzer = \"rules\""
    }
}
