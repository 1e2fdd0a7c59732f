package import NewsModel

/// What the analysis stages add to an article, as it travels: version byte, then length-prefixed fields.
package enum LayerCodec {
    package static let version: UInt8 = 3

    package static func encode(sentences: [Span]) -> [UInt8] {
        var writer = ByteWriter(reservingCapacity: 2 + sentences.count * 3)
        writer.write(byte: version)
        writer.write(spans: sentences)
        return writer.bytes
    }

    package static func decodeSentences(_ bytes: UnsafeRawBufferPointer) throws(WireError) -> [Span] {
        var reader = ByteReader(bytes)
        try reader.expectVersion(version)
        let spans = try reader.readSpans("sentences")
        try reader.expectEnd()
        return spans
    }

    /// - Parameter roles: what the tagger saw of speech; nil when it sees names alone.
    package static func encode(entities: [Entity], roles: RoleLayer? = nil) -> [UInt8] {
        var writer = ByteWriter(reservingCapacity: 16 + entities.count * 48 + (roles?.spans.count ?? 0) * 16)
        writer.write(byte: version)
        writer.write(entities: entities)
        if let roles {
            writer.write(byte: 1)
            writer.write(roles: roles)
        } else {
            writer.write(byte: 0)
        }
        return writer.bytes
    }

    /// What the entity stage's layer holds.
    package struct TaggedText: Sendable, Hashable {
        package var entities: [Entity]
        package var roles: RoleLayer?
    }

    package static func decodeEntities(_ bytes: UnsafeRawBufferPointer) throws(WireError) -> TaggedText {
        var reader = ByteReader(bytes)
        try reader.expectVersion(version)
        let entities = try reader.readEntities()
        var roles: RoleLayer?
        switch try reader.readByte("roles") {
        case 0: break
        case 1: roles = try reader.readRoles()
        default: throw .invalid(field: "roles")
        }
        try reader.expectEnd()
        return TaggedText(entities: entities, roles: roles)
    }

    /// - Parameter namesVersion: version of the learnt names that were used, nil when they were off.
    package static func encode(
        entities: [Entity], quotations: [Quotation], discarded: [DiscardedMarks], namesVersion: UInt64? = nil
    ) -> [UInt8] {
        var writer = ByteWriter(reservingCapacity: 64 + entities.count * 48 + quotations.count * 64)
        writer.write(byte: version)
        writer.write(entities: entities)
        writer.write(quotations) { $0.write(quotation: $1) }
        writer.write(discarded) { writer, marks in
            writer.write(span: marks.span)
            writer.write(choice: marks.reason)
        }
        writer.write(byte: namesVersion == nil ? 0 : 1)
        if let namesVersion { writer.write(namesVersion) }
        return writer.bytes
    }

    /// What the attribution stage's layer holds.
    package struct Attribution: Sendable, Hashable {
        package var entities: [Entity]
        package var quotations: [Quotation]
        package var discarded: [DiscardedMarks]
        package var namesVersion: UInt64?

        package init(
            entities: [Entity], quotations: [Quotation], discarded: [DiscardedMarks], namesVersion: UInt64?
        ) {
            self.entities = entities
            self.quotations = quotations
            self.discarded = discarded
            self.namesVersion = namesVersion
        }
    }

    package static func decodeAttribution(
        _ bytes: UnsafeRawBufferPointer
    ) throws(WireError) -> Attribution {
        var reader = ByteReader(bytes)
        try reader.expectVersion(version)
        let entities = try reader.readEntities()
        let quotations = try reader.readArray("quotations") { (reader) throws(WireError) in try reader.readQuotation() }
        let discarded = try reader.readArray("discarded") { (reader) throws(WireError) in
            DiscardedMarks(
                span: try reader.readSpan("discarded.span"), reason: try reader.readChoice("discarded.reason"))
        }
        var namesVersion: UInt64?
        switch try reader.readByte("namesVersion") {
        case 0: break
        case 1: namesVersion = try reader.readInteger("namesVersion")
        default: throw .invalid(field: "namesVersion")
        }
        try reader.expectEnd()
        return Attribution(
            entities: entities, quotations: quotations, discarded: discarded, namesVersion: namesVersion)
    }
}

extension ByteWriter {
    mutating func write(span: Span) {
        write(count: span.start)
        write(count: span.count)
    }

    mutating func write(spans: [Span]) { write(spans) { $0.write(span: $1) } }

    /// An enumeration's case, by its position among all cases: cases are only ever added at the end.
    package mutating func write<Choice: CaseIterable & Equatable>(choice: Choice) {
        var position: UInt8 = 0
        for other in Choice.allCases {
            if other == choice { break }
            position += 1
        }
        write(byte: position)
    }

    mutating func write(entities: [Entity]) {
        write(entities) { writer, entity in
            writer.write(entity.id)
            writer.write(choice: entity.type)
            writer.write(entity.name)
            writer.write(entity.role)
            writer.write(entity.mentions) { writer, mention in
                writer.write(span: mention.span)
                writer.write(choice: mention.form)
            }
        }
    }

    mutating func write(quotation: Quotation) {
        write(choice: quotation.kind)
        write(spans: quotation.content)
        write(spans: quotation.cue)
        write(spans: quotation.source)
        if let speaker = quotation.speaker {
            write(byte: 1)
            write(speaker.entity)
            write(speaker.name)
            write(choice: speaker.kind)
            write(speaker.role)
        } else {
            write(byte: 0)
        }
        write(choice: quotation.polarity)
        write(quotation.confidence.bitPattern)
    }
}

extension ByteReader {
    mutating func readSpan(_ field: String) throws(WireError) -> Span {
        let start = try readInt(field)
        let count = try readInt(field)
        let (end, overflow) = start.addingReportingOverflow(count)
        guard !overflow else { throw .invalid(field: field) }
        return Span(start, end)
    }

    mutating func readSpans(_ field: String) throws(WireError) -> [Span] {
        try readArray(field) { (reader) throws(WireError) in try reader.readSpan(field) }
    }

    package mutating func readChoice<Choice: CaseIterable>(_ field: String) throws(WireError) -> Choice {
        let position = Int(try readByte(field))
        guard let choice = Choice.allCases.dropFirst(position).first else { throw .invalid(field: field) }
        return choice
    }

    mutating func readEntities() throws(WireError) -> [Entity] {
        try readArray("entities") { (reader) throws(WireError) in
            Entity(
                id: try reader.readString("entity.id"), type: try reader.readChoice("entity.type"),
                name: try reader.readString("entity.name"), role: try reader.readOptionalString("entity.role"),
                mentions: try reader.readArray("entity.mentions") { (reader) throws(WireError) in
                    EntityMention(
                        span: try reader.readSpan("mention.span"), form: try reader.readChoice("mention.form"))
                })
        }
    }

    mutating func readQuotation() throws(WireError) -> Quotation {
        let kind: Quotation.Kind = try readChoice("quotation.kind")
        let content = try readSpans("quotation.content")
        let cue = try readSpans("quotation.cue")
        let source = try readSpans("quotation.source")
        var speaker: Speaker?
        switch try readByte("quotation.speaker") {
        case 0: break
        case 1:
            speaker = Speaker(
                entity: try readOptionalString("speaker.entity"), name: try readString("speaker.name"),
                kind: try readChoice("speaker.kind"), role: try readOptionalString("speaker.role"))
        default: throw .invalid(field: "quotation.speaker")
        }
        let polarity: Quotation.Polarity = try readChoice("quotation.polarity")
        let confidence = Double(bitPattern: try readInteger("quotation.confidence"))
        guard confidence >= 0, confidence <= 1 else { throw .invalid(field: "quotation.confidence") }
        return Quotation(
            kind: kind, content: content, cue: cue, source: source, speaker: speaker, polarity: polarity,
            confidence: confidence)
    }
}
