/// Everything that can be set about the service, typed, with its defaults.
///
/// `ConfigurationKey.all` lists the same values by their names in the file, with unit, range and meaning. Values made
/// by `load` have been checked; their endpoints and state directory are final (`{state}`, `{runtime}` substituted).
package struct ServiceConfiguration: Sendable, Equatable {
    /// The directory of logs, archive and learnt names. Empty until resolved by `load`.
    package var state = ""
    /// Where the service listens.
    package var endpoints = Endpoints()
    /// Who may connect, and with what.
    package var security = Security()
    /// Taking articles in, and the intake log.
    package var intake = Intake()
    /// Reading HTML and XML.
    package var documents = Documents()
    /// Handing articles from stage to stage.
    package var pipeline = Pipeline()
    /// Workers of each stage.
    package var stages = Stages()
    /// How an article is analysed.
    package var analysis = Analysis()
    /// Names learnt from earlier articles.
    package var names = Names()
    /// The log of analysis records.
    package var records = Records()
    /// The archive that people search.
    package var archive = Archive()
    /// The page that people read.
    package var page = Page()
    /// The live stream.
    package var stream = Stream()
    /// The replay socket.
    package var replay = Replay()
    /// Diagnostics on standard error.
    package var logging = Logging()
    /// The process as a whole.
    package var service = Service()

    package init() {}

    /// Where the archive is.
    package var archiveDirectory: String { archive.path.isEmpty ? state + "/archive" : archive.path }
}

extension ServiceConfiguration {
    /// Where the service listens. Each endpoint is `tcp://host:port` or `ipc://path`; `http` is `host:port`.
    package struct Endpoints: Sendable, Equatable {
        /// ROUTER: articles in, a receipt for each. Default `tcp://127.0.0.1:5571`.
        package var ingest = "tcp://127.0.0.1:5571"
        /// PULL: articles in, no receipt. Default `tcp://127.0.0.1:5572`.
        package var push = "tcp://127.0.0.1:5572"
        /// XPUB: records and quotations out. Default `tcp://127.0.0.1:5573`.
        package var stream = "tcp://127.0.0.1:5573"
        /// ROUTER: records of the past. Default `tcp://127.0.0.1:5574`.
        package var replay = "tcp://127.0.0.1:5574"
        /// ROUTER: where stages connect to get work. Default `ipc://{state}/dispatch.sock`.
        package var dispatch = "ipc://{state}/dispatch.sock"
        /// ROUTER: status, trace, dead letters. Default `ipc://{state}/control.sock`.
        package var control = "ipc://{state}/control.sock"
        /// ROUTER: the learnt names whole. Default `ipc://{state}/names.sock`.
        package var names = "ipc://{state}/names.sock"
        /// PUB: their changes. Default `ipc://{state}/changes.sock`.
        package var namesChanges = "ipc://{state}/changes.sock"
        /// Metrics and health over HTTP, `host:port`; empty turns it off. Default `127.0.0.1:5570`.
        package var http = "127.0.0.1:5570"
        /// Names of endpoints that may be reached from beyond this machine without encryption. Default none.
        package var insecure: [String] = []

        package init() {}
    }

    /// Taking articles in, and the intake log.
    package struct Intake: Sendable, Equatable {
        /// Largest article, in bytes as received. Default 8 MiB, 1 KiB to 256 MiB.
        package var maximumArticleBytes = ByteCount.mebibytes(8)
        /// Most frames of one message. Default 16, 1 to 1,024.
        package var maximumFrames = 16
        /// Most articles written by one sync of the log. Default 256, 1 to 65,536.
        package var groupCommit = 256
        /// Bytes after which no further article joins a sync. Default 8 MiB, 64 KiB to 1 GiB.
        package var groupCommitBytes = ByteCount.mebibytes(8)
        /// Clients at once, at each of the endpoints for articles. Default 1,000, 1 to 65,536.
        package var connections = 16_384
        /// Articles accepted and not yet done; beyond it clients are told `busy`. Default 200,000.
        package var waitingArticles = 200_000
        /// The same in bytes. Default 2 GiB.
        package var waitingBytes = ByteCount.gibibytes(2)
        /// When a client told `busy` is to try again. Default 250 ms, 1 ms to 60 s.
        package var busyRetry = Duration.milliseconds(250)
        /// Size at which the log begins a new segment. Default 64 MiB, 64 KiB to 4 GiB.
        package var segmentBytes = ByteCount.mebibytes(64)
        /// How long segments whose articles are all done are kept. Default 24 h.
        package var retention = Duration.hours(24)
        /// How many bytes of such segments are kept. Default 1 GiB.
        package var retentionBytes = ByteCount.gibibytes(1)

        package init() {}
    }

    /// Reading HTML and XML: what a document may ask for, beside its length.
    package struct Documents: Sendable, Equatable {
        /// Elements within each other. Default 200, 20 to 500.
        package var depth = 200
        /// Elements and texts of a document. Default 2,000,000, 1,000 to 20,000,000.
        package var elements = 2_000_000
        /// Attributes of one tag. Default 2,000, 10 to 10,000.
        package var attributes = 2_000
        /// Processor time of the parser. Default 1 s, 10 ms to 10 min.
        package var time = Duration.seconds(1)
        /// More of it for every MiB. Default 250 ms, 0 s to 1 min.
        package var timePerMebibyte = Duration.milliseconds(250)

        package init() {}
    }

    /// Handing articles from stage to stage.
    package struct Pipeline: Sendable, Equatable {
        /// Articles read from the log and not yet done. Default 1,024.
        package var inFlightArticles = 1024
        /// The same in bytes. Default 64 MiB, at least the largest article.
        package var inFlightBytes = ByteCount.mebibytes(64)
        /// Time that one stage may spend on one article. Default 10 s, 10 ms to 1 h.
        package var timeBudget = Duration.seconds(10)
        /// Tries before an article goes to the dead letters. Default 3, 1 to 100.
        package var tries = 3
        /// Interval of a worker's signs of life. Default 500 ms, 10 ms to 60 s.
        package var heartbeat = Duration.milliseconds(500)
        /// Silence after which a worker counts as dead. Default 1 s, at least twice the heartbeat.
        package var deadAfter = Duration.seconds(1)

        package init() {}
    }

    /// Workers of each stage.
    package struct Stages: Sendable, Equatable {
        /// Sentence splitting. Default one worker.
        package var sentences = Stage(workers: 1)
        /// Entity tagging. Default one worker per core.
        package var entities = Stage(workers: 0)
        /// Quote attribution. Default one worker per core.
        package var attribution = Stage(workers: 0)
        /// Writing records out.
        package var sink = Sink()

        package init() {}
    }

    /// Workers of one stage in this process.
    package struct Stage: Sendable, Equatable {
        /// How many workers; 0 means one per core. 0 to 1,024.
        package var workers: Int
        /// Jobs that a worker holds at once. Default 4, 1 to 4,096.
        package var credit: Int

        package init(workers: Int, credit: Int = 4) {
            self.workers = workers
            self.credit = credit
        }
    }

    /// The stage that writes records out; always one.
    package struct Sink: Sendable, Equatable {
        /// Jobs that it holds at once. Default 512, 1 to 65,536.
        package var credit = 512

        package init() {}
    }

    /// How an article is analysed.
    package struct Analysis: Sendable, Equatable {
        /// The analyser. Default `trained`.
        package var analyzer = AnalyzerKind.trained
        /// Path of the trained analyser's model file. Default empty: the one that came with the program.
        package var model = ""
        /// The most to use of the processor. Default `automatic`.
        package var instructions = InstructionLimit.automatic

        package init() {}
    }

    /// Names learnt from earlier articles.
    package struct Names: Sendable, Equatable {
        /// Default `off`.
        package var mode = NamesMode.off
        /// The version to give, 0 for the newest. Default 0.
        package var version = 0
        /// Path of the seed file. Default empty: the one that came with the program.
        package var seed = ""
        /// Path of the operator's file of office holders. Default empty: none.
        package var officeHolders = ""
        /// Evidence that a name needs. Default 2, 1 to 1,000.
        package var minimumEvidence = 2
        /// Share in per cent among those of the same surname or office. Default 80, 51 to 100.
        package var dominance = 80
        /// How long a name that is not seen any more is given. Default 365 d.
        package var recency = Duration.hours(365 * 24)
        /// Age at which an article counts half. Default 90 d.
        package var halfLife = Duration.hours(90 * 24)
        /// Most names. Default 100,000.
        package var maximumNames = 100_000
        /// Bytes of the log that are kept for making earlier versions again. Default 1 GiB.
        package var historyBytes = ByteCount.gibibytes(1)
        /// How often new records are learnt from and workers told. Default 200 ms.
        package var interval = Duration.milliseconds(200)

        package init() {}
    }

    /// What is done with names of earlier articles.
    package enum NamesMode: String, Sendable, CaseIterable {
        case off
        /// Those that are known are given; nothing is learnt.
        case use
        /// Both.
        case learn
    }

    /// How much of the processor the trained analyser may use.
    package enum InstructionLimit: String, Sendable, CaseIterable {
        /// All that it has.
        case automatic
        case avx512
        case avx2
        /// What every processor of the architecture has.
        case plain
    }

    /// An analyser that the configuration can name.
    package enum AnalyzerKind: String, Sendable, CaseIterable {
        /// The trained encoder.
        case trained
        /// Word lists and positions.
        case rules
        /// Analyses nothing: measures the pipeline alone.
        case none
    }

    /// The log of analysis records.
    package struct Records: Sendable, Equatable {
        /// Size at which the log begins a new segment. Default 64 MiB, 64 KiB to 4 GiB.
        package var segmentBytes = ByteCount.mebibytes(64)
        /// How long records are kept for replay. Default 30 d.
        package var retention = Duration.hours(30 * 24)
        /// How many bytes of records are kept. Default 10 GiB.
        package var retentionBytes = ByteCount.gibibytes(10)
        /// Most records written by one sync of the log. Default 256, 1 to 65,536.
        package var groupCommit = 256
        /// Bytes of articles and layers after which no further record joins a sync. Default 8 MiB, 64 KiB to 1 GiB.
        package var groupCommitBytes = ByteCount.mebibytes(8)

        package init() {}
    }

    /// The archive that people search, made from the log of records.
    package struct Archive: Sendable, Equatable {
        /// Whether there is one. Default true.
        package var isEnabled = true
        /// Its directory. Default empty: `archive` in the state directory.
        package var path = ""
        /// How often new records are looked for. Default 200 ms, 10 ms to 60 s.
        package var interval = Duration.milliseconds(200)
        /// Most records of one transaction. Default 256, 1 to 65,536.
        package var batchRecords = 256
        /// How long articles are kept. Default zero: as long as their records.
        package var retention = Duration.zero
        /// Questions answered at once. Default 2, 1 to 64.
        package var readers = 2
        /// Time for one answer. Default 1 s, 10 ms to 60 s.
        package var queryTime = Duration.seconds(1)

        package init() {}
    }

    /// The page that people read, at the http endpoint.
    package struct Page: Sendable, Equatable {
        /// Whether there is one. Default true.
        package var isEnabled = true
        /// Records that it holds. Default 200, 1 to 2,000.
        package var recentRecords = 200
        /// Bytes of records that it holds. Default 64 MiB, 1 MiB to 4 GiB.
        package var recentBytes = ByteCount.mebibytes(64)
        /// Browsers that follow it at once. Default 32, 1 to 1,000.
        package var clients = 32
        /// Records a second that one browser is shown. Default 10, 1 to 1,000.
        package var recordsPerSecond = 10
        /// Largest text for the paste box. Default 1 MiB, 0 B to 64 MiB; zero for no paste box.
        package var pasteBytes = ByteCount.mebibytes(1)
        /// Pasted texts analysed at once. Default 2, 1 to 64.
        package var analyses = 2
        /// Time for one pasted text. Default 10 s, 100 ms to 10 min.
        package var analysisTime = Duration.seconds(10)
        /// Names besides localhost under which the page is reached. Default none.
        package var hosts: [String] = []

        package init() {}
    }

    /// The live stream.
    package struct Stream: Sendable, Equatable {
        /// Messages held for one subscriber before it begins to miss some. Default 10,000, 1 to 10,000,000.
        package var highWaterMark = 10_000
        /// Bytes of messages held for all slow subscribers together. Default 256 MiB, 1 MiB to 64 GiB.
        package var queueBytes = ByteCount.mebibytes(256)
        /// Interval of the `heartbeat` message. Default 1 s, 10 ms to 1 h.
        package var heartbeat = Duration.seconds(1)

        package init() {}
    }

    /// The replay socket.
    package struct Replay: Sendable, Equatable {
        /// Most records in one answer. Default 256, 1 to 65,536.
        package var batchRecords = 256
        /// Bytes at which an answer is full. Default 4 MiB, 1 KiB to 256 MiB.
        package var batchBytes = ByteCount.mebibytes(4)
        /// Bytes of answers held for all clients together. Default 64 MiB, 1 MiB to 64 GiB.
        package var queueBytes = ByteCount.mebibytes(64)

        package init() {}
    }

    /// Diagnostics on standard error.
    package struct Logging: Sendable, Equatable {
        /// The least level that is written. Default `info`.
        package var level = LogLevel.info
        /// How a message is written. Default `text`.
        package var format = LogFormat.text

        package init() {}
    }

    /// swift-log's levels, by their names.
    package enum LogLevel: String, Sendable, CaseIterable {
        case trace, debug, info, notice, warning, error, critical
    }

    /// How a log message is written.
    package enum LogFormat: String, Sendable, CaseIterable {
        /// One line for people and the journal.
        case text
        /// One JSON object a line.
        case json
    }

    /// The process as a whole.
    package struct Service: Sendable, Equatable {
        /// Time to finish what runs after SIGTERM. Default 20 s, 0 s to 1 h.
        package var drainDeadline = Duration.seconds(20)
        /// How long a start waits for another process to leave the state directory. Default 30 s, 0 s to 1 h.
        package var lockWait = Duration.seconds(30)
        /// Stages that `quoted serve` runs in this process, by name. Default none: all of them.
        package var stages: [String] = []

        package init() {}
    }
}

extension Duration {
    /// `count` × 3,600 seconds.
    package static func hours(_ count: Int) -> Duration { .seconds(count * 3600) }
}
