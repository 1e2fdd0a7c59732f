internal import LanguageAnalysis
internal import NewsModel
internal import Pipeline

extension AnalysisStage {
    /// Entity tagging: the names of the article, clustered.
    package static let entities = AnalysisStage(
        name: .entities,
        requires: [.sentences],
        annotate: { job in
            let sentences = try job.layer(.sentences, LayerCodec.decodeSentences)
            let layer = try job.analyzer.tagger.tag(job.text, sentences: sentences, budget: job.budget)
            return LayerCodec.encode(entities: layer.entities)
        },
        contribute: { layer, record in
            record.entities = try LayerCodec.decodeEntities(layer)
        })
}
