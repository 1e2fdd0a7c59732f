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

    init(stages: [StageName]) {
        self.stages = stages
    }

    /// The stages that `service.stages` names; all of them when it names none.
    /// - Throws: `ServiceError` when a name is no stage's.
    package init(configured names: [String], of pipeline: PipelineDefinition) throws {
        guard !names.isEmpty else {
            self = .all(of: pipeline)
            return
        }
        stages = names.map { StageName($0) }
        if let unknown = stages.first(where: { !pipeline.allNames.contains($0) }) {
            let known = pipeline.allNames.map(\.rawValue).joined(separator: ", ")
            throw ServiceError("service.stages: no stage \"\(unknown)\"; the stages are \(known)", exit: .configuration)
        }
    }

    package func contains(_ stage: StageName) -> Bool { stages.contains(stage) }

    /// Whether articles come in here: then the intake log, dispatch and control belong to this process.
    package var takesArticles: Bool { contains(.ingest) }

    /// Whether records are written here: then the record log, stream and replay belong to this process.
    package var writesRecords: Bool { contains(.sink) }
}
