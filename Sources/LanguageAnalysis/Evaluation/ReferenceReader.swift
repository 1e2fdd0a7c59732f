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
            guard row.attributions != nil || row.entities != nil || row.sentences != nil else {
                throw ReferenceFault(line: number, reason: "no attributions, entities or sentences; quoted evaluate needs annotated articles, see quoted evaluate --help")
            }
            let size = row.text.unicodeScalars.count
            let tokens = try row.tokenOffsets.map { (rows) throws(ReferenceFault) in
                try spans(rows, within: size, "token_offsets", number)
            }
            articles.append(
                ReferenceArticle(
                    id: row.id, text: row.text, genre: row.genre, split: row.split,
                    attributions: try row.attributions.map { (rows) throws(ReferenceFault) in
                        try attributions(rows, size, number)
                    },
                    entities: try row.entities.map { (rows) throws(ReferenceFault) in
                        try entities(rows, tokens, number)
                    },
                    sentences: try row.sentences.map { (rows) throws(ReferenceFault) in
                        guard let tokens else { return try spans(rows, within: size, "sentences", number) }
                        return try spans(rows, within: tokens.count, "sentences", number).map { $0.scalars(tokens) }
                    }))
        }
        return articles
    }

    private static func attributions(_ rows: [ArticleRow.Attribution], _ size: Int, _ line: Int)
        throws(ReferenceFault) -> [ReferenceAttribution]
    {
        var attributions: [ReferenceAttribution] = []
        for (index, row) in rows.enumerated() {
            let place = "attribution \(index)"
            guard let kind = Quotation.Kind(rawValue: row.kind ?? "") else {
                throw ReferenceFault(line: line, reason: "\(place): kind must be direct, indirect or mixed")
            }
            attributions.append(
                ReferenceAttribution(
                    content: try content(row.content, size, place, line),
                    source: try spans(row.source ?? [], within: size, place, line), kind: kind,
                    speaker: row.speaker.map {
                        ReferenceSpeaker(name: $0.name, aliases: $0.aliases ?? [], kind: $0.kind)
                    },
                    isSpeech: row.speech ?? true))
        }
        return attributions
    }

    private static func entities(_ rows: [TypedSpanRow], _ tokens: [Span]?, _ line: Int)
        throws(ReferenceFault) -> [TypedSpan]
    {
        guard let tokens else { throw ReferenceFault(line: line, reason: "entities without token_offsets") }
        var entities: [TypedSpan] = []
        for (index, row) in rows.enumerated() {
            guard let span = row.span.span(within: tokens.count) else {
                throw ReferenceFault(
                    line: line, reason: "entity \(index): start and end must be tokens within 0..\(tokens.count)")
            }
            guard let meaning = ScoredEntityType.meaning(of: row.type) else {
                throw ReferenceFault(line: line, reason: "entity \(index): unknown type \"\(row.type)\"")
            }
            if case .scored(let type) = meaning { entities.append(TypedSpan(span.scalars(tokens), type)) }
        }
        return entities
    }

    // MARK: What lines have in common

    static func lines(_ bytes: [UInt8]) -> [(Int, ArraySlice<UInt8>)] {
        bytes.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated()
            .map { ($0.offset + 1, $0.element) }
            .filter { !$0.1.allSatisfy { $0 <= 0x20 } }
    }

    static func decode<Row: Decodable>(_ type: Row.Type, _ line: ArraySlice<UInt8>, _ number: Int)
        throws(ReferenceFault) -> Row
    {
        do {
            return try JSONDecoder().decode(type, from: Data(line))
        } catch let error as DecodingError {
            throw ReferenceFault(line: number, reason: reason(error))
        } catch {
            throw ReferenceFault(line: number, reason: "\(error)")
        }
    }

    /// On one line: where in the object, and what is wrong there.
    private static func reason(_ error: DecodingError) -> String {
        func say(_ path: [any CodingKey], _ what: String) -> String {
            let steps = path.map { key in key.intValue.map { "[\($0)]" } ?? ".\(key.stringValue)" }
            return path.isEmpty ? what : "\(steps.joined().drop { $0 == "." }): \(what)"
        }
        switch error {
        case .keyNotFound(let key, let context): return say(context.codingPath + [key], "missing")
        case .valueNotFound(_, let context): return say(context.codingPath, "null where a value must be")
        case .typeMismatch(_, let context): return say(context.codingPath, context.debugDescription)
        case .dataCorrupted(let context): return say(context.codingPath, context.debugDescription)
        @unknown default: return "\(error)"
        }
    }

    static func content(_ rows: [SpanRow], _ size: Int, _ place: String, _ line: Int)
        throws(ReferenceFault) -> [Span]
    {
        guard !rows.isEmpty else { throw ReferenceFault(line: line, reason: "\(place): no content") }
        return try spans(rows, within: size, place, line)
    }

    static func spans(_ rows: [SpanRow], within size: Int, _ place: String, _ line: Int)
        throws(ReferenceFault) -> [Span]
    {
        var spans: [Span] = []
        spans.reserveCapacity(rows.count)
        for row in rows {
            guard let span = row.span(within: size) else {
                throw ReferenceFault(
                    line: line,
                    reason: "\(place): [\(row.start), \(row.end)] must hold something and lie within 0..\(size)")
            }
            spans.append(span)
        }
        return spans
    }
}

extension Span {
    /// A range of tokens that is not empty, as a span of scalars.
    fileprivate func scalars(_ tokens: [Span]) -> Span { Span(tokens[start].start, tokens[end - 1].end) }
}
