package import LanguageAnalysis
package import NewsModel
package import Pipeline

/// One step of the analysis: what it is called, what it reads, the work, and how the result enters the record.
package struct AnalysisStage: Sendable {
    package let name: StageName
    /// The earlier stages whose layers the work reads.
    package let requires: [StageName]
    /// The work: from the article and earlier layers to this stage's layer, as bytes for the wire. Runs on a thread of
    /// its own.
    package let annotate: @Sendable (AnalysisJob) throws -> [UInt8]
    /// Puts the layer into the record; called by the sink in the pipeline's order.
    package let contribute: @Sendable (_ layer: UnsafeRawBufferPointer, _ record: inout AnalysisRecord) throws -> Void

    package init(
        name: StageName, requires: [StageName] = [],
        annotate: @escaping @Sendable (AnalysisJob) throws -> [UInt8],
        contribute: @escaping @Sendable (UnsafeRawBufferPointer, inout AnalysisRecord) throws -> Void
    ) {
        self.name = name
        self.requires = requires
        self.annotate = annotate
        self.contribute = contribute
    }
}

/// What a stage works on.
package struct AnalysisJob: Sendable {
    package let article: Article
    package let text: DocumentText
    package let analyzer: Analyzer
    package let budget: AnalysisBudget
    /// The layers of earlier stages.
    package let layers: [StageName: [UInt8]]

    package init(
        article: Article, analyzer: Analyzer, budget: AnalysisBudget, layers: [StageName: [UInt8]]
    ) {
        self.article = article
        self.text = DocumentText(article.analysedText)
        self.analyzer = analyzer
        self.budget = budget
        self.layers = layers
    }

    /// Reads the layer of an earlier stage.
    /// - Throws: `MissingLayer` when the pipeline has no such stage before this one.
    package func layer<Value>(_ name: StageName, _ decode: (UnsafeRawBufferPointer) throws -> Value) throws -> Value {
        guard let bytes = layers[name] else { throw MissingLayer(name: name) }
        return try bytes.withUnsafeBytes(decode)
    }
}

/// A stage asks for a layer that no stage before it adds.
package struct MissingLayer: Error, CustomStringConvertible {
    package let name: StageName
    package var description: String {
        "no stage \"\(name)\" ran before this one; mend the order in the pipeline's definition"
    }
}
