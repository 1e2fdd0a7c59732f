extension ConfigurationKey {
    /// Every key, in the order of the shipped file.
    package static let all: [ConfigurationKey] =
        general + endpoints + security + intake + documents + pipeline + stages + records + archive + page + stream + names
        + others

    private static let segmentRange = ByteCount.kibibytes(64)...ByteCount.gibibytes(4)
    private static let anySize = ByteCount(bytes: 0)...ByteCount.gibibytes(1 << 20)
    private static let anyAge = Duration.zero...Duration.hours(24 * 36500)

    private static let general = [
        ConfigurationKey(
            "state", \.state,
            """
            Directory of logs, archive and sockets. Empty: $STATE_DIRECTORY (systemd sets it), else \
            $XDG_STATE_HOME/quoted, else ~/.local/state/quoted.
            """)
    ]

    private static let endpoints = [
        ConfigurationKey(
            "endpoints.ingest", \.endpoints.ingest,
            "Articles in, with a receipt for each (ROUTER: connect with REQ or DEALER)."),
        ConfigurationKey("endpoints.push", \.endpoints.push, "Articles in, without receipt (PULL: connect with PUSH)."),
        ConfigurationKey(
            "endpoints.stream", \.endpoints.stream,
            "Analysis records and quotations out, by topic (XPUB: connect with SUB)."),
        ConfigurationKey(
            "endpoints.replay", \.endpoints.replay,
            "Records of the past on request (ROUTER: connect with REQ or DEALER)."),
        ConfigurationKey(
            "endpoints.dispatch", \.endpoints.dispatch, "Where stages in processes of their own connect to get work."),
        ConfigurationKey(
            "endpoints.control", \.endpoints.control, "Where the status, trace and dead-letters commands ask."),
        ConfigurationKey(
            "endpoints.names", \.endpoints.names, "Where attribution workers get the learnt names whole."),
        ConfigurationKey(
            "endpoints.names-changes", \.endpoints.namesChanges, "Where they hear of each change of the learnt names."),
        ConfigurationKey(
            "endpoints.http", \.endpoints.http,
            "The live page, the archive, metrics and health over HTTP, as host:port, an IPv6 address in brackets; empty turns it off."),
        ConfigurationKey(
            "endpoints.insecure", \.endpoints.insecure,
            """
            Names of the endpoints above that stay without encryption (http: without a token), and so without a question \
            who comes, also where other machines reach them. Any other tcp endpoint beyond this machine's loopback address \
            needs keys.
            """),
    ]

    private static let security = [
        ConfigurationKey(
            "security.secret-key", \.security.secretKey,
            """
            File with the service's secret CURVE key, as "quoted keygen" makes it; only its owner may have access. With it, \
            every tcp endpoint that is not in endpoints.insecure is encrypted, and lets in only the keys of the next file. \
            {credentials} is $CREDENTIALS_DIRECTORY, where systemd's LoadCredential= puts files. SIGHUP reads it again.
            """),
        ConfigurationKey(
            "security.clients", \.security.clients,
            """
            File of the clients that may connect, one a line: a name, its public key, and what it may use: ingest (push \
            too), stream, replay, control, or work as a stage: sentences, entities, attribution, sink. SIGHUP reads it again.
            """),
        ConfigurationKey(
            "security.service-key", \.security.serviceKey,
            "File with the public key of the service to which commands, and stages in processes of their own, connect."),
        ConfigurationKey(
            "security.client-key", \.security.clientKey,
            "File with the secret key with which they connect; only its owner may have access."),
        ConfigurationKey(
            "security.http-token", \.security.httpToken,
            """
            File with a token of at least 16 characters that every HTTP request must show, as "Authorization: Bearer …" or \
            as a password; only its owner may have access. SIGHUP reads it again.
            """),
        ConfigurationKey(
            "security.handshake-time", \.security.handshakeTime, in: .milliseconds(100) ... .seconds(60),
            "Time that a new connection has to say what it is; then it is closed."),
    ]

    private static let intake = [
        ConfigurationKey(
            "intake.maximum-article-bytes", \.intake.maximumArticleBytes, in: .kibibytes(1) ... .mebibytes(256),
            "Largest article, as received; a larger one is refused."),
        ConfigurationKey(
            "intake.maximum-frames", \.intake.maximumFrames, in: 1...1024, "Most frames of one ingest message."),
        ConfigurationKey(
            "intake.group-commit", \.intake.groupCommit, in: 1...65536,
            "Most articles that one sync of the intake log makes durable together."),
        ConfigurationKey(
            "intake.group-commit-bytes", \.intake.groupCommitBytes, in: .kibibytes(64) ... .gibibytes(1),
            """
            Bytes after which no further article joins the sync; as many wait in memory for the next one, then clients \
            are held back.
            """),
        ConfigurationKey(
            "intake.connections", \.intake.connections, in: 1...65536,
            """
            Clients connected at once to ingest, and as many to push; further ones are disconnected. Each may hold two \
            messages in memory, and more while they are smaller than 512 KiB: lower it where memory is short. Each takes two \
            descriptors.
            """),
        ConfigurationKey(
            "intake.waiting-articles", \.intake.waitingArticles, in: 1...100_000_000, reloadable: true,
            "Articles accepted and not yet done; when there are as many, clients are told \"busy\"."),
        ConfigurationKey(
            "intake.waiting-bytes", \.intake.waitingBytes, in: .kibibytes(1) ... .gibibytes(1 << 20),
            "The same in bytes; at least intake.maximum-article-bytes."),
        ConfigurationKey(
            "intake.busy-retry", \.intake.busyRetry, in: .milliseconds(1) ... .seconds(60), reloadable: true,
            "When a client that was told \"busy\" is to try again."),
        ConfigurationKey(
            "intake.segment-bytes", \.intake.segmentBytes, in: segmentRange,
            "Size at which the intake log begins a new file."),
        ConfigurationKey(
            "intake.retention", \.intake.retention, in: anyAge, reloadable: true,
            "How long the intake log keeps a file whose articles are all done."),
        ConfigurationKey(
            "intake.retention-bytes", \.intake.retentionBytes, in: anySize, reloadable: true,
            "How many bytes of such files it keeps; the oldest go first."),
    ]

    private static let documents = [
        ConfigurationKey(
            "documents.depth", \.documents.depth, in: 20...500, reloadable: true,
            "Elements of an HTML or XML document within each other; deeper ones are flattened."),
        ConfigurationKey(
            "documents.elements", \.documents.elements, in: 1_000...20_000_000, reloadable: true,
            "Elements of one document; with more it is refused."),
        ConfigurationKey(
            "documents.attributes", \.documents.attributes, in: 10...10_000, reloadable: true,
            "Attributes of one tag; with more its document is refused."),
        ConfigurationKey(
            "documents.time", \.documents.time, in: .milliseconds(10) ... .seconds(600), reloadable: true,
            "Processor time that reading a document may take; beyond it the document is refused."),
        ConfigurationKey(
            "documents.time-per-mebibyte", \.documents.timePerMebibyte, in: .zero ... .seconds(60), reloadable: true,
            "How much more of it a document has for every MiB."),
    ]

    private static let pipeline = [
        ConfigurationKey(
            "pipeline.in-flight-articles", \.pipeline.inFlightArticles, in: 1...1_000_000, reloadable: true,
            "Articles held in memory on their way through the stages."),
        ConfigurationKey(
            "pipeline.in-flight-bytes", \.pipeline.inFlightBytes, in: .kibibytes(1) ... .gibibytes(64),
            "The same in bytes; at least intake.maximum-article-bytes."),
        ConfigurationKey(
            "pipeline.time-budget", \.pipeline.timeBudget, in: .milliseconds(10) ... .hours(1), reloadable: true,
            "Time that one stage may spend on one article before another worker is given it."),
        ConfigurationKey(
            "pipeline.tries", \.pipeline.tries, in: 1...100, reloadable: true,
            "Tries before an article goes to the dead letters."),
        ConfigurationKey(
            "pipeline.heartbeat", \.pipeline.heartbeat, in: .milliseconds(10) ... .seconds(60),
            "Interval of a worker's signs of life."),
        ConfigurationKey(
            "pipeline.dead-after", \.pipeline.deadAfter, in: .milliseconds(20) ... .seconds(600),
            "Silence after which a worker counts as dead; at least twice pipeline.heartbeat."),
    ]

    private static let stages = [
        ConfigurationKey(
            "stages.sentences.workers", \.stages.sentences.workers, in: 0...1024,
            "Workers that split sentences in this process; 0 means one per core."),
        ConfigurationKey(
            "stages.sentences.credit", \.stages.sentences.credit, in: 1...4096, "Articles that one such worker holds."),
        ConfigurationKey(
            "stages.entities.workers", \.stages.entities.workers, in: 0...1024,
            "Workers that tag entities in this process; 0 means one per core."),
        ConfigurationKey(
            "stages.entities.credit", \.stages.entities.credit, in: 1...4096, "Articles that one such worker holds."),
        ConfigurationKey(
            "stages.attribution.workers", \.stages.attribution.workers, in: 0...1024,
            "Workers that attribute quotations in this process; 0 means one per core."),
        ConfigurationKey(
            "stages.attribution.credit", \.stages.attribution.credit, in: 1...4096,
            "Articles that one such worker holds."),
        ConfigurationKey(
            "stages.sink.credit", \.stages.sink.credit, in: 1...65536, "Articles that the writer of records holds."),
    ]

    private static let records = [
        ConfigurationKey(
            "records.segment-bytes", \.records.segmentBytes, in: segmentRange,
            "Size at which the record log begins a new file."),
        ConfigurationKey(
            "records.retention", \.records.retention, in: anyAge, reloadable: true,
            "How long records are kept for replay."),
        ConfigurationKey(
            "records.retention-bytes", \.records.retentionBytes, in: anySize, reloadable: true,
            "How many bytes of records are kept; the oldest go first."),
        ConfigurationKey(
            "records.group-commit", \.records.groupCommit, in: 1...65536,
            "Most records that one sync of the record log makes durable together."),
        ConfigurationKey(
            "records.group-commit-bytes", \.records.groupCommitBytes, in: .kibibytes(64) ... .gibibytes(1),
            "Bytes of articles and their analysis after which no further record joins the sync."),
    ]

    private static let archive = [
        ConfigurationKey(
            "archive.enabled", \.archive.isEnabled,
            "Whether records go into the archive too, for \"quoted search\" and /api over HTTP."),
        ConfigurationKey("archive.path", \.archive.path, "Directory of the archive; empty means archive in the state directory."),
        ConfigurationKey(
            "archive.interval", \.archive.interval, in: .milliseconds(10) ... .seconds(60),
            "How often the archive looks for new records; so far it may be behind the stream."),
        ConfigurationKey(
            "archive.batch-records", \.archive.batchRecords, in: 1...65536,
            "Most records that the archive writes in one transaction."),
        ConfigurationKey(
            "archive.retention", \.archive.retention, in: anyAge, reloadable: true,
            """
            How long articles stay in the archive; 0 s means as long as their records are kept. What is older than the \
            records is lost when the archive is made anew.
            """),
        ConfigurationKey(
            "archive.readers", \.archive.readers, in: 1...64, "Questions over HTTP that the archive answers at once."),
        ConfigurationKey(
            "archive.query-time", \.archive.queryTime, in: .milliseconds(10) ... .seconds(60),
            "Time for one answer; a question that takes longer gets none."),
    ]

    private static let page = [
        ConfigurationKey(
            "page.enabled", \.page.isEnabled,
            "Whether the http endpoint shows the live page, in the process that writes the records."),
        ConfigurationKey(
            "page.recent-records", \.page.recentRecords, in: 1...2_000, "Latest articles that the page holds."),
        ConfigurationKey(
            "page.recent-bytes", \.page.recentBytes, in: .mebibytes(1) ... .gibibytes(4),
            "The same in bytes of records; the oldest go first."),
        ConfigurationKey(
            "page.clients", \.page.clients, in: 1...1_000,
            "Browsers that follow the page at once; more are asked to wait."),
        ConfigurationKey(
            "page.records-per-second", \.page.recordsPerSecond, in: 1...1_000,
            "Articles a second that one browser is shown; when more come, it is shown some of them, and says so."),
        ConfigurationKey(
            "page.paste-bytes", \.page.pasteBytes, in: ByteCount(bytes: 0) ... .mebibytes(64),
            "Largest text that the paste box takes; 0 B means no paste box."),
        ConfigurationKey(
            "page.analyses", \.page.analyses, in: 1...64, "Pasted texts that are analysed at once; more are told to try again."),
        ConfigurationKey(
            "page.analysis-time", \.page.analysisTime, in: .milliseconds(100) ... .seconds(600),
            "Time that the analysis of a pasted text may take."),
        ConfigurationKey(
            "page.hosts", \.page.hosts,
            """
            Names besides localhost under which browsers reach the page, such as a proxy's. Under other names it is \
            refused, since another site could have made its name point here.
            """),
    ]

    private static let stream = [
        ConfigurationKey(
            "stream.high-water-mark", \.stream.highWaterMark, in: 1...10_000_000,
            "Messages held for one slow subscriber; beyond it the subscriber misses some and has to replay."),
        ConfigurationKey(
            "stream.queue-bytes", \.stream.queueBytes, in: .mebibytes(1) ... .gibibytes(64),
            """
            Bytes held for all slow subscribers together. Before it is reached, the one that has been behind for longest is \
            disconnected; it may come again and replay.
            """),
        ConfigurationKey(
            "stream.heartbeat", \.stream.heartbeat, in: .milliseconds(10) ... .hours(1), reloadable: true,
            "Interval of the heartbeat message, which carries the latest sequence number."),
        ConfigurationKey(
            "replay.batch-records", \.replay.batchRecords, in: 1...65536, reloadable: true,
            "Most records in one answer."),
        ConfigurationKey(
            "replay.batch-bytes", \.replay.batchBytes, in: .kibibytes(1) ... .mebibytes(256), reloadable: true,
            "Size at which an answer is full; it always holds at least one record."),
        ConfigurationKey(
            "replay.queue-bytes", \.replay.queueBytes, in: .mebibytes(1) ... .gibibytes(64),
            "Bytes of answers held for all clients together; one that does not read its answer is disconnected."),
    ]

    private static let names = [
        ConfigurationKey(
            choice: "names.mode", \.names.mode,
            """
            Names of earlier articles: "off" takes every article by itself; "use" gives people the full names that are \
            known, and learns nothing; "learn" does both. A record states the version of the names that it used.
            """),
        ConfigurationKey(
            "names.version", \.names.version, in: 0...1_000_000_000_000,
            "Give the names of this version, whatever is learnt meanwhile; 0 means the newest."),
        ConfigurationKey(
            "names.seed", \.names.seed,
            """
            File of countries, their peoples, capitals and governments, by which offices are compared; empty means the \
            one that came with the program.
            """),
        ConfigurationKey(
            "names.office-holders", \.names.officeHolders,
            """
            Your own file of office holders, none if empty. Lines of name, office, first and last day (2025-01-20 or \
            nothing), separated by tabs.
            """),
        ConfigurationKey(
            "names.minimum-evidence", \.names.minimumEvidence, in: 1...1_000,
            "Evidence that a name needs: an article that gives it in full counts one, with an office two."),
        ConfigurationKey(
            "names.dominance", \.names.dominance, in: 51...100,
            """
            Share in per cent that a name needs among those of the same surname, or the same office; below it the article's \
            own words stay.
            """),
        ConfigurationKey(
            "names.recency", \.names.recency, in: .hours(24) ... .hours(24 * 36500),
            "How long a name is given that no article gives any more. Whole days."),
        ConfigurationKey(
            "names.half-life", \.names.halfLife, in: .hours(24) ... .hours(24 * 36500),
            "Age at which an article counts half. Whole days."),
        ConfigurationKey(
            "names.maximum-names", \.names.maximumNames, in: 100...10_000_000,
            "Most names that are known; beyond it the weakest sixteenth is forgotten."),
        ConfigurationKey(
            "names.history-bytes", \.names.historyBytes, in: .mebibytes(1) ... .gibibytes(1 << 20),
            "Bytes of the log of changes that are kept, so that earlier versions can be made again."),
        ConfigurationKey(
            "names.interval", \.names.interval, in: .milliseconds(10) ... .seconds(60),
            "How often new records are learnt from, and workers told what changed."),
    ]

    private static let others = [
        ConfigurationKey(
            choice: "analysis.analyzer", \.analysis.analyzer,
            """
            The analyser: "trained" is the encoder; "rules" works from word lists and positions, fifty times as fast and \
            less accurate; "none" finds nothing and measures the pipeline alone.
            """
        ),
        ConfigurationKey(
            "analysis.model", \.analysis.model,
            "The trained analyser's model file; empty means the one that came with the program."),
        ConfigurationKey(
            choice: "analysis.instructions", \.analysis.instructions,
            """
            The most that the trained analyser uses of the processor. Processors with other instructions round \
            differently: where hosts of several kinds must give the same records byte for byte, name what all have.
            """
        ),
        ConfigurationKey(
            choice: "logging.level", \.logging.level, reloadable: true,
            "The least level that is written to standard error."),
        ConfigurationKey(
            choice: "logging.format", \.logging.format, reloadable: true,
            "\"text\" for people and the journal, \"json\" for one object a line."),
        ConfigurationKey(
            "service.stages", \.service.stages,
            "Stages that \"quoted serve\" runs in this process, by name; empty means all of them."),
        ConfigurationKey(
            "service.drain-deadline", \.service.drainDeadline, in: .zero ... .hours(1), reloadable: true,
            "Time to finish what runs after SIGTERM; what is not done by then runs again after the next start."),
        ConfigurationKey(
            "service.lock-wait", \.service.lockWait, in: .zero ... .hours(1),
            "How long a start waits for another process, such as the one before it, to leave the state directory."),
    ]
}
