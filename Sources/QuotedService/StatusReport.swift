internal import Archive
internal import Foundation
internal import Journal
internal import NewsFormats
internal import Observability
internal import Pipeline
internal import Stages

/// The state of the service as one JSON object: for the control socket and `/status`.
enum StatusReport {
    static func text(_ snapshot: ServiceInspection.Snapshot) -> String {
        String(decoding: json(snapshot), as: UTF8.self)
    }

    static func json(_ snapshot: ServiceInspection.Snapshot) -> [UInt8] {
        var json = JSONWriter(reservingCapacity: 2_048)
        json.beginObject()
        write(snapshot.process, snapshot, to: &json)
        if let dispatch = snapshot.dispatch { write(dispatch, to: &json) }
        if let ingest = snapshot.ingest {
            json.key("ingest")
            json.beginObject()
            json.field("accepted", ingest.accepted)
            json.field("duplicate", ingest.duplicate)
            json.field("busy", ingest.busy)
            json.field("rejected", ingest.rejected)
            json.endObject()
        }
        if let intake = snapshot.intake {
            json.key("intake")
            json.beginObject()
            json.field("open", intake.backlog.articles)
            json.field("openBytes", intake.backlog.bytes)
            json.field("limit", intake.limits.waitingArticles)
            json.field("limitBytes", intake.limits.waitingBytes)
            json.field("deadLetters", intake.deadLetters)
            if let trouble = intake.trouble { json.field("trouble", trouble) }
            json.endObject()
        }
        if let sink = snapshot.sink {
            json.key("sink")
            json.beginObject()
            json.field("recorded", sink.recorded)
            json.field("repeated", sink.repeated)
            json.field("lastSequence", Int(clamping: sink.lastSequence))
            json.field("subscriptions", sink.subscriptions)
            if let trouble = sink.trouble { json.field("trouble", trouble) }
            json.endObject()
        }
        if let names = snapshot.names {
            json.key("names")
            json.beginObject()
            json.field("version", Int(clamping: names.version))
            json.field("count", names.count)
            json.field("on", names.isOn)
            json.field("lag", Int(clamping: names.lag))
            if let trouble = names.trouble { json.field("trouble", trouble) }
            json.endObject()
        }
        if let archive = snapshot.archive {
            json.key("archive")
            json.beginObject()
            json.field("sequence", Int(clamping: archive.sequence))
            json.field("lag", Int(clamping: archive.lag))
            if let trouble = archive.trouble { json.field("trouble", trouble) }
            json.endObject()
        }
        json.key("troubles")
        json.beginArray()
        for trouble in ServiceTrouble.all(in: snapshot) {
            json.beginObject()
            json.field("what", trouble.what)
            json.field("remedy", trouble.remedy)
            json.endObject()
        }
        json.endArray()
        json.endObject()
        return json.bytes
    }

    private static func write(_ process: ProcessFacts, _ snapshot: ServiceInspection.Snapshot, to json: inout JSONWriter) {
        json.key("process")
        json.beginObject()
        json.field("name", process.name)
        json.field("id", Int(ProcessInfo.processInfo.processIdentifier))
        json.field("state", process.state)
        json.field("analyzer", process.analyzer)
        json.field("started", Int(process.start))
        json.field("time", Int(snapshot.time))
        json.field("recentStarts", process.starts(since: snapshot.time - 900_000))
        if let bytes = ProcessMetrics.residentBytes() { json.field("residentBytes", bytes) }
        if let bytes = ProcessLimits.memoryBytes { json.field("memoryLimitBytes", bytes) }
        if let files = ProcessMetrics.openFiles() { json.field("openFiles", files) }
        if let files = ProcessLimits.openFiles { json.field("openFilesLimit", files) }
        if let disk = snapshot.disk {
            json.field("diskFreeBytes", disk.freeBytes)
            json.field("diskSizeBytes", disk.sizeBytes)
        }
        json.key("unanswered")
        json.beginArray()
        for part in snapshot.unanswered { json.element(part) }
        json.endArray()
        json.endObject()
    }

    private static func microseconds(_ duration: Duration?) -> Int {
        duration.map { Int($0.nanoseconds / 1_000) } ?? 0
    }

    private static func milliseconds(since moment: Moment, at now: Moment) -> Int {
        Int(moment.duration(to: now).nanoseconds / 1_000_000)
    }

    private static func write(_ dispatch: DispatchFigures, to json: inout JSONWriter) {
        json.field("received", dispatch.received)
        json.field("published", dispatch.published)
        json.field("dead", dispatch.dead)
        json.field("inFlight", dispatch.inFlight)
        json.field("backlog", dispatch.backlog)
        json.field("inFlightBytes", dispatch.inFlightBytes)
        json.field("oldestMilliseconds", Int(dispatch.oldest.nanoseconds / 1_000_000))
        json.key("stages")
        json.beginArray()
        for stage in dispatch.stages {
            json.beginObject()
            json.field("name", stage.name.rawValue)
            json.field("workers", stage.workers)
            json.field("waiting", stage.waiting)
            json.field("running", stage.running)
            json.field("done", stage.done)
            json.field("retried", stage.retried)
            json.field("dead", stage.dead)
            json.field("lost", stage.lost)
            json.field("oldestMilliseconds", Int(stage.oldest.nanoseconds / 1_000_000))
            json.field("p50Microseconds", microseconds(stage.latency.quantile(0.5)))
            json.field("p99Microseconds", microseconds(stage.latency.quantile(0.99)))
            json.endObject()
        }
        json.endArray()
        json.key("workers")
        json.beginArray()
        for worker in dispatch.workers {
            json.beginObject()
            json.field("name", worker.name)
            json.field("stage", worker.stage.rawValue)
            json.field("credit", worker.credit)
            json.field("holding", worker.outstanding)
            json.field("release", worker.release)
            json.field("wireVersion", Int(worker.wireVersion))
            json.field("done", worker.done)
            json.field("failed", worker.failed)
            json.field("p50Microseconds", microseconds(worker.latency.quantile(0.5)))
            json.field("p99Microseconds", microseconds(worker.latency.quantile(0.99)))
            json.field("silentMilliseconds", milliseconds(since: worker.lastHeard, at: dispatch.now))
            if let since = worker.heldSince { json.field("heldMilliseconds", milliseconds(since: since, at: dispatch.now)) }
            if let figures = worker.figures {
                json.field("processID", figures.processID)
                json.field("residentBytes", figures.residentBytes)
                if let trouble = figures.trouble { json.field("trouble", trouble) }
            }
            json.endObject()
        }
        json.endArray()
        json.key("refused")
        json.beginArray()
        for worker in dispatch.refused {
            json.beginObject()
            json.field("name", worker.name)
            json.field("stage", worker.stage.rawValue)
            json.field("release", worker.release)
            json.field("reason", worker.reason)
            json.field("times", worker.times)
            json.endObject()
        }
        json.endArray()
    }
}
