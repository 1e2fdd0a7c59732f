import EnglishModel
import LanguageAnalysis

/// The analyser with the model that comes with the program; loaded once for all tests.
enum TrainedAnalyzer {
    private static let loaded: Result<EncoderClassifier, any Error> = Result {
        guard let path = ShippedModel.path else { throw ModelMissing() }
        return try EncoderClassifier(path: path)
    }

    static func classifier() throws -> EncoderClassifier { try loaded.get() }

    static func shared() throws -> Analyzer { .trained(try classifier()) }
}

/// The tests of the trained analyser cannot run.
struct ModelMissing: Error, CustomStringConvertible {
    var description: String {
        "quoted-en.model is not beside the tests: Sources/EnglishModel/quoted-en.model is missing or was not built in"
    }
}
