internal import LanguageAnalysis
internal import NewsModel
internal import Pipeline

extension AnalysisStage {
    /// Sentence splitting: the text's sentences, in scalars.
    package static let sentences = AnalysisStage(
        name: .sentences,
        annotate: { job in
            LayerCodec.encode(sentences: try job.analyzer.splitter.split(job.text, budget: job.budget))
        },
        contribute: { layer, record in
            record.sentences = try LayerCodec.decodeSentences(layer)
        })
}
