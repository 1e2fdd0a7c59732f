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
        if first == second {
            self = .same
        } else if "-\(first)-".contains("-\(second)-") || "-\(second)-".contains("-\(first)-") {
            self = .same
        } else {
            let isNamed = [firstKind, secondKind].allSatisfy { $0 == .person || $0 == .organization }
            self = isNamed ? .different : .open
        }
    }
}
