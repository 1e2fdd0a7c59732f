package import LanguageAnalysis

/// A full name as one article gives it.
package struct NameObservation: Sendable, Hashable {
    package var kind: LearntName.Kind
    package var name: String
    /// Offices and descriptions beside it.
    package var roles: [String]
    /// Its short forms in the article, folded.
    package var forms: [String]
    package var gender: PersonName.Gender

    package init(
        kind: LearntName.Kind, name: String, roles: [String] = [], forms: [String] = [],
        gender: PersonName.Gender = .unknown
    ) {
        self.kind = kind
        self.name = name
        self.roles = roles
        self.forms = forms
        self.gender = gender
    }
}

/// One change of the table. The log holds them in order; the number of the last one applied is the table's version.
package enum NameOperation: Sendable, Hashable {
    /// What one article taught. `article` names it, so that its later versions do not count again; `record` is its
    /// record's sequence, 0 outside a service; `day` is nil where nothing is known of its date.
    case learn(article: UInt64, record: UInt64, day: Int?, names: [NameObservation])
    /// From now on this one is called `to`.
    case correct(String, to: String)
    /// Two names of one; the first goes into the second.
    case merge(String, into: String)
    /// The name goes. `forGood`: it is not learnt again either.
    case forget(String, forGood: Bool)
    /// Whether names are given at all.
    case turn(on: Bool)
    case settings(NameSettings)
    /// The seed, whole.
    case places([PlaceName])
    /// The operator's file, whole.
    case holders([OfficeHolder])
    /// A name with all its counts, from an export.
    case restore(LearntName)
}
