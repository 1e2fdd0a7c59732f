package import Pipeline

/// The stages between ingest and sink, in order. Every article passes all of them; ingest is always first, the sink
/// always last. A new stage is one file that declares an `AnalysisStage` and one line here.
package struct PipelineDefinition: Sendable {
    package let stages: [AnalysisStage]

    /// What `quoted` runs.
    package static let standard = PipelineDefinition(stages: [
        .sentences,
        .entities,
        .attribution,
    ])

    /// - Parameter stages: each may read only what stages before it add; a stage that cannot be fed is left to fail its
    ///   articles with a clear reason.
    package init(stages: [AnalysisStage]) {
        self.stages = stages
    }

    /// The stages that workers do, with the sink at the end.
    package var workNames: [StageName] { stages.map(\.name) + [.sink] }

    /// Every stage's name, for `quoted stage NAME`.
    package var allNames: [StageName] { [.ingest] + workNames }

    package func stage(named name: StageName) -> AnalysisStage? {
        stages.first { $0.name == name }
    }
}
