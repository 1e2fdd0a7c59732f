/// Why bytes are no article: what is wrong, where, and what the sender can do.
package struct ArticleFault: Error, Sendable, Hashable {
    /// The member of the article's JSON, or `article` for the whole.
    package var field: String
    /// `line 3, column 7` (columns in scalars), `byte 17`, or another word for the place; nil when it is clear.
    package var place: String?
    /// What was found.
    package var problem: String
    /// What the sender can do.
    package var remedy: String

    package init(field: String, place: String? = nil, problem: String, remedy: String) {
        self.field = field
        self.place = place
        self.problem = problem
        self.remedy = remedy
    }
}

extension ArticleFault: CustomStringConvertible {
    /// One sentence.
    package var description: String {
        "\(field)\(place.map { ", \($0)" } ?? ""): \(problem); \(remedy)"
    }
}
