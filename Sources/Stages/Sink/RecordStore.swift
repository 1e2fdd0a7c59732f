package import Journal
package import Logging
package import Pipeline
package import ZeroMQ

internal import NewsFormats
internal import NewsModel

/// The record log with its own thread: composes records, appends them, syncs once per batch; what it returns is on
/// disk.
package actor RecordStore {
    /// What a job came to, once it is safe.
    package struct Stored: Sendable {
        package let job: JobID
        /// Nil when the job could not be turned into a record, `failure` says why.
        package let sequence: UInt64?
        package let failure: String?
        /// To publish, in order; nothing when the record was there before.
        package var publications: [Publication]
    }

    /// One message of the stream.
    package struct Publication: Sendable {
        package let topic: String
        package let body: Frame
    }

    /// One result to write down.
    package struct Result: Sendable {
        package let job: JobID
        package let kind: DispatcherMessage.JobKind
        /// The article and its layers.
        package let frames: [Frame]

        package init(job: JobID, kind: DispatcherMessage.JobKind, frames: [Frame]) {
            self.job = job
            self.kind = kind
            self.frames = frames
        }
    }

    /// Shows the bytes of messages that were made and not yet passed on to every subscriber.
    nonisolated package let published = ByteGauge()
    private let thread: DedicatedThread
    private let log: RecordLog
    private let pipeline: PipelineDefinition
    private var retention: Duration
    private var retentionBytes: Int
    private let clock: StageClock
    private let logger: Logger

    nonisolated package var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    /// The log must not be used by anybody else from now on.
    package init(
        log: sending RecordLog, pipeline: PipelineDefinition, retention: Duration, retentionBytes: Int,
        clock: StageClock = .system, logger: Logger
    ) {
        thread = DedicatedThread(name: "records")
        self.log = log
        self.pipeline = pipeline
        self.retention = retention
        self.retentionBytes = retentionBytes
        self.clock = clock
        self.logger = logger
    }

    package func close() { thread.stop() }

    /// Takes a new retention while running.
    package func setRetention(_ retention: Duration, bytes: Int) {
        self.retention = retention
        retentionBytes = bytes
    }

    /// Room for records. Waits for the disk, on this store's own thread.
    package var disk: DiskSpace? { DiskSpace(of: log.directory) }

    /// First and last sequence that can be read.
    package var range: (first: UInt64, last: UInt64) { (log.firstSequence, log.lastSequence ?? 0) }

    /// The record of an article: of this version, or of the highest known.
    package func sequence(ofArticle id: String, version: Int?) -> UInt64? {
        if let version {
            return ArticleIdentity.latest(of: id, version: version) { log.contains(EntryKey($0)) }
        }
        return log.latest(forArticle: EntryKey(ArticleIdentity.group(id: id)))
    }

    /// Appends the batch and syncs. A record that was there before keeps its sequence and is not published again.
    /// - Parameter quotations: whether anybody subscribes to single quotations; else their messages are not made.
    /// - Throws: `JournalError`: one that `isPassing` when nothing of the batch was kept and it may be tried again.
    package func store(_ batch: [Result], quotations: Bool) throws -> [Stored] {
        var stored: [Stored] = []
        stored.reserveCapacity(batch.count)
        var hasAppended = false
        for result in batch {
            do {
                switch result.kind {
                case .article: stored.append(try append(result, quotations: quotations, hasAppended: &hasAppended))
                case .deadLetterNotice: stored.append(try notice(result))
                }
            } catch let error as JournalError where error.code != .tooLarge {
                try log.rollBack()
                throw error
            } catch {
                stored.append(Stored(job: result.job, sequence: nil, failure: "\(error)", publications: []))
            }
        }
        if hasAppended { try log.commit() }
        return stored
    }

    private func append(_ result: Result, quotations: Bool, hasAppended: inout Bool) throws -> Stored {
        guard let first = result.frames.first else { throw WireError.truncated(field: "job") }
        let article = try first.withUnsafeBytes(ArticleCodec.decode)
        let key = EntryKey(ArticleIdentity.key(of: article))
        if let known = log.contains(key) {
            return Stored(job: result.job, sequence: known, failure: nil, publications: [])
        }
        var record = try compose(article, layers: result.frames.dropFirst())
        let sequence = log.nextSequence
        record.sequence = sequence
        let json = RecordEncoder.encode(record)
        try log.append(
            key: key, article: EntryKey(ArticleIdentity.group(id: article.id)),
            kind: article.status == .usable ? .record : .tombstone, time: clock.calendar(), payload: json)
        hasAppended = true
        var publications = [Publication(topic: "analysis/\(article.id)", body: Frame(adopting: json, countedBy: published))]
        if quotations {
            for (quotation, message) in zip(record.quotations, QuotationMessageEncoder.encodeAll(of: record)) {
                publications.append(
                    Publication(
                        topic: "quotation/\(SpeakerSlug.slug(of: quotation.speaker?.name))/\(article.id)",
                        body: Frame(adopting: message, countedBy: published)))
            }
        }
        return Stored(job: result.job, sequence: sequence, failure: nil, publications: publications)
    }

    /// The article's record; of a retracted one the tombstone, whatever the layers say.
    private func compose(_ article: Article, layers: ArraySlice<Frame>) throws -> AnalysisRecord {
        var record = RecordComposer.begin(article)
        guard article.status == .usable else { return record }
        guard layers.count == pipeline.stages.count else { throw WireError.truncated(field: "layers") }
        for (stage, layer) in zip(pipeline.stages, layers) {
            try layer.withUnsafeBytes { try stage.contribute($0, &record) }
        }
        RecordComposer.finish(&record)
        return record
    }

    private func notice(_ result: Result) throws -> Stored {
        guard result.frames.count == 2 else { throw WireError.truncated(field: "notice") }
        let id = try result.frames[0].withUnsafeBytes(ArticleCodec.decodeID)
        let notice = try result.frames[1].withUnsafeBytes(DeadLetterNotice.decode)
        var json = JSONWriter()
        json.beginObject()
        json.field("id", id)
        json.field("stage", notice.stage.rawValue)
        json.field("reason", notice.reason)
        json.field("tries", notice.tries)
        json.endObject()
        return Stored(
            job: result.job, sequence: 0, failure: nil,
            publications: [Publication(topic: "deadletter/\(id)", body: Frame(json.bytes))])
    }

    /// Removes segments past their retention.
    package func removeOld() {
        do {
            let removed = try log.removeOld(
                now: clock.calendar(), retention: retention.nanoseconds / 1_000_000, maximumBytes: retentionBytes)
            if removed > 0 { logger.info("record segments removed", metadata: ["count": "\(removed)"]) }
        } catch {
            logger.warning("record segments could not be removed", metadata: ["error": "\(error)"])
        }
    }
}
