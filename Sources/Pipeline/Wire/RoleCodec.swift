internal import NewsModel

extension ByteWriter {
    mutating func write(roles: RoleLayer) {
        write(roles.spans) { writer, span in
            writer.write(choice: span.role)
            writer.write(span: span.span)
            writer.write(UInt64(span.score.bitPattern))
            guard span.role == .content else { return }
            for link in [span.cue, span.source, span.previous] { writer.write(count: link.map { $0 + 1 } ?? 0) }
            writer.write(UInt64(span.linkScore.bitPattern))
        }
        write(roles.markScores) { $0.write(UInt64($1.bitPattern)) }
    }
}

extension ByteReader {
    /// A probability.
    private mutating func readProbability(_ field: String) throws(WireError) -> Float {
        guard let bits = UInt32(exactly: try readInteger(field)) else { throw .invalid(field: field) }
        let value = Float(bitPattern: bits)
        guard value >= 0, value <= 1 else { throw .invalid(field: field) }
        return value
    }

    /// The index of a linked span, or nil.
    private mutating func readLink(_ field: String) throws(WireError) -> Int? {
        let value = try readInt(field)
        return value == 0 ? nil : value - 1
    }

    mutating func readRoles() throws(WireError) -> RoleLayer {
        let spans = try readArray("roles.spans") { (reader) throws(WireError) in
            var span = RoleLayer.TaggedSpan(
                role: try reader.readChoice("roles.role"), span: try reader.readSpan("roles.span"),
                score: try reader.readProbability("roles.score"))
            guard span.role == .content else { return span }
            span.cue = try reader.readLink("roles.cue")
            span.source = try reader.readLink("roles.source")
            span.previous = try reader.readLink("roles.previous")
            span.linkScore = try reader.readProbability("roles.link-score")
            return span
        }
        for span in spans {
            for link in [span.cue, span.source, span.previous] {
                if let link, !spans.indices.contains(link) { throw .invalid(field: "roles.link") }
            }
        }
        let scores = try readArray("roles.marks") { (reader) throws(WireError) in
            try reader.readProbability("roles.mark-score")
        }
        return RoleLayer(spans: spans, markScores: scores)
    }
}
