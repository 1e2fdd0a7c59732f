internal import Journal
internal import Logging
package import Pipeline
internal import ZeroMQ

extension Dispatcher {
    var hasRoom: Bool {
        state.openJobs + burials.count < options.inFlightArticles
            && state.openBytes + burialBytes < options.inFlightBytes
    }

    /// Whether accepted articles wait in the intake log.
    var isBehind: Bool { cursor <= lastAccepted }

    private func bury(_ sequence: UInt64, _ article: Frame, _ notice: DeadLetterNotice) {
        burials.append((sequence, article, notice))
        burialBytes += article.count
        finished.signal()
    }

    func admit(_ article: IntakeStore.Accepted) {
        cursor = max(cursor, article.sequence + 1)
        backlog -= 1
        if let count = crashes[JobID(article.sequence)], count >= options.policy.tries {
            let notice = DeadLetterNotice(
                stage: .ingest, reason: "its analysis crashed or blocked the service \(count) times", tries: count)
            logger.error("article goes to the dead letters", metadata: ["article": "\(article.sequence)"])
            return bury(article.sequence, article.article, notice)
        }
        figures.stages[0].received += 1
        state.admit(
            JobID(article.sequence), payload: [article.article], bytes: article.article.count, now: clock.now())
    }

    /// Reads articles from the intake log as room comes up: after a start, and when more are accepted than fit in
    /// memory.
    /// - Throws: `JournalError` when the log cannot be read: that is no fault of the articles, and may be gone after a
    ///   restart.
    func takeUp() async throws {
        room.signal()
        while true {
            try await room.wait()
            while isBehind, hasRoom {
                guard let (articles, unreadable, next) = try await load() else {
                    try await loop.sleep(for: .seconds(1))
                    continue
                }
                articles.forEach(admit)
                for sequence in unreadable { giveUp(sequence) }
                cursor = max(cursor, next)
                assignJobs()
            }
        }
    }

    /// What there is room for; nil when the log cannot be read at this moment, for instance for want of file descriptors.
    private func load() async throws -> (articles: [IntakeStore.Accepted], unreadable: [UInt64], next: UInt64)? {
        isLoading = true
        defer { isLoading = false }
        do {
            return try await store.load(
                from: cursor, through: lastAccepted,
                limit: min(256, options.inFlightArticles - state.openJobs - burials.count),
                bytes: options.inFlightBytes - state.openBytes - burialBytes)
        } catch let error as JournalError where error.isPassing {
            logger.error("accepted articles cannot be read at present", metadata: ["error": "\(error)"])
            return nil
        }
    }

    /// The intake log is damaged where this article was.
    private func giveUp(_ sequence: UInt64) {
        backlog -= 1
        let notice = DeadLetterNotice(
            stage: .ingest, reason: "the intake log is damaged at entry \(sequence)", tries: 1)
        logger.error("an accepted article cannot be read", metadata: ["sequence": "\(sequence)"])
        bury(sequence, Frame([UInt8]()), notice)
    }

    // MARK: Outcomes

    /// Notes what became of a job; what concerns the disk is done by `settle`.
    func record(_ outcome: DispatchState<Payload>.Outcome?) {
        switch outcome {
        case .none: break
        case .advanced(let job, let stage, let elapsed):
            traces.add(job, stage: stage, .done, time: clock.calendar(), elapsed: elapsed)
            figures.stages[stage].done += 1
            figures.stages[stage].latency.record(elapsed)
            figures.stages[stage + 1].received += 1
        case .retried(let job, let stage, let reason):
            traces.add(job, stage: stage, .retried, time: clock.calendar(), elapsed: .zero)
            figures.stages[stage].retried += 1
            logger.info(
                "job goes back to its queue",
                metadata: ["article": "\(job.rawValue)", "stage": "\(state.stages[stage])", "reason": "\(reason)"])
        case .finished(let job) where job.kind == .article:
            let now = clock.now()
            traces.add(
                job.id, stage: job.stage, .done, time: clock.calendar(), elapsed: job.queued.duration(to: now))
            figures.stages[job.stage].done += 1
            figures.stages[job.stage].latency.record(job.queued.duration(to: now))
            figures.latency.record(job.admitted.duration(to: now))
            figures.published += 1
            completions.append((job.id.rawValue, .published))
            forgetCrash(of: job.id)
            finished.signal()
            if isBehind { room.signal() }
        case .finished(let notice):
            figures.stages[notice.stage].done += 1
            if isBehind { room.signal() }
        case .deadLetter(let job, _, let reason, _) where job.kind != .article:
            logger.error("subscribers could not be told of a dead letter", metadata: ["reason": "\(reason)"])
        case .deadLetter(let job, let stage, let reason, let tries):
            figures.stages[stage].dead += 1
            traces.add(
                job.id, stage: stage, .dead, time: clock.calendar(), elapsed: job.queued.duration(to: clock.now()))
            let notice = DeadLetterNotice(stage: state.stages[stage], reason: reason, tries: tries)
            logger.error(
                "article goes to the dead letters",
                metadata: ["article": "\(job.id.rawValue)", "stage": "\(notice.stage)", "tries": "\(tries)"])
            bury(job.id.rawValue, job.payload[0], notice)
            if isBehind { room.signal() }
        }
    }

    /// Writes down what is finished. Dead letters are on disk before anybody hears of them.
    func settle() async throws {
        while true {
            try await finished.wait()
            while !completions.isEmpty || !burials.isEmpty {
                let done = completions
                completions.removeAll(keepingCapacity: true)
                if !done.isEmpty { try await store.complete(done) }
                guard let burial = burials.first else { continue }
                guard try await store.bury(burial.sequence, article: burial.article, notice: burial.notice) else {
                    try await loop.sleep(for: .seconds(1))
                    continue
                }
                burials.removeFirst()
                burialBytes -= burial.article.count
                if isBehind { room.signal() }
                figures.dead += 1
                forgetCrash(of: JobID(burial.sequence))
                announce(burial.article, burial.notice)
            }
        }
    }

    private func forgetCrash(of job: JobID) {
        guard crashes.removeValue(forKey: job) != nil, crashes.isEmpty else { return }
        crashNotes?.clear()
    }

    private func announce(_ article: Frame, _ notice: DeadLetterNotice) {
        guard article.count > 0 else { return }
        figures.stages[state.stages.count - 1].received += 1
        state.admit(
            JobID(nextNotice), kind: .deadLetterNotice, at: state.stages.count - 1,
            payload: [article, Frame(notice.encode())], bytes: article.count, now: clock.now())
        nextNotice += 1
        assignJobs()
    }

    // MARK: Draining

    /// How long a stop goes on as if nothing had happened, so that a service with little to do finishes all of it.
    private static var unhurried: Duration { .milliseconds(100) }

    /// Waits until what is in flight is done. When that is more than a moment's work, only what workers have begun is
    /// finished: the rest stays in the intake log for the next start, which the articles that come meanwhile wait for.
    /// - Returns: false when the deadline passed first.
    package func drain() async -> Bool {
        let start = clock.now()
        options.inFlightArticles = 0
        var isHurried = false
        while state.openJobs > 0 || !completions.isEmpty || !burials.isEmpty {
            // Without workers nothing more gets done.
            guard clock.now() < start + options.drainDeadline, state.isStaffed else { return false }
            if !isHurried, start + Self.unhurried < clock.now() {
                isHurried = true
                backlog += state.setAsideUnbegun()
            }
            do { try await loop.sleep(for: .milliseconds(5)) } catch { return false }
        }
        return true
    }

    // MARK: Configuration and figures

    /// Takes new bounds and budgets while running.
    package func setOptions(
        inFlightArticles: Int, inFlightBytes: Int, timeBudget: Duration, tries: Int, lease: Duration
    ) {
        options.inFlightArticles = inFlightArticles
        options.inFlightBytes = inFlightBytes
        options.timeBudget = timeBudget
        options.policy.tries = tries
        options.policy.lease = lease
        state.policy = options.policy
        room.signal()
    }

    /// Where an article in flight is; nil when it is not.
    package func place(
        of job: JobID
    ) -> (stage: StageName, isRunning: Bool, elapsed: Duration, failures: Int)? {
        state.jobs[job].map { job in
            (state.stages[job.stage], job.isHeld, job.admitted.duration(to: clock.now()), job.failures + job.deaths)
        }
    }

    /// Which stages the article has passed, as far as is remembered.
    package func trace(of job: JobID) -> [(stage: StageName, step: ArticleTraces.Step)] {
        traces[job].compactMap { step in
            state.stages.indices.contains(Int(step.stage)) ? (state.stages[Int(step.stage)], step) : nil
        }
    }

    package func setDrainDeadline(_ deadline: Duration) { options.drainDeadline = deadline }

    /// The figures of this moment, taken together: received = published + dead + in flight.
    package func snapshot() -> DispatchFigures {
        var snapshot = figures
        let articles = state.jobs.values.lazy.filter { $0.kind == .article }.count
        snapshot.inFlight = backlog + articles + burials.count
        snapshot.backlog = backlog
        snapshot.inFlightBytes = state.openBytes
        snapshot.workers = state.workerReport
        snapshot.refused = refused.all
        snapshot.isStaffed = state.isStaffed
        snapshot.patience = options.timeBudget * (state.policy.tries + 1)
        snapshot.oldest = state.oldestAdmission.map { $0.duration(to: clock.now()) } ?? .zero
        snapshot.now = clock.now()
        snapshot.lostWorkers = state.lostWorkers
        snapshot.timeBudget = options.timeBudget
        let oldest = state.oldestAdmissions
        for stage in state.stages.indices {
            snapshot.stages[stage].lost = state.lostCounts[stage]
            snapshot.stages[stage].oldest = oldest[stage].map { $0.duration(to: snapshot.now) } ?? .zero
            snapshot.stages[stage].waiting = state.waiting(at: stage)
            snapshot.stages[stage].running = state.running(at: stage)
            snapshot.stages[stage].workers = state.workerCount(at: stage)
            snapshot.stages[stage].waitingBytes = state.waitingBytes(at: stage)
        }
        return snapshot
    }
}
