package import NewsFormats
package import ServiceConfiguration

extension ServiceConfiguration {
    /// What a marked-up article may ask for.
    package var documentLimits: DocumentLimits {
        DocumentLimits(
            depth: documents.depth, elements: documents.elements, attributes: documents.attributes, time: documents.time,
            timePerMebibyte: documents.timePerMebibyte)
    }
}
