/// The name of a stage, as in `quoted stage NAME`, in the configuration and on the wire.
package struct StageName: Sendable, Hashable, CustomStringConvertible {
    package let rawValue: String

    package init(_ rawValue: String) { self.rawValue = rawValue }

    package var description: String { rawValue }

    package static let ingest = StageName("ingest")
    package static let sentences = StageName("sentences")
    package static let entities = StageName("entities")
    package static let attribution = StageName("attribution")
    package static let sink = StageName("sink")
}
