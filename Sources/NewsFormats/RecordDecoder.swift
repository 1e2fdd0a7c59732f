package import NewsModel

/// Why bytes are no analysis record.
package struct RecordFault: Error, Sendable, Hashable, CustomStringConvertible {
    package var description: String
}

/// Reads records as `RecordEncoder` writes them. Members that are not known are read over, so that a newer service's records
/// can be read.
package enum RecordDecoder {
    /// - Throws: `RecordFault`.
    package static func decode(_ bytes: [UInt8]) throws(RecordFault) -> AnalysisRecord {
        let result = bytes.withUnsafeBufferPointer { bytes in Result { () throws(RecordFault) in try decode(bytes) } }
        return try result.get()
    }

    private static func decode(_ bytes: UnsafeBufferPointer<UInt8>) throws(RecordFault) -> AnalysisRecord {
        guard (try? UTF8Span(validating: bytes.span)) != nil else { throw RecordFault(description: "not UTF-8") }
        var reader = RecordReader(json: JSONReader(bytes))
        do {
            return try reader.readRecord()
        } catch let fault as RecordFault {
            throw fault
        } catch let fault as JSONFault {
            throw RecordFault(description: "\(TextPlace.line(bytes, at: fault.offset)): it \(fault.problem)")
        } catch {
            throw RecordFault(description: "\(error)")
        }
    }
}

private struct RecordReader {
    var json: JSONReader

    mutating func readRecord() throws -> AnalysisRecord {
        var record = AnalysisRecord(article: Article(id: "", body: ""), sha256: "", text: "")
        var isOfSchema = false
        try json.enterObject()
        while let key = try json.nextKey() {
            switch key {
            case "schema":
                let schema = try json.readString()
                guard schema == AnalysisRecord.schema else {
                    throw RecordFault(
                        description: "schema: found \"\(schema)\", this release reads \(AnalysisRecord.schema) alone; "
                            + "use the release that wrote the record")
                }
                isOfSchema = true
            case "sequence": record.sequence = UInt64(try readInt("sequence"))
            case "namesVersion": record.namesVersion = UInt64(try readInt("namesVersion"))
            case "article": try readArticle(into: &record)
            case "text": record.text = try json.readString()
            case "sentences": record.sentences = try readSpans()
            case "entities": record.entities = try readArray { try $0.readEntity() }
            case "quotations": record.quotations = try readArray { try $0.readQuotation() }
            case "discarded": record.discarded = try readArray { try $0.readDiscarded() }
            default: try json.skipValue()
            }
        }
        try json.expectEnd()
        guard isOfSchema else { throw RecordFault(description: "schema: missing") }
        record.article.body = body(of: record)
        return record
    }

    /// What stands behind the title in the analysed text.
    private func body(of record: AnalysisRecord) -> String {
        guard let title = record.article.title, record.text.utf8.starts(with: (title + "\n\n").utf8) else {
            return record.text
        }
        return String(decoding: record.text.utf8.dropFirst(title.utf8.count + 2), as: UTF8.self)
    }

    private mutating func readArticle(into record: inout AnalysisRecord) throws {
        try json.enterObject()
        while let key = try json.nextKey() {
            switch key {
            case "id": record.article.id = try json.readString()
            case "version": record.article.version = try readInt("version")
            case "title": record.article.title = try json.readString()
            case "published": record.article.published = try json.readString()
            case "source": record.article.source = try json.readString()
            case "url": record.article.url = try json.readString()
            case "language": record.article.language = try json.readString()
            case "sha256": record.sha256 = try json.readString()
            case "status": record.article.status = try readCase("status")
            default: try json.skipValue()
            }
        }
    }

    private mutating func readEntity() throws -> Entity {
        var entity = Entity(id: "", type: .misc, name: "", mentions: [])
        try json.enterObject()
        while let key = try json.nextKey() {
            switch key {
            case "id": entity.id = try json.readString()
            case "type": entity.type = try readCase("type")
            case "name": entity.name = try json.readString()
            case "role": entity.role = try json.readString()
            case "mentions": entity.mentions = try readArray { try $0.readMention() }
            default: try json.skipValue()
            }
        }
        return entity
    }

    private mutating func readMention() throws -> EntityMention {
        var form = EntityMention.Form.name
        let span = try readSpan { reader, key in
            guard key == "form" else { return false }
            form = try reader.readCase("form")
            return true
        }
        return EntityMention(span: span, form: form)
    }

    private mutating func readQuotation() throws -> Quotation {
        var quotation = Quotation(kind: .direct, content: [], confidence: 0)
        try json.enterObject()
        while let key = try json.nextKey() {
            switch key {
            case "id": quotation.id = try json.readString()
            case "kind": quotation.kind = try readCase("kind")
            case "content": quotation.content = try readSpans()
            case "cue": quotation.cue = try readSpans()
            case "source": quotation.source = try readSpans()
            case "speaker": quotation.speaker = try readSpeaker()
            case "polarity": quotation.polarity = try readCase("polarity")
            case "confidence": quotation.confidence = try readProbability("confidence")
            default: try json.skipValue()
            }
        }
        return quotation
    }

    private mutating func readSpeaker() throws -> Speaker? {
        if try json.kind() == .null {
            try json.readNull()
            return nil
        }
        var speaker = Speaker(name: "", kind: .unnamed)
        try json.enterObject()
        while let key = try json.nextKey() {
            switch key {
            case "entity": speaker.entity = try json.readString()
            case "name": speaker.name = try json.readString()
            case "type": speaker.kind = try readCase("type")
            case "role": speaker.role = try json.readString()
            default: try json.skipValue()
            }
        }
        return speaker
    }

    private mutating func readDiscarded() throws -> DiscardedMarks {
        var reason = DiscardedMarks.Reason.scareQuote
        let span = try readSpan { reader, key in
            guard key == "reason" else { return false }
            reason = try reader.readCase("reason")
            return true
        }
        return DiscardedMarks(span: span, reason: reason)
    }

    // MARK: Parts

    private mutating func readSpans() throws -> [Span] { try readArray { try $0.readSpan { _, _ in false } } }

    /// - Parameter other: reads another member's value and says true, or leaves it.
    private mutating func readSpan(_ other: (inout RecordReader, String) throws -> Bool) throws -> Span {
        var span = Span(0, 0)
        try json.enterObject()
        while let key = try json.nextKey() {
            switch key {
            case "start": span.start = try readInt("start")
            case "end": span.end = try readInt("end")
            default: if try !other(&self, key) { try json.skipValue() }
            }
        }
        return span
    }

    private mutating func readArray<Element>(_ read: (inout RecordReader) throws -> Element) throws -> [Element] {
        var elements: [Element] = []
        try json.enterArray()
        while try json.nextElement() { elements.append(try read(&self)) }
        return elements
    }

    /// A whole number from 0.
    private mutating func readInt(_ name: String) throws -> Int {
        guard let value = try json.readInt(), value >= 0 else {
            throw RecordFault(description: "\(name): not a whole number from 0")
        }
        return value
    }

    private mutating func readProbability(_ name: String) throws -> Double {
        guard let value = Double(try json.readNumber()), value >= 0, value <= 1 else {
            throw RecordFault(description: "\(name): not a number from 0 to 1")
        }
        return value
    }

    private mutating func readCase<Value: RawRepresentable<String>>(_ name: String) throws -> Value {
        let raw = try json.readString()
        guard let value = Value(rawValue: raw) else {
            throw RecordFault(description: "\(name): \"\(raw.prefix(32))\" is not known")
        }
        return value
    }
}
