/// When a learnt name is trusted. Part of the table, so that a version of it says everything about what it gives.
package struct NameSettings: Sendable, Hashable {
    /// Evidence that a name needs: an article that gives it in full counts one, with an office two.
    package var minimumEvidence: Int
    /// Share in per cent that a name must have among those of the same surname, or the same office.
    package var dominance: Int
    /// Days after which a name that was not seen any more is no longer given.
    package var recency: Int
    /// Days after which an article counts half.
    package var halfLife: Int
    /// Most names; beyond it the weakest are forgotten.
    package var maximumNames: Int

    package init(
        minimumEvidence: Int = 2, dominance: Int = 80, recency: Int = 365, halfLife: Int = 90,
        maximumNames: Int = 100_000
    ) {
        self.minimumEvidence = minimumEvidence
        self.dominance = dominance
        self.recency = recency
        self.halfLife = halfLife
        self.maximumNames = maximumNames
    }
}
