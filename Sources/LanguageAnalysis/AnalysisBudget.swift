/// Why an analysis gave up.
package enum AnalysisError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The deadline passed.
    case overTime

    package var description: String {
        switch self {
        case .overTime: "the analysis ran over its time budget"
        }
    }
}

/// How long an analysis may take; asked once for each sentence or paragraph.
package struct AnalysisBudget: Sendable {
    /// Nil for no limit.
    package let deadline: ContinuousClock.Instant?

    package static let unlimited = AnalysisBudget(deadline: nil)

    package init(deadline: ContinuousClock.Instant?) {
        self.deadline = deadline
    }

    /// - Throws: `AnalysisError.overTime` once the deadline has passed.
    package func check() throws(AnalysisError) {
        if let deadline, ContinuousClock.now >= deadline { throw .overTime }
    }
}
