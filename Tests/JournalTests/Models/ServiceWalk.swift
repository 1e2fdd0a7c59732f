import Glibc
import Journal
import Pipeline
import TestSupport

/// One life of the whole path on one simulated disk: clients, intake log, dispatcher, workers behind a bad network, record log
/// and dead letters. Every article that got a receipt ends in exactly one record or among the dead letters, or is still open,
/// whatever breaks.
struct ServiceWalk {
    enum Event: String, CaseIterable {
        case receipts, duplicates, busy, records, deadLetters = "dead letters", restarts, powerCuts = "power cuts"
        case removed = "segments removed", jumps = "clock jumps", deaths, stale = "stale answers", repeated = "repeated messages"
    }

    static let stages: [StageName] = [.sentences, .attribution, .sink]
    static let intake = "/state/intake"
    static let records = "/state/records"
    static let letters = "/state/dead-letters"

    var random: SeededGenerator
    let disk: SimulatedDisk
    private let options: SegmentLogOptions
    var intakeLog: IntakeLog
    var recordLog: RecordLog
    var deadLetters: DeadLetterLog
    /// The article's number, then the stages that worked on it.
    var state: DispatchState<[Int]>
    var network = Network()
    /// What the sink holds and has not written yet.
    var sinking: [Network.Job] = []
    /// Dead letters that wait for room.
    var burials: [(sequence: UInt64, article: Int)] = []
    /// Monotonic, as the dispatcher sees it; and the calendar in milliseconds, which jumps.
    var now = Moment(nanoseconds: 0)
    var calendar: Int64 = 1_000_000
    private var nextArticle = 1
    private(set) var receipted: Set<Int> = []
    var counts: [Event: Int] = [:]
    var lastStep = ""
    private var stepsUntilRoom = 0

    init(_ random: SeededGenerator) throws {
        self.random = random
        disk = SimulatedDisk(seed: self.random.next())
        options = SegmentLogOptions(segmentBytes: 1_200, bufferBytes: 600, files: disk)
        intakeLog = try IntakeLog(directory: Self.intake, options: options)
        recordLog = try RecordLog(directory: Self.records, options: options)
        deadLetters = try DeadLetterLog(directory: Self.letters, options: .init(log: options))
        state = Self.dispatcher()
    }

    private static func dispatcher() -> DispatchState<[Int]> {
        DispatchState(
            stages: stages, policy: DispatchPolicy(tries: 3, deaths: 4, deadAfter: .seconds(1), lease: .seconds(3)))
    }

    mutating func count(_ event: Event, _ number: Int = 1) { counts[event, default: 0] += number }

    /// Articles that no worker survives, and those that every worker refuses.
    static func kills(_ article: Int) -> Bool { article % 37 == 0 }
    static func isRefused(_ article: Int) -> Bool { article % 41 == 0 }

    // MARK: Steps

    mutating func step() throws {
        if stepsUntilRoom > 0 {
            stepsUntilRoom -= 1
            if stepsUntilRoom == 0 { disk.room = .max }
        }
        now = now + .milliseconds(random.below(4))
        calendar += Int64(random.below(40))
        switch random.below(1_000) {
        case 0..<50: try submit()
        case 50..<330: assign()
        case 330..<540: for _ in 0...random.below(8) { deliverToWorker() }
        case 540..<750: for _ in 0...random.below(24) { try deliverToDispatcher() }
        case 750..<820: try sink()
        case 820..<880: try tick()
        case 880..<905: recruit()
        case 905..<915: workerDies()
        case 915..<925: try attempt { try $0.intakeLog.flushCompletions() }
        case 925..<938: try removeFinished()
        case 938..<945: jumpClock()
        case 945..<952: fillDisk()
        case 952..<956: disk.changesUntilPowerCut = random.below(25)
        case 956: disk.failsNextSync = true
        case 957: disk.nextWriteError = EIO
        case 958..<960: try restart()
        case 960..<990: recruit()
        default: try buryWaiting()
        }
    }

    /// Sound disk, sound network, willing workers: nothing may be left over.
    mutating func end() throws {
        disk.room = .max
        disk.restart()
        try open()
        lastStep = "end"
        for round in 0..<100_000 {
            if state.openJobs == 0, burials.isEmpty { break }
            try require(round < 99_999, "the pipeline stands still with \(state.openJobs) jobs")
            if round % 4 == 0 { for _ in 0..<3 { recruit() } }
            now = now + .milliseconds(50)
            assign()
            while !network.jobs.isEmpty { deliverToWorker() }
            while !network.messages.isEmpty { try deliverToDispatcher() }
            try sink()
            try tick()
            try buryWaiting()
        }
        try attempt { try $0.intakeLog.flushCompletions() }
        disk.restart()
        try open()
        let recorded = try recordedArticles()
        let buried = Set(deadLetters.list().compactMap { Int($0.articleID) })
        for article in receipted {
            try require(recorded.contains(article) || buried.contains(article), "article \(article) came to nothing")
        }
    }

    private mutating func submit() throws {
        lastStep = "submit"
        var articles: [Int] = []
        for _ in 0..<(1 + random.below(4)) {
            if nextArticle > 1, random.chance(20) {
                articles.append(1 + random.below(nextArticle - 1))
            } else {
                articles.append(nextArticle)
                nextArticle += 1
            }
        }
        var promised: [(article: Int, sequence: UInt64)] = []
        var appended: [(article: Int, sequence: UInt64)] = []
        let calendar = calendar
        let padding = random.below(60)
        let isDone = try attempt { walk in
            for article in articles {
                if let known = walk.intakeLog.contains(key(article)) {
                    promised.append((article, known))
                    walk.count(.duplicates)
                    continue
                }
                let sequence = try walk.intakeLog.append(
                    key: key(article), time: calendar, payload: Self.payload(article, padding: padding))
                promised.append((article, sequence))
                appended.append((article, sequence))
            }
            try walk.intakeLog.commit()
        }
        // Without a commit only what was on disk before is promised: a process that has died promises nothing.
        guard isDone || !isFresh else { return }
        let last = intakeLog.lastSequence ?? 0
        for (article, sequence) in promised where isDone || sequence <= last && !appended.contains(where: { $0.sequence == sequence }) {
            receipted.insert(article)
        }
        guard isDone else { return count(.busy) }
        count(.receipts, appended.count)
        for (article, sequence) in appended { admit(sequence, article) }
    }

    private mutating func admit(_ sequence: UInt64, _ article: Int) {
        state.admit(JobID(sequence), payload: [article], bytes: 8, now: now)
    }

    static func payload(_ article: Int, padding: Int) -> [UInt8] {
        withUnsafeBytes(of: UInt64(article).littleEndian) { Array($0) } + [UInt8](repeating: 0x5E, count: padding)
    }

    static func article(_ payload: [UInt8]) -> Int { payload.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) } }

    private mutating func tick() throws {
        lastStep = "tick"
        for outcome in state.tick(now: now) { try record(outcome) }
    }

    private mutating func removeFinished() throws {
        lastStep = "remove finished"
        let calendar = calendar
        let maximum = random.chance(30) ? 4_000 : .max
        try attempt { walk in
            walk.count(.removed, try walk.intakeLog.removeFinished(now: calendar, retention: 5_000, maximumBytes: maximum))
        }
        try deadLetterCompact()
    }

    private mutating func deadLetterCompact() throws { try attempt { try $0.deadLetters.compact() } }

    private mutating func jumpClock() {
        lastStep = "clock"
        count(.jumps)
        calendar += Int64(random.below(2_000_000)) - 1_000_000
        let jump = Duration.milliseconds(random.chance(20) ? random.below(20_000) - 6_000 : random.below(1_000) - 500)
        now = now + jump
        // The dispatcher notices that it stood still, but not every leap.
        if jump > .seconds(1), random.chance(50) { state.forgiveSilence(now: now) }
    }

    private mutating func fillDisk() {
        disk.room = random.chance(30) ? 0 : random.below(600)
        stepsUntilRoom = 1 + random.below(30)
    }

    // MARK: What comes of jobs

    mutating func record(_ outcome: DispatchState<[Int]>.Outcome) throws {
        switch outcome {
        case .finished(let job):
            try attempt { _ = try $0.intakeLog.complete(job.id.rawValue, .published) }
        case .deadLetter(let job, _, _, _):
            burials.append((job.id.rawValue, job.payload[0]))
            try buryWaiting()
        case .advanced, .retried: break
        }
    }

    mutating func buryWaiting() throws {
        lastStep = "bury"
        guard let burial = burials.first else { return }
        let calendar = calendar
        let isDone = try attempt { walk in
            try walk.deadLetters.append(
                articleID: "\(burial.article)", stage: "sentences", reason: "refused", tries: 3, time: calendar,
                payload: Self.payload(burial.article, padding: 0))
            try walk.deadLetters.commit()
            try walk.intakeLog.complete(burial.sequence, .dead)
        }
        guard isDone, !burials.isEmpty else { return }
        burials.removeFirst()
        count(.deadLetters)
    }

    /// The sink writes its batch down; a record that was there before stays the only one.
    mutating func sink() throws {
        lastStep = "sink"
        guard !sinking.isEmpty else { return }
        let batch = sinking
        let calendar = calendar
        for job in batch {
            try require(job.work.count == Self.stages.count, "article \(job.work[0]) came with the work \(job.work)")
            for (index, work) in job.work.dropFirst().enumerated() {
                try require(work == job.work[0] * 10 + index, "article \(job.work[0]) has another's work: \(job.work)")
            }
        }
        var written = 0
        let isDone = try attempt { walk in
            for job in batch where walk.recordLog.contains(key(job.work[0])) == nil {
                try walk.recordLog.append(key: key(job.work[0]), time: calendar, payload: Self.payload(job.work[0], padding: 30))
                written += 1
            }
            try walk.recordLog.commit()
        }
        guard isDone else {
            // The process may have died; else it tries again, with nothing of the batch kept.
            if !isFresh { try attempt { try $0.recordLog.rollBack() } }
            return
        }
        count(.records, written)
        sinking = []
        for job in batch { network.messages.append(.result(job.worker, job.id, stage: job.stage, work: 0)) }
    }

    // MARK: Failures

    /// Whether the last `attempt` ended with a new process.
    private(set) var isFresh = false

    /// Does something that may fail as the disk fails.
    /// - Returns: whether it was done.
    @discardableResult
    mutating func attempt(_ body: (inout Self) throws -> Void) throws -> Bool {
        isFresh = false
        do {
            try body(&self)
            return true
        } catch let error as JournalError {
            if disk.isOff {
                count(.powerCuts)
                disk.restart()
            } else if error.code == .noSpace {
                try require(disk.room != .max, "\(error), and there is room")
                return false
            } else {
                try require(error.code == .syncFailed || error.code == .io(EIO), "\(error)")
                if random.chance(50) { disk.restart() }
            }
            try open()
            isFresh = true
            return false
        }
    }

    /// The process ends, however it ends, and another begins.
    private mutating func restart() throws {
        lastStep = "restart"
        if random.chance(50) { disk.restart() }
        try open()
    }

    private mutating func open() throws {
        count(.restarts)
        disk.failsNextSync = false
        disk.nextWriteError = nil
        while true {
            do {
                if disk.room == .max, random.chance(20) { disk.changesUntilPowerCut = random.below(20) }
                intakeLog = try IntakeLog(directory: Self.intake, options: options)
                recordLog = try RecordLog(directory: Self.records, options: options)
                deadLetters = try DeadLetterLog(directory: Self.letters, options: .init(log: options))
                break
            } catch let error as JournalError {
                if disk.isOff {
                    disk.restart()
                } else {
                    try require(error.code == .noSpace && disk.room != .max, "\(error)")
                    disk.room = .max
                }
            }
        }
        state = Self.dispatcher()
        sinking = []
        burials = []
        // Some workers live in processes of their own: what they say still arrives.
        network.breakUp(&random)
        for sequence in intakeLog.openSequences(from: 0, limit: .max) {
            guard let entry = try intakeLog.payload(of: sequence) else { throw ModelFault("open article \(sequence) is not there") }
            let article = Self.article(entry.payload)
            try require(entry.key == key(article), "open article \(sequence) is another")
            admit(sequence, article)
        }
        try verify()
    }

    // MARK: What must hold

    private func recordedArticles() throws -> Set<Int> {
        let articles = try recordLog.read(from: 0, limit: .max, bytes: .max).map { Self.article($0.payload) }
        let unique = Set(articles)
        try require(unique.count == articles.count, "an article has two records: \(articles)")
        return unique
    }

    /// Right after a start: each article with a receipt is recorded, buried or open.
    private func verify() throws {
        let recorded = try recordedArticles()
        let buried = Set(deadLetters.list().compactMap { Int($0.articleID) })
        let open = Set(state.jobs.values.map { $0.payload[0] })
        for article in receipted where !recorded.contains(article) && !buried.contains(article) {
            try require(open.contains(article), "article \(article) had its receipt and is lost; intake: \(intakeLog.recovery)")
        }
    }
}
