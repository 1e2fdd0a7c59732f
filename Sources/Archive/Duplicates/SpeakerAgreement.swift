package import NewsModel

/// Whether two attributions may be to the same speaker.
package enum SpeakerAgreement: Sendable, Hashable {
    /// One name is part of the other: "Lima", "Ana Lima".
    case same
    /// One of them is unknown, or a description that anybody may fit.
    case open
    case different

    /// - Parameters: the slugs of both, nil for unknown, and what kinds of speakers they are.
    package init(_ first: String?, _ firstKind: Speaker.Kind?, _ second: String?, _ secondKind: Speaker.Kind?) {
        guard let first, let second else {
            self = .open
            return
        }
        if Self.contains(first, second) || Self.contains(second, first) {
            self = .same
        } else {
            let isNamed = [firstKind, secondKind].allSatisfy { $0 == .person || $0 == .organization }
            self = isNamed ? .different : .open
        }
    }

    /// Whether the words of one slug stand in the other in a row. On bytes: this is asked for every candidate.
    private static func contains(_ slug: String, _ part: String) -> Bool {
        let (slug, part) = (slug.utf8, part.utf8)
        guard part.count < slug.count else { return slug.elementsEqual(part) }
        var start = slug.startIndex
        while true {
            let rest = slug[start...]
            if rest.starts(with: part) {
                let end = rest.dropFirst(part.count)
                if end.isEmpty || end.first == UInt8(ascii: "-") { return true }
            }
            guard let dash = rest.firstIndex(of: UInt8(ascii: "-")) else { return false }
            start = slug.index(after: dash)
        }
    }
}
