/// What a model says about itself. Checked when the model is opened.
package struct ModelManifest: Decodable, Sendable, Equatable {
    package struct Feature: Decodable, Sendable, Equatable {
        package let name: String
        /// Values run from 0 to size - 1; at most 256.
        package let size: Int
    }

    struct Section: Decodable, Equatable {
        let offset: Int
        let length: Int
    }

    struct Tensor: Decodable, Equatable {
        let name: String
        let dtype: String
        let shape: [Int]
        let offset: Int
        let length: Int
    }

    package let name: String
    package let version: String
    package let layers: Int
    package let hidden: Int
    package let heads: Int
    package let intermediate: Int
    /// Positions that have an embedding: no window is longer.
    package let positions: Int
    /// Pieces in the longest window that the model was trained with.
    package let maxWindow: Int
    package let features: [Feature]
    package let roleTags: [String]
    package let entityTags: [String]
    package let links: [String]
    package let linkWidth: Int
    package let settings: [String: Double]
    let vocabulary: Section
    let tensors: [Tensor]

    /// Limits that keep sizes far from overflow. Tensor shapes are checked against the fields later.
    func check() throws(ManifestFault) {
        try check("layers", layers, 1...64)
        try check("hidden", hidden, 32...8192)
        try check("heads", heads, 1...256)
        try check("intermediate", intermediate, 32...65_536)
        try check("positions", positions, 1...16_384)
        try check("maxWindow", maxWindow, 1...positions)
        try check("linkWidth", linkWidth, 0...65_536)
        guard hidden == heads * 32 else { throw .headSize(hidden: hidden, heads: heads) }
        guard intermediate.isMultiple(of: 32) else {
            throw .notAMultiple(field: "intermediate", found: intermediate, of: 32)
        }
        try check("features.count", features.count, 0...64)
        for feature in features { try check("features.\(feature.name).size", feature.size, 1...256) }
        var names = Set<String>()
        for tensor in tensors where !names.insert(tensor.name).inserted { throw .repeated(name: tensor.name) }
    }

    private func check(_ field: String, _ value: Int, _ allowed: ClosedRange<Int>) throws(ManifestFault) {
        guard allowed.contains(value) else { throw .value(field: field, found: value, allowed: allowed) }
    }
}
