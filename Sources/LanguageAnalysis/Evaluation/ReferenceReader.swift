internal import FoundationEssentials
internal import NewsModel

/// Why a line of annotated articles or predictions cannot be used.
package struct ReferenceFault: Error, Hashable, CustomStringConvertible {
    /// Counted from 1.
    package let line: Int
    package let reason: String
    package var description: String { "line \(line): \(reason)" }
}

/// Reads annotated articles and predictions from JSON lines.
package enum ReferenceReader {
    /// Articles in the order of their lines.
    /// - Throws: `ReferenceFault` at the first line that is not an annotated article, or repeats an id.
    package static func articles(jsonLines bytes: [UInt8]) throws(ReferenceFault) -> [ReferenceArticle] {
        var seen: Set<String> = []
        var articles: [ReferenceArticle] = []
        for (number, line) in lines(bytes) {
            let row = try decode(ArticleRow.self, line, number)
            guard seen.insert(row.id).inserted else {
                throw ReferenceFault(line: number, reason: "id \"\(row.id)\" occurs twice")
            }
            let size = row.text.unicodeScalars.count
            var attributions: [ReferenceAttribution] = []
            for (index, attribution) in row.attributions.enumerated() {
                guard let kind = Quotation.Kind(rawValue: attribution.kind ?? "") else {
                    throw ReferenceFault(
                        line: number, reason: "attribution \(index): kind must be direct, indirect or mixed")
                }
                guard !attribution.content.isEmpty, let content = spans(attribution.content, size),
                    let source = spans(attribution.source, size)
                else {
                    throw ReferenceFault(
                        line: number, reason: "attribution \(index): spans must be [start, end] within 0..\(size)")
                }
                let speaker = attribution.speaker.map {
                    ReferenceSpeaker(name: $0.name, aliases: $0.aliases ?? [], kind: $0.kind)
                }
                attributions.append(
                    ReferenceAttribution(
                        content: content, source: source, kind: kind, speaker: speaker,
                        isSpeech: attribution.speech ?? true))
            }
            articles.append(ReferenceArticle(id: row.id, text: row.text, attributions: attributions))
        }
        return articles
    }

    /// Predictions by article id: `{"id", "attributions": […]}` a line.
    /// - Throws: `ReferenceFault` at the first line that cannot be read, or repeats an id.
    package static func predictions(jsonLines bytes: [UInt8]) throws(ReferenceFault) -> [String: [PredictedQuotation]] {
        var predictions: [String: [PredictedQuotation]] = [:]
        for (number, line) in lines(bytes) {
            let row = try decode(PredictionRow.self, line, number)
            guard predictions[row.id] == nil else {
                throw ReferenceFault(line: number, reason: "id \"\(row.id)\" occurs twice")
            }
            predictions[row.id] = try row.attributions.map { (quotation) throws(ReferenceFault) in
                guard let content = spans(quotation.content, .max), !content.isEmpty,
                    let source = spans(quotation.source, .max)
                else {
                    throw ReferenceFault(line: number, reason: "spans must be [start, end]")
                }
                return PredictedQuotation(
                    content: content, source: source, kind: quotation.kind.flatMap(Quotation.Kind.init),
                    speaker: quotation.speaker,
                    confidence: quotation.confidence)
            }
        }
        return predictions
    }

    private static func lines(_ bytes: [UInt8]) -> [(Int, ArraySlice<UInt8>)] {
        bytes.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated()
            .map { ($0.offset + 1, $0.element) }
            .filter { !$0.1.allSatisfy { $0 <= 0x20 } }
    }

    private static func decode<Row: Decodable>(_ type: Row.Type, _ line: ArraySlice<UInt8>, _ number: Int)
        throws(ReferenceFault) -> Row
    {
        do {
            return try JSONDecoder().decode(type, from: Data(line))
        } catch {
            throw ReferenceFault(line: number, reason: "\(error)")
        }
    }

    /// Nil when a span is out of bounds, empty or no pair.
    private static func spans(_ pairs: [[Int]]?, _ size: Int) -> [Span]? {
        var result: [Span] = []
        for pair in pairs ?? [] {
            guard pair.count == 2, pair[0] >= 0, pair[0] < pair[1], pair[1] <= size else { return nil }
            result.append(Span(pair[0], pair[1]))
        }
        return result
    }

    private struct ArticleRow: Decodable {
        var id: String
        var text: String
        var attributions: [AttributionRow]
    }

    private struct AttributionRow: Decodable {
        var content: [[Int]]
        var source: [[Int]]?
        var kind: String?
        var speaker: SpeakerRow?
        var speech: Bool?
    }

    private struct SpeakerRow: Decodable {
        var name: String?
        var aliases: [String]?
        var kind: String?
    }

    private struct PredictionRow: Decodable {
        var id: String
        var attributions: [PredictedRow]
    }

    private struct PredictedRow: Decodable {
        var content: [[Int]]
        var source: [[Int]]?
        var kind: String?
        var speaker: String?
        var confidence: Double?
    }
}
