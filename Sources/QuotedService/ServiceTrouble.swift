internal import Archive
internal import Journal
internal import Observability
internal import Pipeline
internal import Stages

/// Something that needs an operator: what is wrong and what to do.
struct ServiceTrouble: Sendable, Hashable {
    var what: String
    var remedy: String

    init(_ what: String, do remedy: String) {
        self.what = what
        self.remedy = remedy
    }

    /// Everything that a snapshot shows to be wrong, what stops articles first.
    static func all(in snapshot: ServiceInspection.Snapshot) -> [ServiceTrouble] {
        unanswered(snapshot) + disk(snapshot) + (snapshot.dispatch.map(stages) ?? []) + intake(snapshot)
            + followers(snapshot) + process(snapshot)
    }

    private static func unanswered(_ snapshot: ServiceInspection.Snapshot) -> [ServiceTrouble] {
        snapshot.unanswered.map {
            ServiceTrouble(
                "\($0) does not answer",
                do: "its thread waits for a disk or the machine is overloaded: see iostat -x and dmesg; if it lasts, restart")
        }
    }

    private static func disk(_ snapshot: ServiceInspection.Snapshot) -> [ServiceTrouble] {
        var troubles = [("intake", snapshot.intake?.trouble), ("records", snapshot.sink?.trouble)].compactMap { part, text in
            text.map { ServiceTrouble("\(part): \($0)", do: "make room; nothing is lost meanwhile, and it goes on by itself") }
        }
        if let disk = snapshot.disk, disk.isLow, troubles.isEmpty {
            troubles.append(
                ServiceTrouble(
                    "the disk of \(snapshot.process.state) has \(ByteText.text(disk.freeBytes)) left of "
                        + ByteText.text(disk.sizeBytes),
                    do: "make room, or lower [records] retention-bytes and [intake] retention-bytes (SIGHUP takes them)"))
        }
        return troubles
    }

    // MARK: Stages and workers

    private static func stages(_ figures: DispatchFigures) -> [ServiceTrouble] {
        figures.stages.filter { $0.workers == 0 }.map { stage in
            ServiceTrouble(
                "no worker of stage \(stage.name); \(stage.waiting) articles wait for one",
                do: "start one (quoted stage \(stage.name), or systemctl start quoted-stage@\(stage.name):1), or look at why "
                    + "it ended (its log; a stopped process goes on with kill -CONT)")
        } + refused(figures) + figures.workers.compactMap { stuck($0, figures) } + lost(figures) + age(figures) + clock(figures)
    }

    private static func refused(_ figures: DispatchFigures) -> [ServiceTrouble] {
        figures.refused.map { worker in
            let who = worker.name.isEmpty ? "somebody" : "\(worker.name) (stage \(worker.stage))"
            return ServiceTrouble(
                "\(who) asks for work and is refused: \(worker.reason)",
                do: "once that is mended it is taken by itself; articles wait meanwhile, or go to others")
        }
    }

    private static func stuck(_ worker: WorkerReport, _ figures: DispatchFigures) -> ServiceTrouble? {
        if let trouble = worker.figures?.trouble {
            return ServiceTrouble(
                "\(worker.name): \(trouble)", do: "make room on that process's disk; it goes on by itself")
        }
        guard let held = worker.heldSince?.duration(to: figures.now) else { return nil }
        // As many articles as its credit may be before the one that it has held longest.
        let limit = worker.stage == .sink ? .seconds(10) : figures.timeBudget * min(worker.credit, 8) + .seconds(2)
        guard held > limit else { return nil }
        return ServiceTrouble(
            "\(worker.name) holds an article for \(held.components.seconds) s",
            do: "it is given to another worker when its lease ends; look at that process (ps, its log, its disk)")
    }

    /// Those that were lost lately.
    private static func lost(_ figures: DispatchFigures) -> [ServiceTrouble] {
        let recent = figures.lostWorkers.filter { $0.time.duration(to: figures.now) < .seconds(300) }
        guard let last = recent.last else { return [] }
        let ago = last.time.duration(to: figures.now).components.seconds
        return [
            ServiceTrouble(
                "\(recent.count) workers were lost within 5 min, the last \(ago) s ago: \(last.name) of \(last.stage)",
                do: "their articles went to others; look at their log for a crash, and at memory (dmesg); a stopped process "
                    + "goes on with kill -CONT")
        ]
    }

    private static func age(_ figures: DispatchFigures) -> [ServiceTrouble] {
        guard figures.oldest > .seconds(60) else { return [] }
        let stage = figures.stages.max { $0.oldest < $1.oldest }
        return [
            ServiceTrouble(
                "the oldest article has been in flight for \(figures.oldest.components.seconds) s"
                    + (stage.map { ", at \($0.name)" } ?? ""),
                do: "see which stage waits or is slow; more workers of it help: quoted stage NAME")
        ]
    }

    private static func clock(_ figures: DispatchFigures) -> [ServiceTrouble] {
        guard let time = figures.clock.lastTime, time.duration(to: figures.now) < .seconds(3_600) else { return [] }
        return [
            ServiceTrouble(
                "the clock jumped by \(figures.clock.lastJump.components.seconds) s", do: "see that time is synchronised "
                    + "(timedatectl); what is kept by its age goes by this clock")
        ]
    }

    // MARK: Intake and what follows the records

    private static func intake(_ snapshot: ServiceInspection.Snapshot) -> [ServiceTrouble] {
        guard let intake = snapshot.intake else { return [] }
        var troubles: [ServiceTrouble] = []
        let (open, limits) = (intake.backlog, intake.limits)
        if open.articles >= limits.waitingArticles || open.bytes >= limits.waitingBytes {
            troubles.append(
                ServiceTrouble(
                    "clients are told \"busy\": \(open.articles) articles, \(ByteText.text(open.bytes)), wait",
                    do: "add workers of the slowest stage; or raise [intake] waiting-articles if the burst is expected"))
        }
        if intake.deadLetters > 0 {
            troubles.append(
                ServiceTrouble(
                    "\(intake.deadLetters) dead letters",
                    do: "quoted dead-letters list tells why; then retry --all, or purge"))
        }
        return troubles
    }

    private static func followers(_ snapshot: ServiceInspection.Snapshot) -> [ServiceTrouble] {
        var troubles: [ServiceTrouble] = []
        if let archive = snapshot.archive {
            if let trouble = archive.trouble {
                troubles.append(
                    ServiceTrouble(
                        "archive: \(trouble)", do: "mend the disk; it catches up by itself; quoted archive check looks closer"))
            } else if archive.lag > 10_000 {
                troubles.append(
                    ServiceTrouble("the archive is \(archive.lag) records behind", do: "it catches up when there is time"))
            }
        }
        if let names = snapshot.names {
            if let trouble = names.trouble {
                troubles.append(ServiceTrouble("names: \(trouble)", do: "mend the disk; learning goes on by itself"))
            } else if names.lag > 10_000 {
                troubles.append(
                    ServiceTrouble("names are learnt \(names.lag) records behind", do: "it catches up when there is time"))
            }
        }
        return troubles
    }

    // MARK: The process

    private static func process(_ snapshot: ServiceInspection.Snapshot) -> [ServiceTrouble] {
        var troubles = snapshot.process.logs.filter { $0.faults + $0.lost > 0 }.map { log in
            ServiceTrouble(
                "log \(log.name): \(log.faults) damaged places when it was opened, \(log.lost) entries gone",
                do: "the bytes are kept in \(snapshot.process.state)/\(log.name)/damaged; check the disk (smartctl, dmesg)")
        }
        if snapshot.reloads.isRefused {
            troubles.append(
                ServiceTrouble(
                    "the last reload was refused; the old configuration is in force",
                    do: "quoted check lists the faults; then reload again"))
        }
        if let files = ProcessMetrics.openFiles(), let limit = ProcessLimits.openFiles, files > limit / 10 * 8 {
            troubles.append(
                ServiceTrouble("\(files) of \(limit) file descriptors are open", do: "raise LimitNOFILE= (ulimit -n)"))
        }
        if let bytes = ProcessMetrics.residentBytes(), let limit = ProcessLimits.memoryBytes, bytes > limit / 10 * 8 {
            troubles.append(
                ServiceTrouble(
                    "the process has \(ByteText.text(bytes)) of \(ByteText.text(limit)) of memory",
                    do: "raise MemoryMax=, or lower [pipeline] in-flight-bytes, [page] recent-bytes, workers"))
        }
        return troubles + restarts(snapshot)
    }

    private static func restarts(_ snapshot: ServiceInspection.Snapshot) -> [ServiceTrouble] {
        let starts = snapshot.process.starts(since: snapshot.time - 900_000)
        let previous = snapshot.process.earlierRuns.last
        guard starts > 3 || previous?.ending == .syncFailed else { return [] }
        let reason = previous.map { " the run before: \($0.outcome)" }
        return [
            ServiceTrouble(
                "\(starts) starts within 15 min;" + (reason ?? ""),
                do: "journalctl -u quoted has the reasons; after a failed sync check the disk first (dmesg, smartctl)")
        ]
    }
}

/// Sizes for people.
enum ByteText {
    static func text(_ bytes: Int) -> String {
        for (unit, size) in [("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10)] where bytes >= size {
            let tenths = bytes / (size / 10)
            return tenths < 100 ? "\(tenths / 10).\(tenths % 10) \(unit)" : "\(tenths / 10) \(unit)"
        }
        return "\(bytes) B"
    }
}
