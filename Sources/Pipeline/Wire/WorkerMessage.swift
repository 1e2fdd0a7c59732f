/// A job: one article at one stage. Its number is the article's sequence in the intake log, so that it means the same
/// thing before and after a restart of the dispatcher.
package struct JobID: Sendable, Hashable, Comparable {
    package let rawValue: UInt64
    package init(_ rawValue: UInt64) { self.rawValue = rawValue }
    package static func < (a: JobID, b: JobID) -> Bool { a.rawValue < b.rawValue }
}

/// Why a worker could not do a job.
package enum JobFailure: Sendable, Hashable {
    /// The analysis threw; its message, for the dead letter.
    case failed(String)
    /// The analysis ran longer than the time budget.
    case overTime

    package var reason: String {
        switch self {
        case .failed(let message): message
        case .overTime: "the analysis ran over its time budget"
        }
    }
}

/// What a stage's worker says to the dispatcher, in frame 0. A result carries its payload in frame 1.
package enum WorkerMessage: Sendable, Hashable {
    /// "I do this stage and can hold this many jobs." Also the worker's heartbeat: saying it twice changes nothing.
    case ready(stage: StageName, credit: Int, name: String, offer: WireOffer = .own)
    case result(JobID, stage: StageName)
    case failed(JobID, stage: StageName, JobFailure)
    /// "I leave; give what I still hold to others."
    case goodbye

    /// What it is about; nil for a worker's end.
    package var stage: StageName? {
        switch self {
        case .ready(let stage, _, _, _), .result(_, let stage), .failed(_, let stage, _): stage
        case .goodbye: nil
        }
    }

    /// - Parameter version: that the dispatcher speaks.
    package func encode(version: UInt8 = WireVersion.current) -> [UInt8] {
        var writer = ByteWriter()
        writer.write(byte: version)
        switch self {
        case .ready(let stage, let credit, let name, let offer):
            writer.write(byte: 1)
            writer.write(stage.rawValue)
            writer.write(count: credit)
            writer.write(name)
            guard version > 1 else { break }
            writer.write(byte: offer.oldest)
            writer.write(byte: offer.articleFormat)
            writer.write(byte: offer.layerFormat)
            writer.write(offer.release)
        case .result(let job, let stage):
            writer.write(byte: 2)
            writer.write(job.rawValue)
            writer.write(stage.rawValue)
        case .failed(let job, let stage, let failure):
            writer.write(byte: 3)
            writer.write(job.rawValue)
            writer.write(stage.rawValue)
            switch failure {
            case .failed(let message): writer.write(Optional(message))
            case .overTime: writer.write(String?.none)
            }
        case .goodbye:
            writer.write(byte: 4)
        }
        return writer.bytes
    }

    /// Reads `ready` of any version, and the others of those that are spoken here.
    package static func decode(_ bytes: UnsafeRawBufferPointer) throws(WireError) -> WorkerMessage {
        var reader = ByteReader(bytes)
        let version = try reader.readByte("version")
        guard version > 0 else { throw .unsupportedVersion(found: version, supported: WireVersion.current) }
        let kind = try reader.readByte("kind")
        if kind != 1 { try WireVersion.check(version) }
        let message: WorkerMessage
        switch kind {
        case 1:
            message = try readReady(&reader, version: version)
            // What later versions add.
            if version > WireVersion.current { return message }
        case 2:
            message = .result(JobID(try reader.readInteger("job")), stage: StageName(try reader.readString("stage")))
        case 3:
            let job = JobID(try reader.readInteger("job"))
            let stage = StageName(try reader.readString("stage"))
            let reason = try reader.readOptionalString("reason")
            message = .failed(job, stage: stage, reason.map { .failed($0) } ?? .overTime)
        case 4: message = .goodbye
        default: throw .invalid(field: "kind")
        }
        try reader.expectEnd()
        return message
    }

    private static func readReady(_ reader: inout ByteReader, version: UInt8) throws(WireError) -> WorkerMessage {
        let stage = StageName(try reader.readString("stage"))
        let credit = try reader.readInt("credit")
        let name = try reader.readString("name")
        guard version > 1 else { return .ready(stage: stage, credit: credit, name: name, offer: .first) }
        let offer = WireOffer(
            newest: version, oldest: try reader.readByte("oldest version"),
            articleFormat: try reader.readByte("article format"), layerFormat: try reader.readByte("layer format"),
            release: try reader.readString("release"))
        return .ready(stage: stage, credit: credit, name: name, offer: offer)
    }
}

/// What the dispatcher says to a worker, in frame 0. A job carries the article in frame 1 and in the following frames
/// the layers that earlier stages added, in the pipeline's order.
package enum DispatcherMessage: Sendable, Hashable {
    package enum JobKind: UInt8, Sendable, Hashable, CaseIterable {
        /// Analyse or record this article.
        case article
        /// Tell subscribers that this article went to the dead letters: frame 1 the article, frame 2 the
        /// `DeadLetterNotice`.
        case deadLetterNotice
    }

    /// `budget`: how long the work may take, in milliseconds. `attempt` counts from 1.
    case job(JobID, stage: StageName, kind: JobKind, attempt: Int, budget: Int)
    /// `instance` differs after each start of the dispatcher; `interval` is how often workers should say `ready`, ms.
    case heartbeat(instance: UInt64, interval: Int)
    /// The worker can't be used; the reason says what to change.
    case refused(String)

    /// - Parameter version: that the worker speaks.
    package func encode(version: UInt8 = WireVersion.current) -> [UInt8] {
        var writer = ByteWriter()
        writer.write(byte: version)
        switch self {
        case .job(let job, let stage, let kind, let attempt, let budget):
            writer.write(byte: 1)
            writer.write(job.rawValue)
            writer.write(stage.rawValue)
            writer.write(choice: kind)
            writer.write(count: attempt)
            writer.write(count: budget)
        case .heartbeat(let instance, let interval):
            writer.write(byte: 2)
            writer.write(instance)
            writer.write(count: interval)
        case .refused(let reason):
            writer.write(byte: 3)
            writer.write(reason)
        }
        return writer.bytes
    }

    /// Reads `refused` of any version, and the others of those that are spoken here.
    package static func decode(_ bytes: UnsafeRawBufferPointer) throws(WireError) -> DispatcherMessage {
        try decodeWithVersion(bytes).message
    }

    /// The message and the version that it bears.
    package static func decodeWithVersion(
        _ bytes: UnsafeRawBufferPointer
    ) throws(WireError) -> (message: DispatcherMessage, version: UInt8) {
        var reader = ByteReader(bytes)
        let version = try reader.readByte("version")
        guard version > 0 else { throw .unsupportedVersion(found: version, supported: WireVersion.current) }
        let kind = try reader.readByte("kind")
        if kind != 3 { try WireVersion.check(version) }
        let message: DispatcherMessage
        switch kind {
        case 1:
            message = .job(
                JobID(try reader.readInteger("job")), stage: StageName(try reader.readString("stage")),
                kind: try reader.readChoice("job.kind"), attempt: try reader.readInt("attempt"),
                budget: try reader.readInt("budget"))
        case 2:
            message = .heartbeat(instance: try reader.readInteger("instance"), interval: try reader.readInt("interval"))
        case 3: message = .refused(try reader.readString("reason"))
        default: throw .invalid(field: "kind")
        }
        try reader.expectEnd()
        return (message, version)
    }
}

/// Why an article lies among the dead letters.
package struct DeadLetterNotice: Sendable, Hashable {
    package var stage: StageName
    package var reason: String
    package var tries: Int

    package init(stage: StageName, reason: String, tries: Int) {
        self.stage = stage
        self.reason = reason
        self.tries = tries
    }

    package func encode() -> [UInt8] {
        var writer = ByteWriter()
        writer.write(byte: LayerCodec.version)
        writer.write(stage.rawValue)
        writer.write(reason)
        writer.write(count: tries)
        return writer.bytes
    }

    package static func decode(_ bytes: UnsafeRawBufferPointer) throws(WireError) -> DeadLetterNotice {
        var reader = ByteReader(bytes)
        try reader.expectVersion(LayerCodec.version)
        let notice = DeadLetterNotice(
            stage: StageName(try reader.readString("stage")), reason: try reader.readString("reason"),
            tries: try reader.readInt("tries"))
        try reader.expectEnd()
        return notice
    }
}
