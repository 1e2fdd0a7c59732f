package import NewsModel

/// Sentences by full stops, the words around them, quotation marks and line ends.
package struct RuleSentenceSplitter: SentenceSplitter {
    package init() {}

    package func split(_ text: DocumentText, budget: AnalysisBudget) throws -> [Span] {
        let scan = TokenizedText(text)
        var sentences: [Span] = []
        for block in scan.blocks {
            try budget.check()
            var reader = SentenceReader(scan, block)
            while let sentence = reader.next() { sentences.append(scan.span(sentence)) }
        }
        return sentences
    }
}
