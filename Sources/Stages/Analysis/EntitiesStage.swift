internal import LanguageAnalysis
internal import NewsModel
internal import Pipeline

extension AnalysisStage {
    /// Entity tagging: the names of the article, clustered, and where the encoder sees sources, cues and contents.
    package static let entities = AnalysisStage(
        name: .entities,
        requires: [.sentences],
        annotate: { job in
            let sentences = try job.layer(.sentences, LayerCodec.decodeSentences)
            let layer = try job.analyzer.tagger.tag(job.text, sentences: sentences, budget: job.budget)
            return LayerCodec.encode(entities: layer.entities, roles: layer.roles)
        },
        contribute: { layer, record in
            record.entities = try LayerCodec.decodeEntities(layer).entities
        })
}
