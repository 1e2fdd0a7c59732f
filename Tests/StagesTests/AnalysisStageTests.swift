import EnglishModel
import LanguageAnalysis
import NewsModel
import Pipeline
import Stages
import Testing

struct AnalysisStageTests {
    private func job(
        _ text: String, analyzer: Analyzer = .rules(), layers: [StageName: [UInt8]] = [:]
    ) -> AnalysisJob {
        AnalysisJob(
            article: Article(id: "a", body: text), analyzer: analyzer, budget: AnalysisBudget(deadline: nil),
            layers: layers)
    }

    @Test(arguments: [false, true]) func theStagesTogetherDoWhatTheAnalyzerDoes(_ trained: Bool) throws {
        let model = try #require(ShippedModel.path)
        let analyzer: Analyzer = trained ? .trained(try EncoderClassifier(path: model)) : .rules()
        let text = "“It is open,” said Maria Silva, the mayor. She added that nobody was hurt."
        var layers: [StageName: [UInt8]] = [:]
        var record = AnalysisRecord(article: Article(id: "a", body: text), sha256: "", text: text)
        for stage in PipelineDefinition.standard.stages {
            let layer = try stage.annotate(job(text, analyzer: analyzer, layers: layers))
            layers[stage.name] = layer
            try layer.withUnsafeBytes { try stage.contribute($0, &record) }
        }
        let (sentences, attribution) = try analyzer.analyze(
            DocumentText(text), budget: AnalysisBudget(deadline: nil))
        #expect(record.sentences == sentences)
        #expect(record.entities == attribution.entities)
        #expect(record.quotations == attribution.quotations)
        #expect(!record.quotations.isEmpty)
    }

    @Test func aStageWithoutItsLayersSaysWhichIsMissing() {
        #expect(throws: MissingLayer.self) { try AnalysisStage.entities.annotate(job("Some text.")) }
    }

    @Test func everyStageReadsOnlyWhatStagesBeforeItAdd() {
        var known: Set<StageName> = []
        for stage in PipelineDefinition.standard.stages {
            #expect(Set(stage.requires).isSubset(of: known))
            known.insert(stage.name)
        }
    }
}
