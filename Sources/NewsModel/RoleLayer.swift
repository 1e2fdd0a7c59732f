/// What the trained tagger sees of speech in a text, before anybody is named.
package struct RoleLayer: Sendable, Hashable {
    package enum Role: UInt8, Sendable, Hashable, CaseIterable {
        case source, cue, content
    }

    /// One tagged stretch of the text.
    package struct TaggedSpan: Sendable, Hashable {
        package var role: Role
        /// In scalars, on word boundaries.
        package var span: Span
        /// Probability of its tags, 0 … 1: the geometric mean over its pieces.
        package var score: Float
        /// For content: the index in `spans` of its cue, its source, and the content that it goes on from.
        package var cue: Int?
        package var source: Int?
        package var previous: Int?
        /// For content: probability of these links together, 0 … 1.
        package var linkScore: Float

        package init(
            role: Role, span: Span, score: Float, cue: Int? = nil, source: Int? = nil, previous: Int? = nil,
            linkScore: Float = 1
        ) {
            self.role = role
            self.span = span
            self.score = score
            self.cue = cue
            self.source = source
            self.previous = previous
            self.linkScore = linkScore
        }
    }

    /// In the order of the text.
    package var spans: [TaggedSpan]
    /// For each pair of quotation marks, in the order of the text, the mean probability that its words are speech.
    package var markScores: [Float]

    package init(spans: [TaggedSpan] = [], markScores: [Float] = []) {
        self.spans = spans
        self.markScores = markScores
    }
}
