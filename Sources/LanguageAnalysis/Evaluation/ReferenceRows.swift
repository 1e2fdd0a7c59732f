internal import NewsModel

/// The lines of annotated files and of predictions, as JSON has them.
struct ArticleRow: Decodable {
    struct Attribution: Decodable {
        var content: [SpanRow]
        var source: [SpanRow]?
        var kind: String?
        var speaker: Speaker?
        var speech: Bool?
    }

    struct Speaker: Decodable {
        var name: String?
        var aliases: [String]?
        var kind: String?
    }

    var id: String
    var text: String
    var genre: String?
    var split: String?
    var attributions: [Attribution]?
    /// In tokens.
    var entities: [TypedSpanRow]?
    /// In tokens where there are token offsets, else in scalars.
    var sentences: [SpanRow]?
    /// In scalars.
    var tokenOffsets: [SpanRow]?

    private enum CodingKeys: String, CodingKey {
        case id, text, genre, split, attributions, entities, sentences
        case tokenOffsets = "token_offsets"
    }
}

/// `{"id", "attributions"}`, or a record of the service or of `quoted analyze`.
struct PredictionRow: Decodable {
    struct Attribution: Decodable {
        var content: [SpanRow]
        var source: [SpanRow]?
        var kind: String?
        var speaker: Speaker?
        var confidence: Double?
    }

    /// A name alone, or an object with it.
    struct Speaker: Decodable {
        private struct Object: Decodable { var name: String? }
        var name: String?

        init(from decoder: any Decoder) throws {
            if let plain = try? decoder.singleValueContainer().decode(String.self) {
                name = plain
            } else {
                name = try Object(from: decoder).name
            }
        }
    }

    struct Article: Decodable { var id: String }

    struct Entity: Decodable {
        var type: String
        var mentions: [Mention]
    }

    struct Mention: Decodable {
        var span: SpanRow
        var form: String?

        private enum CodingKeys: CodingKey { case form }

        init(from decoder: any Decoder) throws {
            span = try SpanRow(from: decoder)
            form = try decoder.container(keyedBy: CodingKeys.self).decodeIfPresent(String.self, forKey: .form)
        }
    }

    var id: String?
    var attributions: [Attribution]?
    var article: Article?
    var quotations: [Attribution]?
    var entities: [Entity]?
    var sentences: [SpanRow]?
}

/// `[start, end]` or `{"start": …, "end": …}`.
struct SpanRow: Decodable {
    var start: Int
    var end: Int

    private enum CodingKeys: CodingKey { case start, end }

    init(from decoder: any Decoder) throws {
        if let keyed = try? decoder.container(keyedBy: CodingKeys.self) {
            start = try keyed.decode(Int.self, forKey: .start)
            end = try keyed.decode(Int.self, forKey: .end)
            return
        }
        var pair = try decoder.unkeyedContainer()
        start = try pair.decode(Int.self)
        end = try pair.decode(Int.self)
        guard pair.isAtEnd else {
            throw DecodingError.dataCorruptedError(in: pair, debugDescription: "a span has two numbers")
        }
    }

    /// Nil unless the span lies within 0..<size and holds something.
    func span(within size: Int) -> Span? {
        start >= 0 && start < end && end <= size ? Span(start, end) : nil
    }
}

/// A span with `"type"`.
struct TypedSpanRow: Decodable {
    var span: SpanRow
    var type: String

    private enum CodingKeys: CodingKey { case type }

    init(from decoder: any Decoder) throws {
        span = try SpanRow(from: decoder)
        type = try decoder.container(keyedBy: CodingKeys.self).decode(String.self, forKey: .type)
    }
}
