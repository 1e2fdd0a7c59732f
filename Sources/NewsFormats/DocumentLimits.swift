internal import Markup

/// How much a marked-up document may ask for, beside its length.
package struct DocumentLimits: Sendable, Hashable {
    /// Elements within each other; deeper ones are flattened.
    package var depth: Int
    /// Elements and texts together; beyond it a document is refused.
    package var elements: Int
    /// Attributes of one tag; beyond it a document is refused.
    package var attributes: Int
    /// Processor time that the parser may take for any document, and more of it for every MiB; beyond it one is refused.
    package var time: Duration
    package var timePerMebibyte: Duration

    package init(
        depth: Int = 200, elements: Int = 2_000_000, attributes: Int = 2_000, time: Duration = .seconds(1),
        timePerMebibyte: Duration = .milliseconds(250)
    ) {
        self.depth = depth
        self.elements = elements
        self.attributes = attributes
        self.time = time
        self.timePerMebibyte = timePerMebibyte
    }

    var markup: MarkupLimits {
        MarkupLimits(
            depth: depth, nodes: elements, attributes: attributes, processorTime: time, processorTimePerMebibyte: timePerMebibyte)
    }
}
