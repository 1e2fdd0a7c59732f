/// What a client learns about its message: exactly one for each.
package struct Receipt: Sendable, Hashable {
    package enum Status: String, Sendable {
        case accepted, duplicate, busy, rejected
    }

    package var status: Status
    package var id: String?
    /// Place in the intake log.
    package var sequence: UInt64?
    package var retryAfter: Duration?
    package var reason: String?

    package init(
        status: Status, id: String? = nil, sequence: UInt64? = nil, retryAfter: Duration? = nil, reason: String? = nil
    ) {
        self.status = status
        self.id = id
        self.sequence = sequence
        self.retryAfter = retryAfter
        self.reason = reason
    }

    /// The contract's JSON.
    package func encode() -> [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        json.field("status", status.rawValue)
        if let id { json.field("id", id) }
        if let sequence { json.field("sequence", Int(clamping: sequence)) }
        if let retryAfter { json.field("retryAfterMs", retryAfter.wholeMilliseconds) }
        if let reason { json.field("reason", reason) }
        json.endObject()
        return json.bytes
    }

    /// Nil when the bytes are no receipt.
    package init?(json bytes: [UInt8]) {
        let receipt = bytes.withUnsafeBufferPointer { bytes -> Receipt? in
            guard (try? UTF8Span(validating: bytes.span)) != nil else { return nil }
            return try? Self.read(JSONReader(bytes))
        }
        guard let receipt else { return nil }
        self = receipt
    }

    private static func read(_ reader: JSONReader) throws(JSONFault) -> Receipt? {
        var reader = reader
        var status: Status?
        var receipt = Receipt(status: .rejected)
        try reader.enterObject()
        while let key = try reader.nextKey() {
            switch key {
            case "status": status = Status(rawValue: try reader.readString())
            case "id": receipt.id = try reader.readString()
            case "sequence": receipt.sequence = try reader.readInt().flatMap { UInt64(exactly: $0) }
            case "retryAfterMs": receipt.retryAfter = try reader.readInt().map { .milliseconds($0) }
            case "reason": receipt.reason = try reader.readString()
            default: try reader.skipValue()
            }
        }
        try reader.expectEnd()
        guard let status else { return nil }
        receipt.status = status
        return receipt
    }
}

extension Duration {
    fileprivate var wholeMilliseconds: Int {
        let (seconds, attoseconds) = components
        return Int(clamping: seconds) * 1_000 + Int(attoseconds / 1_000_000_000_000_000)
    }
}
