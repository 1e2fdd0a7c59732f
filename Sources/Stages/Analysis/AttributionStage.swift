internal import LanguageAnalysis
internal import NewsModel
internal import Pipeline

extension AnalysisStage {
    /// Quotation attribution: who said what. Its entities, with descriptions and pronouns resolved, replace the
    /// tagger's.
    package static let attribution = AnalysisStage(
        name: .attribution,
        requires: [.sentences, .entities],
        annotate: { job in
            let sentences = try job.layer(.sentences, LayerCodec.decodeSentences)
            let tagged = try job.layer(.entities, LayerCodec.decodeEntities)
            let entities = EntityLayer(entities: tagged.entities, roles: tagged.roles)
            var layer = try job.analyzer.attributor.attribute(
                job.text, sentences: sentences, entities: entities, budget: job.budget)
            if let completer = job.analyzer.completer {
                layer = completer.complete(layer, of: job.text, published: job.article.published)
            }
            return LayerCodec.encode(
                entities: layer.entities, quotations: layer.quotations, discarded: layer.discarded,
                namesVersion: layer.namesVersion)
        },
        contribute: { layer, record in
            let attribution = try LayerCodec.decodeAttribution(layer)
            record.entities = attribution.entities
            record.quotations = attribution.quotations
            record.discarded = attribution.discarded
            record.namesVersion = attribution.namesVersion
        })
}
