internal import NewsFormats

/// One reader's server-sent events (WHATWG HTML, 9.2): `hello`, then `record` with the sequence number as the event's id,
/// and `count` while not every record is shown.
actor EventStream {
    private let feed: LiveFeed
    private let hello: [UInt8]
    private var pace: PacedReader
    private var position: UInt64 = 0
    private let lastSequence: UInt64
    private var isFirst = true
    private var isOpen = false
    private var hasLeftOut = false

    /// - Parameters:
    ///   - hello: JSON that the page begins with.
    ///   - lastSequence: of the last record that the reader has seen, 0 for none.
    init(_ feed: LiveFeed, hello: [UInt8], lastSequence: UInt64) {
        self.feed = feed
        self.hello = hello
        self.lastSequence = lastSequence
        pace = PacedReader(rate: feed.options.rate, now: .now)
    }

    /// The next piece of the stream; nil at its end.
    func next() async throws -> [UInt8]? {
        guard isOpen else {
            isOpen = true
            return Array("retry: 2000\n".utf8) + Self.event("hello", hello)
        }
        var pace = pace
        let start: LiveFeed.Start = isFirst ? .behindSequence(lastSequence) : .behind(position)
        guard let (batch, summaries) = try await feed.next(start, pace: &pace) else { return nil }
        self.pace = pace
        let wasFirst = isFirst
        isFirst = false
        position = batch.position
        var piece: [UInt8] = []
        for summary in summaries { piece += Self.event("record", summary.json, id: summary.sequence) }
        let leftOut = wasFirst ? 0 : batch.seen - batch.entries.count
        if leftOut > 0 || hasLeftOut { piece += Self.event("count", Self.count(batch, leftOut)) }
        hasLeftOut = leftOut > 0
        if wasFirst { piece += Self.event("ready", Array("{}".utf8)) }
        return piece.isEmpty ? Array(": still here\n\n".utf8) : piece
    }

    private static func count(_ batch: RecordWindow.Batch, _ leftOut: Int) -> [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        json.field("seen", batch.seen)
        json.field("shown", batch.seen - leftOut)
        json.endObject()
        return json.bytes
    }

    /// - Parameter data: one line.
    static func event(_ name: String, _ data: [UInt8], id: UInt64? = nil) -> [UInt8] {
        var bytes = Array("event: \(name)\n".utf8)
        if let id { bytes += Array("id: \(id)\n".utf8) }
        bytes += Array("data: ".utf8)
        bytes += data
        bytes += Array("\n\n".utf8)
        return bytes
    }
}
