package import Pipeline
package import Stages

/// Which stages run in this process.
package struct ServiceRoles: Sendable, Equatable {
    package let stages: [StageName]

    /// Every stage: `quoted serve`.
    package static func all(of pipeline: PipelineDefinition) -> ServiceRoles {
        ServiceRoles(stages: pipeline.allNames)
    }

    /// One stage: `quoted stage NAME`.
    package static func only(_ stage: StageName) -> ServiceRoles { ServiceRoles(stages: [stage]) }

    /// The stages named in the configuration.
    package init(stages: [StageName]) {
        self.stages = stages
    }

    package func contains(_ stage: StageName) -> Bool { stages.contains(stage) }

    /// Whether articles come in here: then the intake log, dispatch and control belong to this process.
    package var takesArticles: Bool { contains(.ingest) }

    /// Whether records are written here: then the record log, stream and replay belong to this process.
    package var writesRecords: Bool { contains(.sink) }
}
