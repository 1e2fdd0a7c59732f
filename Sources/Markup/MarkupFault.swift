/// Why bytes could not be read as HTML or XML.
package struct MarkupFault: Error, Sendable, Hashable {
    /// From 1; nil where no line is to blame.
    package var line: Int?
    /// What is wrong, as the end of a sentence: "is nested more than …".
    package var problem: String

    package init(line: Int? = nil, problem: String) {
        self.line = line
        self.problem = problem
    }
}

/// How much a document may ask for. Memory and time grow with none of it.
package struct MarkupLimits: Sendable {
    /// Elements within each other that the tree shows; deeper ones are flattened, as browsers do.
    package var depth: Int
    /// Elements and texts together.
    package var nodes: Int
    /// Attributes of one tag: libxml2 compares each with all others before anybody can stop it.
    package var attributes: Int
    /// Processor time of the parser, counted for the thread: some hostile documents make libxml2 slow.
    package var processorTime: Duration
    /// More of it for every MiB of the document.
    package var processorTimePerMebibyte: Duration

    package init(
        depth: Int = 200, nodes: Int = 2_000_000, attributes: Int = 2_000, processorTime: Duration = .seconds(1),
        processorTimePerMebibyte: Duration = .milliseconds(250)
    ) {
        self.depth = depth
        self.nodes = nodes
        self.attributes = attributes
        self.processorTime = processorTime
        self.processorTimePerMebibyte = processorTimePerMebibyte
    }
}
