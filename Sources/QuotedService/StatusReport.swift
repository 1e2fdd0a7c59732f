internal import Archive
internal import NewsFormats
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
            json.field("open", intake.articles)
            json.field("openBytes", intake.bytes)
            if let trouble = snapshot.intakeTrouble { json.field("trouble", trouble) }
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
        json.endObject()
        return json.bytes
    }

    private static func microseconds(_ duration: Duration?) -> Int {
        duration.map { Int($0.nanoseconds / 1_000) } ?? 0
    }

    private static func write(_ dispatch: DispatchFigures, to json: inout JSONWriter) {
        json.field("received", dispatch.received)
        json.field("published", dispatch.published)
        json.field("dead", dispatch.dead)
        json.field("inFlight", dispatch.inFlight)
        json.field("backlog", dispatch.backlog)
        json.field("inFlightBytes", dispatch.inFlightBytes)
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
