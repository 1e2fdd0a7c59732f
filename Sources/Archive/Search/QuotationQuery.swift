package import NewsModel

internal import NewsFormats

/// Which quotations are wanted. The newest come first.
package struct QuotationQuery: Sendable, Hashable {
    package static let defaultLimit = 20
    package static let maximumLimit = 100

    package var text: SearchText?
    /// A name or part of one, as words: "Zelenskyy", "volodymyr zelenskyy".
    package var speaker: String?
    /// Seconds since 1970, both included.
    package var since: Int?
    package var until: Int?
    package var kind: Quotation.Kind?
    package var polarity: Quotation.Polarity?
    /// The article's id.
    package var article: String?
    /// Of quotations with the same words only the newest that fits is told, with what there is of the others.
    package var isGrouped = true
    package var limit = QuotationQuery.defaultLimit
    /// The key of the last quotation of the page before.
    package var after: Int64?

    package init() {}

    /// The full-text index's expression, nil when neither words nor a speaker are asked for.
    var match: String? {
        var parts: [String] = []
        if let text { parts.append("text : (\(text.expression))") }
        if let speaker { parts.append("speaker : \(SearchText.quoted(SpeakerSlug.slug(of: speaker)))") }
        return parts.isEmpty ? nil : parts.joined(separator: " AND ")
    }

    /// The keys that the times and the page leave; nil when nothing can fit.
    var keys: ClosedRange<Int64>? {
        if text?.isEmpty == true { return nil }
        let low = since.map { QuotationKey.first(of: $0) } ?? .min
        var high = until.map { QuotationKey.last(of: $0) } ?? .max
        if let after {
            guard after > .min else { return nil }
            high = min(high, after - 1)
        }
        return low <= high ? low...high : nil
    }
}

/// Which speakers are wanted: those with most quotations first.
package struct SpeakerQuery: Sendable, Hashable {
    package static let defaultLimit = 20
    package static let maximumLimit = 100

    /// Where the last page ended.
    package struct Cursor: Sendable, Hashable {
        package var quotations: Int64
        package var speaker: Int64

        package init(quotations: Int64, speaker: Int64) {
            self.quotations = quotations
            self.speaker = speaker
        }
    }

    /// A name or the beginning of one: "Zel".
    package var name: String?
    package var limit = SpeakerQuery.defaultLimit
    package var after: Cursor?

    package init() {}

    var match: String? { name.map { SearchText.quoted(SpeakerSlug.slug(of: $0)) + "*" } }
}
