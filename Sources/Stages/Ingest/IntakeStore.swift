internal import Glibc
package import Journal
package import Logging
package import NewsFormats
internal import NewsModel
package import Pipeline
package import ZeroMQ

/// The intake log with its own thread: decodes what clients send, appends it, syncs once per batch, and only then says
/// `accepted`. Also keeps the dead letters.
package actor IntakeStore {
    package struct Limits: Sendable {
        /// Bytes of one article as sent.
        package var articleBytes: Int
        /// Frames of one message, without the routing id.
        package var frames: Int
        /// Accepted articles that are not finished, and their bytes.
        package var waitingArticles: Int
        package var waitingBytes: Int
        /// What a `busy` receipt advises.
        package var busyRetry: Duration
        /// How long finished articles are kept, so that their ids are still known; and how much disk they may take.
        package var retention: Duration
        package var retentionBytes: Int
        /// What a marked-up article may ask for.
        package var documents: DocumentLimits

        package init(
            articleBytes: Int = 8 << 20, frames: Int = 16, waitingArticles: Int = 200_000,
            waitingBytes: Int = 2 << 30, busyRetry: Duration = .milliseconds(250),
            retention: Duration = .seconds(86_400), retentionBytes: Int = 1 << 30,
            documents: DocumentLimits = DocumentLimits()
        ) {
            self.articleBytes = articleBytes
            self.frames = frames
            self.waitingArticles = waitingArticles
            self.waitingBytes = waitingBytes
            self.busyRetry = busyRetry
            self.retention = retention
            self.retentionBytes = retentionBytes
            self.documents = documents
        }
    }

    /// An article that is on disk and waits for its analysis.
    package struct Accepted: Sendable {
        package let sequence: UInt64
        package let article: Frame
    }

    package struct Backlog: Sendable {
        package let articles: Int
        package let bytes: Int
        package let lastSequence: UInt64
    }

    /// How things stand.
    package struct Figures: Sendable {
        package var backlog: Backlog
        /// Why nothing is accepted at present.
        package var trouble: String?
        /// Accepted articles that may be unfinished; beyond it clients are told `busy`.
        package var limits: Limits
        package var deadLetters: Int
        package var deadLetterBytes: Int
        /// Dead letters that made room for newer ones since the start.
        package var displaced: Int
        package var disk: DiskSpace?
    }

    /// What an operator sees of a dead letter.
    package typealias DeadLetter = Journal.DeadLetter

    private let thread: DedicatedThread
    private let log: IntakeLog
    private let deadLetters: DeadLetterLog
    private var limits: Limits {
        didSet { level.set(limits) }
    }
    /// How full the intake is, for those who must not wait for this actor.
    nonisolated package let level: IntakeLevel
    private let clock: StageClock
    private let logger: Logger
    /// High versions of articles that were accepted since the start, by article: dates that stand for versions, which
    /// nobody finds by counting. Forgotten when there are too many; the record log knows what is finished.
    private var highVersions: [[UInt8]: Int] = [:]
    private static let mostHighVersions = 65_536
    /// The reason why nothing is accepted at present, if the disk refuses.
    private var diskTrouble: String?

    nonisolated package var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    /// The logs must not be used by anybody else from now on.
    package init(
        log: sending IntakeLog, deadLetters: sending DeadLetterLog, limits: Limits, clock: StageClock = .system,
        logger: Logger
    ) {
        thread = DedicatedThread(name: "intake")
        self.log = log
        self.deadLetters = deadLetters
        self.limits = limits
        level = IntakeLevel(limits, articles: log.openCount, bytes: log.openBytes)
        self.clock = clock
        self.logger = logger
    }

    /// To be called when what is open may have changed.
    private func measure() { level.set(articles: log.openCount, bytes: log.openBytes) }

    package func setLimits(_ limits: Limits) { self.limits = limits }

    package func close() {
        try? log.flushCompletions()
        thread.stop()
    }

    // MARK: Taking articles in

    /// Handles a batch: one receipt for each submission, in order, and the articles that are new.
    /// - Throws: when a sync failed: what is on disk is unknown, the process must start again from the log.
    package func accept(_ batch: [Submission]) throws -> (receipts: [Receipt], accepted: [Accepted]) {
        defer { measure() }
        var receipts: [Receipt] = []
        var accepted: [Accepted] = []
        receipts.reserveCapacity(batch.count)
        for submission in batch {
            receipts.append(try accept(submission, into: &accepted))
        }
        guard !accepted.isEmpty else { return (receipts, []) }
        guard let reason = try commit() else { return (receipts, accepted) }
        // Nothing of this batch is on disk: nobody gets `accepted`.
        let busy = busyReceipt(id: nil, reason: reason)
        let last = log.lastSequence ?? 0
        return (receipts.map { ($0.sequence ?? 0) > last ? busy : $0 }, [])
    }

    /// - Returns: nil, or why the disk takes nothing at present; what was appended is taken back.
    private func commit() throws -> String? {
        do {
            try log.commit()
        } catch {
            guard error.isPassing else { throw error }
            note(error)
            return error.briefly
        }
        endTrouble()
        return nil
    }

    private func note(_ error: JournalError) {
        if diskTrouble == nil {
            logger.error("nothing is accepted until the disk takes it", metadata: ["error": "\(error)"])
        }
        diskTrouble = "\(error)"
    }

    private func endTrouble() {
        if diskTrouble != nil { logger.notice("articles are accepted again") }
        diskTrouble = nil
    }

    private func accept(_ submission: Submission, into accepted: inout [Accepted]) throws -> Receipt {
        let article: Article
        do {
            article = try submission.decode(limits: limits)
        } catch let fault as ArticleFault {
            if submission.wantsReceipt { return Receipt(status: .rejected, reason: fault.description) }
            return try keepUnreadable(submission, reason: fault.description)
        }
        let key = EntryKey(ArticleIdentity.key(of: article))
        if let known = log.contains(key) {
            return Receipt(status: .duplicate, id: article.id, sequence: known)
        }
        guard log.openCount < limits.waitingArticles, log.openBytes < limits.waitingBytes else {
            return busyReceipt(id: article.id, reason: IntakeLevel.reason(log.openCount))
        }
        let payload = ArticleCodec.encode(article)
        do {
            let sequence = try log.append(key: key, time: clock.calendar(), payload: payload)
            accepted.append(Accepted(sequence: sequence, article: Frame(payload)))
            remember(article)
            return Receipt(status: .accepted, id: article.id, sequence: sequence)
        } catch {
            if error.isPassing {
                note(error)
                return busyReceipt(id: article.id, reason: error.briefly)
            }
            guard error.code == .tooLarge else { throw error }
            return Receipt(status: .rejected, id: article.id, reason: "\(error)")
        }
    }

    private func busyReceipt(id: String?, reason: String) -> Receipt {
        Receipt(status: .busy, id: id, retryAfter: limits.busyRetry, reason: reason)
    }

    /// A pushed message gets no receipt, so a bad one is kept where the operator can see it.
    private func keepUnreadable(_ submission: Submission, reason: String) throws -> Receipt {
        let notice = DeadLetterNotice(stage: .ingest, reason: reason, tries: 1)
        if let refusal = try keep(submission.article?.bytes ?? [], articleID: "", notice) {
            return busyReceipt(id: nil, reason: refusal)
        }
        return Receipt(status: .rejected, reason: reason)
    }

    /// Writes a dead letter, durably.
    /// - Returns: nil, or why the disk takes nothing at present.
    private func keep(_ payload: [UInt8], articleID: String, _ notice: DeadLetterNotice) throws -> String? {
        do {
            try deadLetters.append(
                articleID: articleID, stage: notice.stage.rawValue, reason: notice.reason, tries: notice.tries,
                time: clock.calendar(), payload: payload)
            try deadLetters.commit()
            endTrouble()
            return nil
        } catch {
            guard error.isPassing else { throw error }
            note(error)
            return error.briefly
        }
    }

    // MARK: Giving articles out

    /// Articles that were accepted and are not finished.
    package var backlog: Backlog {
        Backlog(articles: log.openCount, bytes: log.openBytes, lastSequence: log.lastSequence ?? 0)
    }

    /// Why nothing is accepted at present. Asks the disk again: who is told that the service is not ready sends no article that
    /// would show otherwise.
    package func trouble() -> String? {
        guard diskTrouble != nil else { return nil }
        do {
            try log.tryRoom()
            endTrouble()
        } catch {
            diskTrouble = "\(error)"
        }
        return diskTrouble
    }

    /// Waits for the disk, on this store's own thread.
    package var figures: Figures {
        Figures(
            backlog: backlog, trouble: diskTrouble, limits: limits, deadLetters: deadLetters.openCount,
            deadLetterBytes: deadLetters.openBytes, displaced: deadLetters.displaced,
            disk: DiskSpace(of: log.directory))
    }

    /// Open articles from a sequence number on, at most `limit` and about `bytes`.
    /// - Returns: the articles, those that are damaged, and the first sequence that was not looked at.
    /// - Throws: `JournalError` when the system refuses, for instance for want of file descriptors.
    package func load(
        from first: UInt64, through last: UInt64, limit: Int, bytes: Int
    ) throws -> (articles: [Accepted], unreadable: [UInt64], next: UInt64) {
        var articles: [Accepted] = []
        var unreadable: [UInt64] = []
        var size = 0
        var next = first
        for sequence in log.openSequences(from: first, limit: limit) where sequence <= last {
            guard size < bytes else { return (articles, unreadable, next) }
            if let entry = try readable(sequence) {
                size += entry.payload.count
                articles.append(Accepted(sequence: sequence, article: Frame(entry.payload)))
            } else {
                unreadable.append(sequence)
            }
            next = sequence + 1
        }
        if articles.count + unreadable.count < limit { next = max(next, last + 1) }
        return (articles, unreadable, next)
    }

    /// Nil for what is damaged or lies on a bad sector.
    private func readable(_ sequence: UInt64) throws -> LogEntry? {
        do {
            return try log.payload(of: sequence)
        } catch {
            guard error.code == .corrupt || error.code == .io(EIO) else { throw error }
            return nil
        }
    }

    /// Marks articles as finished. A mark that is lost only means that the article runs again.
    package func complete(_ finished: [(sequence: UInt64, outcome: IntakeLog.Outcome)]) throws {
        defer { measure() }
        for (sequence, outcome) in finished { try log.complete(sequence, outcome) }
        try log.flushCompletions()
    }

    /// Writes a dead letter, durably, and finishes its article.
    /// - Returns: false when the disk takes nothing: nothing was done, try again later.
    package func bury(_ sequence: UInt64, article: Frame, notice: DeadLetterNotice) throws -> Bool {
        let payload = article.bytes
        let id = (try? payload.withUnsafeBytes(ArticleCodec.decodeID)) ?? ""
        guard try keep(payload, articleID: id, notice) == nil else { return false }
        try complete([(sequence, .dead)])
        return true
    }

    // MARK: Dead letters, for the operator

    package func listDeadLetters() -> [DeadLetter] { deadLetters.list() }

    package func deadLetter(_ sequence: UInt64) throws -> DeadLetter? { try deadLetters.letter(sequence) }

    /// Accepts the articles of dead letters anew, with one commit: give only a few, since they are held in memory.
    /// - Returns: what is to be analysed. Letters that are not there or hold no article are left out.
    package func retryDeadLetters(_ sequences: some Sequence<UInt64> & Sendable) throws -> [Accepted] {
        var accepted: [Accepted] = []
        var retried: [UInt64] = []
        do {
            for sequence in sequences {
                guard let payload = try deadLetters.payload(of: sequence),
                    let article = try? payload.withUnsafeBytes(ArticleCodec.decode)
                else { continue }
                let key = EntryKey(ArticleIdentity.key(of: article))
                let renewed = try log.append(key: key, time: clock.calendar(), payload: payload)
                accepted.append(Accepted(sequence: renewed, article: Frame(payload)))
                retried.append(sequence)
            }
        } catch {
            try log.rollBack()
            throw error
        }
        try log.commit()
        measure()
        do {
            try deadLetters.resolve(retried, .retried, time: clock.calendar())
        } catch {
            // The articles are accepted and must be taken up all the same.
            logger.warning("retried dead letters stay in the list", metadata: ["error": "\(error)"])
        }
        return accepted
    }

    /// Drops dead letters, with one sync.
    /// - Returns: how many there were.
    package func purgeDeadLetters(_ sequences: [UInt64]) throws -> Int {
        let known = try sequences.filter { try deadLetters.letter($0) != nil }
        try deadLetters.resolve(known, .purged, time: clock.calendar())
        return known.count
    }

    /// The article's text, or what was sent if it was no article.
    package func deadLetterText(_ sequence: UInt64) throws -> String {
        guard let payload = try deadLetters.payload(of: sequence) else { return "" }
        if let article = try? payload.withUnsafeBytes(ArticleCodec.decode) { return article.analysedText }
        return String(decoding: payload.prefix(65_536), as: UTF8.self)
    }

    // MARK: Where articles are

    /// The place of an article in the intake log: of this version, or of the highest known.
    package func sequence(ofArticle id: String, version: Int?) -> UInt64? {
        let place = { [log] (key: [UInt8]) in log.contains(EntryKey(key)) }
        if version == nil, let high = highVersions[ArticleIdentity.group(id: id)],
            let found = ArticleIdentity.latest(of: id, version: high, place: place)
        {
            return found
        }
        return ArticleIdentity.latest(of: id, version: version, place: place)
    }

    private func remember(_ article: Article) {
        guard article.version > 16 else { return }
        if highVersions.count >= Self.mostHighVersions { highVersions.removeAll() }
        let group = ArticleIdentity.group(id: article.id)
        highVersions[group] = max(article.version, highVersions[group] ?? 0)
    }

    /// Whether the article of this entry is not finished.
    package func isOpen(_ sequence: UInt64) -> Bool {
        log.openSequences(from: sequence, limit: 1).first == sequence
    }

    // MARK: Housekeeping

    /// Removes finished segments past their retention.
    package func removeFinished() {
        do {
            let removed = try log.removeFinished(
                now: clock.calendar(), retention: limits.retention.nanoseconds / 1_000_000,
                maximumBytes: limits.retentionBytes)
            if removed > 0 { logger.info("intake segments removed", metadata: ["count": "\(removed)"]) }
            try deadLetters.compact()
        } catch {
            logger.warning("intake segments could not be removed", metadata: ["error": "\(error)"])
        }
    }
}
