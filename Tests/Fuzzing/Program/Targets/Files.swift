internal import CChecksum
internal import Foundation
internal import Fuzzing
internal import LanguageAnalysis
internal import NewsFormats
internal import NewsModel
internal import Pipeline
internal import ServiceConfiguration
internal import TransformerEncoder

extension FuzzTarget {
    // MARK: Configuration

    static let configuration = FuzzTarget(
        "configuration", maximumBytes: 8_192,
        dictionary: [
            "[pipeline]\n", "[endpoints]\n", "[[x]]\n", "tries = ", "\"\"\"", "'''", "\\u0041", "\\UFFFFFFFF", "0x", "1_000", "inf", "-nan",
            "1979-05-27T07:32:00Z", "{ a = 1, b = [1, 2] }", "[\"a\", \"b\",]", "# ", "a.b.\"c d\" = ", "\"10 GiB\"", "\"30 d\"", "true", "\r\n",
            "[analysis]\nanalyzer = \"rules\"\n", "insecure = [\"", "tcp://127.0.0.1:5571", "ipc:///tmp/x", "[[[[", "{a={a={a=",
        ], memory: (8 << 20, 2_000), time: (.milliseconds(200), .microseconds(40)), read: readConfiguration)

    private static func readConfiguration(_ bytes: [UInt8]) throws(FuzzFinding) -> FuzzOutcome {
        let document: TOMLDocument
        do {
            document = try TOMLDocument(bytes: bytes, file: "quoted.toml")
        } catch {
            return .refused(error)
        }
        if let line = bytes.split(separator: UInt8(ascii: "\n"), maxSplits: 1).first {
            _ = try? EndpointAddress(endpoint: String(decoding: line, as: UTF8.self))
        }
        // All keys are read of some: that takes a hundred times as long.
        let sum = bytes.reduce(into: 0) { $0 = ($0 &* 31 &+ Int($1)) & 0xFFFF_FFFF }
        guard sum % 499 == 0 else { return FuzzOutcome(words: document.hasFaults ? "faults" : "none") }
        ScratchFolder.write(bytes, to: "quoted.toml")
        let (configuration, faults) = ServiceConfiguration.load(
            file: "\(ScratchFolder.path)/quoted.toml", flags: [:], environment: ["HOME": "/nonexistent"])
        guard configuration != nil || !faults.isEmpty else { throw FuzzFinding("no configuration, and no fault told") }
        return FuzzOutcome(words: faults.first.map { "\($0.message)" } ?? "loaded")
    }

    // MARK: Model

    static let modelFile = FuzzTarget(
        "model-file", maximumBytes: 32_768,
        dictionary: [
            "QUOTEDM1", "{\"name\":", "\"layers\":", "\"hidden\":32", "\"heads\":1", "\"intermediate\":", "\"positions\":", "\"maxWindow\":",
            "\"features\":[", "\"size\":", "\"roleTags\":[", "\"tensors\":[", "\"dtype\":\"i8\"", "\"f32\"", "\"shape\":[", "\"offset\":",
            "\"length\":", "\"vocabulary\":{", "[UNK]\n", "\n", "9223372036854775807", "-1", "0",
        ], memory: (32 << 20, 2_000), time: (.milliseconds(500), .microseconds(40)), read: openModel)

    /// The first byte tells whether length and checksum are made true.
    private static func openModel(_ bytes: [UInt8]) throws(FuzzFinding) -> FuzzOutcome {
        var file = Array(bytes.dropFirst())
        if (bytes.first ?? 0) & 1 != 0, file.count >= 64 {
            let check = file[64...].withUnsafeBytes { cchecksum_crc32c(0, $0.baseAddress, $0.count) }
            for offset in 0..<4 { file[12 + offset] = UInt8(truncatingIfNeeded: check >> UInt32(8 * offset)) }
            for offset in 0..<8 { file[16 + offset] = UInt8(truncatingIfNeeded: file.count >> (8 * offset)) }
        }
        ScratchFolder.write(file, to: "quoted.model")
        do {
            let model = try EncoderModel(path: "\(ScratchFolder.path)/quoted.model")
            _ = try model.withVocabulary { try WordPieceVocabulary(Array($0)) }
            return FuzzOutcome(words: "opened")
        } catch {
            return .refused(error)
        }
    }

    // MARK: Text

    /// The analysis by rules of any text: all that it finds lies in the text, and travels as it is.
    static let analysis = FuzzTarget(
        "analysis", maximumBytes: 4_096,
        dictionary: [
            "“", "”", "\"", "'", "‘", "’", "«", "»", " said ", " told reporters", "according to ", "Mr. ", "Dr. ", "Ana Lima", "Riva", "he ",
            "she ", "they ", "\n\n", "\r\n", ". ", "? ", "… ", "ANA LIMA: ", "Q: ", "— ", "that ", "would ", "not ", "denied ", "U.S. ",
            "president of Ruritania", "\u{301}", "\u{200D}", "😀", "\u{2028}", "1,000 ", "2025 ",
        ], memory: (8 << 20, 8_000), time: (.milliseconds(200), .microseconds(40)), read: analyze)

    private static let rules = Analyzer.rules()

    private static func analyze(_ bytes: [UInt8]) throws(FuzzFinding) -> FuzzOutcome {
        let text = String(decoding: bytes, as: UTF8.self)
        let document = DocumentText(text)
        let (sentences, found): ([Span], AttributionLayer)
        do {
            (sentences, found) = try rules.analyze(document, budget: .unlimited)
        } catch {
            throw FuzzFinding("a text cannot be analysed: \(error)")
        }
        let spans =
            sentences + found.entities.flatMap { $0.mentions.map(\.span) } + found.discarded.map(\.span)
            + found.quotations.flatMap { $0.content + $0.cue + $0.source }
        guard let bad = spans.first(where: { $0.start < 0 || $0.start >= $0.end || $0.end > document.scalarCount }) else {
            let layer = LayerCodec.Attribution(
                entities: found.entities, quotations: found.quotations, discarded: found.discarded, namesVersion: nil)
            let written = LayerCodec.encode(
                entities: layer.entities, quotations: layer.quotations, discarded: layer.discarded)
            guard (try? written.withUnsafeBytes(LayerCodec.decodeAttribution)) == layer else {
                throw FuzzFinding("what was found is not what travels: \(layer)")
            }
            return FuzzOutcome(
                words: found.quotations.prefix(3).map { $0.kind.rawValue + $0.polarity.rawValue + ($0.speaker?.kind.rawValue ?? "") }
                    .joined() + (found.entities.isEmpty ? "" : "e") + (found.discarded.isEmpty ? "" : "d"))
        }
        throw FuzzFinding("a span outside the text of \(document.scalarCount) scalars: \(bad)")
    }
}
