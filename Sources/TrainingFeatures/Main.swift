import Foundation
import LanguageAnalysis
import NewsModel

/// For training alone: reads JSON lines {"id", "text"}, writes for each what the encoder is given, from the very code
/// that the service runs: quoted-training-features VOCABULARY <ARTICLES >FEATURES
///
/// With "speakers" the candidates of pronouns and descriptions: quoted-training-features speakers MODEL [WEIGHTS.json]
@main
struct TrainingFeatures {
    static func main() throws {
        if CommandLine.arguments.count > 2, CommandLine.arguments[1] == "speakers" { return try speakers() }
        guard CommandLine.arguments.count == 2 else { return usage() }
        let bytes = try Data(contentsOf: URL(filePath: CommandLine.arguments[1]))
        let vocabulary = try WordPieceVocabulary(Array(bytes))
        let analyzer = Analyzer.rules()
        while let line = readLine() {
            guard let row = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any],
                let id = row["id"] as? String, let text = row["text"] as? String
            else { return usage() }
            let document = DocumentText(text)
            let (sentences, rules) = try analyzer.analyze(document, budget: .unlimited)
            let encoded = FeatureExtractor.extract(
                document, sentences: sentences, rules: rules, vocabulary: vocabulary)
            let scalars = { (offsets: [Int32]) in offsets.map { document.scalarOffset(ofByte: Int($0)) } }
            let output: [String: Any] = [
                "id": id, "pieces": encoded.pieces.ids, "starts": scalars(encoded.pieces.starts),
                "ends": scalars(encoded.pieces.ends), "blocks": encoded.blocks, "sentences": encoded.sentences,
                "features": Data(encoded.features).base64EncodedString(),
            ]
            FileHandle.standardOutput.write(try JSONSerialization.data(withJSONObject: output) + Data([0x0A]))
        }
    }

    private static func speakers() throws {
        let weights: [Float]? =
            try CommandLine.arguments.count > 3
            ? JSONDecoder().decode([Float].self, from: Data(contentsOf: URL(filePath: CommandLine.arguments[3]))) : nil
        let classifier = try EncoderClassifier(path: CommandLine.arguments[2])
        try SpeakerRows.write(analyzer: .trained(classifier), weights: weights)
    }

    private static func usage() {
        FileHandle.standardError.write(
            Data(
                """
                usage: quoted-training-features VOCABULARY <ARTICLES >FEATURES; articles: {"id", "text"} a line
                       quoted-training-features speakers MODEL [WEIGHTS.json] <ARTICLES >RANKINGS; with "attributions"

                """.utf8))
        exit(64)
    }
}
