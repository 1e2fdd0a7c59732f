package import NewsModel

/// How a speaker was found: what `quoted analyze --explain` shows.
package struct SpeakerEvidence: Sendable, Hashable {
    package enum Rule: String, Sendable, Hashable, CaseIterable {
        /// The source names its speaker.
        case name
        /// A name in apposition within the source.
        case apposition
        /// Names joined by "and".
        case collective
        /// The one whose statement, report or claim it is.
        case possessor
        /// The one by whom a statement or report is.
        case author
        /// "A:" of an interview: the one who is interviewed.
        case interviewee
        case pronoun
        case description
        /// No source of its own: whoever spoke before goes on.
        case goesOn = "goes on"
        /// Nobody was found.
        case none
    }

    /// One whom a pronoun or description may have meant; nil is somebody not mentioned before.
    package struct Choice: Sendable, Hashable {
        package var name: String?
        /// Log-odds up to a constant: higher is likelier.
        package var score: Double
    }

    /// Choices that are kept.
    static let longest = 5

    package var rule: Rule
    /// The mention that decided, in scalars.
    package var mention: Span?
    /// The likeliest first; empty where nothing was ranked.
    package var choices: [Choice] = []

    package init(rule: Rule, mention: Span? = nil, choices: [Choice] = []) {
        self.rule = rule
        self.mention = mention
        self.choices = choices
    }
}
