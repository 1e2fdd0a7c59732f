internal import NewsModel

extension ReferenceReader {
    /// Predictions by article id: `{"id", "attributions": […]}` a line, or a record of the service.
    /// - Parameter articles: what the predictions are about.
    /// - Throws: `ReferenceFault` at the first line that cannot be read, repeats an id, or is about no such article.
    package static func predictions(jsonLines bytes: [UInt8], about articles: [ReferenceArticle])
        throws(ReferenceFault) -> [String: PredictedArticle]
    {
        let sizes = Dictionary(
            articles.map { ($0.id, $0.text.unicodeScalars.count) }, uniquingKeysWith: { first, _ in first })
        var predictions: [String: PredictedArticle] = [:]
        for (number, line) in lines(bytes) {
            let row = try decode(PredictionRow.self, line, number)
            guard let id = row.article?.id ?? row.id, let quotations = row.quotations ?? row.attributions else {
                throw ReferenceFault(line: number, reason: "neither a record nor an id with attributions")
            }
            guard let size = sizes[id] else {
                throw ReferenceFault(line: number, reason: "id \"\(id)\" is not among the annotated articles")
            }
            guard predictions[id] == nil else {
                throw ReferenceFault(line: number, reason: "id \"\(id)\" occurs twice")
            }
            predictions[id] = PredictedArticle(
                quotations: try self.quotations(quotations, size, number),
                entities: try names(row.entities ?? [], size, number),
                sentences: try spans(row.sentences ?? [], within: size, "sentences", number))
        }
        return predictions
    }

    private static func quotations(_ rows: [PredictionRow.Attribution], _ size: Int, _ line: Int)
        throws(ReferenceFault) -> [PredictedQuotation]
    {
        var quotations: [PredictedQuotation] = []
        for (index, row) in rows.enumerated() {
            let place = "quotation \(index)"
            let kind = row.kind.flatMap(Quotation.Kind.init)
            guard kind != nil || row.kind == nil else {
                throw ReferenceFault(line: line, reason: "\(place): kind must be direct, indirect or mixed")
            }
            quotations.append(
                PredictedQuotation(
                    content: try content(row.content, size, place, line),
                    source: try spans(row.source ?? [], within: size, place, line), kind: kind,
                    speaker: row.speaker?.name, confidence: row.confidence))
        }
        return quotations
    }

    private static func names(_ rows: [PredictionRow.Entity], _ size: Int, _ line: Int)
        throws(ReferenceFault) -> [TypedSpan]
    {
        var names: [TypedSpan] = []
        for (index, row) in rows.enumerated() {
            guard let meaning = ScoredEntityType.meaning(of: row.type) else {
                throw ReferenceFault(line: line, reason: "entity \(index): unknown type \"\(row.type)\"")
            }
            guard case .scored(let type) = meaning else { continue }
            let mentions = row.mentions.filter { ($0.form ?? EntityMention.Form.name.rawValue) == "name" }.map(\.span)
            names += try spans(mentions, within: size, "entity \(index)", line).map { TypedSpan($0, type) }
        }
        return names
    }
}
