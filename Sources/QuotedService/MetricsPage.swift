internal import Archive
internal import Journal
internal import LivePage
internal import Observability
internal import Pipeline
internal import Stages

/// The service's figures as Prometheus metrics. At every scrape
/// `quoted_articles_received_total = quoted_articles_published_total + quoted_articles_dead_total +
/// quoted_articles_in_flight`.
enum MetricsPage {
    static func families(_ snapshot: ServiceInspection.Snapshot) -> [MetricFamily] {
        var families: [MetricFamily] = []
        if let dispatch = snapshot.dispatch { families += articles(dispatch) + stages(dispatch) + clock(dispatch) }
        if let ingest = snapshot.ingest { families += receipts(ingest) }
        if let intake = snapshot.intake {
            families += Self.intake(intake)
        }
        if let disk = snapshot.disk { families += Self.disk(disk) }
        if let sink = snapshot.sink { families += records(sink) }
        if let replayed = snapshot.replayed {
            families.append(.counter("quoted_replayed_records_total", "Records served by replay.", [.init(replayed)]))
        }
        if let names = snapshot.names { families += self.names(names) }
        if let archive = snapshot.archive { families += Self.archive(archive) }
        if let page = snapshot.page { families += Self.page(page) }
        let troubled = snapshot.intake?.trouble != nil || snapshot.sink?.trouble != nil
        families += process(snapshot)
        families.append(.gauge(
            "quoted_disk_trouble", "1 while the disk takes no articles or records.",
            [.init(troubled ? 1 : 0)]))
        return families + ProcessMetrics.families()
    }

    private static func articles(_ figures: DispatchFigures) -> [MetricFamily] {
        [
            .counter(
                "quoted_articles_received_total",
                "Articles accepted since the start, and unfinished ones found at the start.",
                [.init(figures.received)]),
            .counter(
                "quoted_articles_published_total", "Articles whose record is in the record log.",
                [.init(figures.published)]),
            .counter("quoted_articles_dead_total", "Articles that went to the dead letters.", [.init(figures.dead)]),
            .gauge("quoted_articles_in_flight", "Articles accepted and not finished.", [.init(figures.inFlight)]),
            .gauge("quoted_articles_backlog", "Those of them that wait in the intake log.", [.init(figures.backlog)]),
            .gauge(
                "quoted_in_flight_bytes", "Memory of the articles taken up, with their layers.",
                [.init(figures.inFlightBytes)]),
            .gauge(
                "quoted_oldest_in_flight_seconds", "How long ago the oldest article in flight was taken up.",
                [.init(Double(figures.oldest.nanoseconds) / 1e9)]),
            .histogram(
                "quoted_article_latency_seconds", "From being taken up to being in the record log.",
                [.init(figures.latency)]),
        ]
    }

    private static func stages(_ figures: DispatchFigures) -> [MetricFamily] {
        func samples(_ value: (DispatchFigures.Stage) -> Int) -> [MetricFamily.Sample] {
            figures.stages.map { .init(value($0), labels: ["stage": $0.name.rawValue]) }
        }
        return [
            .counter("quoted_stage_received_total", "Articles that reached the stage.", samples(\.received)),
            .counter("quoted_stage_done_total", "Results of the stage.", samples(\.done)),
            .counter("quoted_stage_retried_total", "Jobs that went back to the stage's queue.", samples(\.retried)),
            .counter("quoted_stage_dead_total", "Articles that the stage could not do.", samples(\.dead)),
            .gauge("quoted_stage_queue_articles", "Articles that wait for a worker.", samples(\.waiting)),
            .gauge("quoted_stage_queue_bytes", "Their size.", samples(\.waitingBytes)),
            .gauge("quoted_stage_in_flight", "Articles that workers hold.", samples(\.running)),
            .gauge("quoted_stage_workers", "Workers of the stage.", samples(\.workers)),
            .counter(
                "quoted_stage_workers_lost_total", "Workers that ended without saying so, or kept silent too long.",
                samples(\.lost)),
            .gauge(
                "quoted_stage_oldest_seconds", "How long the oldest article at the stage has been in flight.",
                figures.stages.map { .init(Double($0.oldest.nanoseconds) / 1e9, labels: ["stage": $0.name.rawValue]) }),
            .histogram(
                "quoted_stage_latency_seconds", "From entering the stage's queue to the result.",
                figures.stages.map { .init($0.latency, labels: ["stage": $0.name.rawValue]) }),
        ]
    }

    private static func receipts(_ figures: IngestStage.Figures) -> [MetricFamily] {
        [
            .counter(
                "quoted_receipts_total", "Answers to clients, by status.",
                [
                    .init(figures.accepted, labels: ["status": "accepted"]),
                    .init(figures.duplicate, labels: ["status": "duplicate"]),
                    .init(figures.busy, labels: ["status": "busy"]),
                    .init(figures.rejected, labels: ["status": "rejected"]),
                ]),
            .histogram(
                "quoted_receipt_latency_seconds", "From reading an article to its receipt, the sync included.",
                [.init(figures.receipts)]),
            .histogram(
                "quoted_busy_latency_seconds", "The same for clients that were told to come back later.",
                [.init(figures.refusals)]),
            .gauge("quoted_intake_connections", "Clients connected to ingest and push.", [.init(figures.connections)]),
            .counter(
                "quoted_intake_refused_connections_total", "Connections that were ended because there were too many.",
                [.init(figures.refusedConnections)]),
        ]
    }

    private static func archive(_ figures: ArchiveFollower.Figures) -> [MetricFamily] {
        [
            .gauge("quoted_archive_last_sequence", "Sequence number up to which records are archived.", [.init(figures.sequence)]),
            .gauge("quoted_archive_lag_records", "Records in the log and not yet in the archive.", [.init(figures.lag)]),
            .counter("quoted_archive_articles_total", "Articles archived since the start.", [.init(figures.articles)]),
            .counter("quoted_archive_quotations_total", "Quotations archived since the start.", [.init(figures.quotations)]),
            .counter("quoted_archive_unreadable_total", "Records that could not be archived.", [.init(figures.unreadable)]),
            .gauge("quoted_archive_trouble", "1 while the archive cannot be written.", [.init(figures.trouble == nil ? 0 : 1)]),
        ]
    }

    private static func page(_ figures: LiveFeed.Figures) -> [MetricFamily] {
        [
            .gauge("quoted_page_readers", "Browsers that follow the page.", [.init(figures.readers)]),
            .counter("quoted_page_refused_total", "Browsers that found no place.", [.init(figures.refused)]),
            .counter("quoted_page_shown_total", "Articles shown, once for each browser.", [.init(figures.shown)]),
            .counter(
                "quoted_page_left_out_total", "Articles not shown, since more came than can be.", [.init(figures.leftOut)]),
        ]
    }

    private static func records(_ figures: SinkStage.Figures) -> [MetricFamily] {
        [
            .counter("quoted_records_total", "Records appended since the start.", [.init(figures.recorded)]),
            .counter(
                "quoted_records_repeated_total", "Results whose record was there before.",
                [.init(figures.repeated)]),
            .counter("quoted_publications_total", "Messages sent on the stream.", [.init(figures.publications)]),
            .gauge(
                "quoted_stream_subscriptions", "Different topics that subscribers ask for.",
                [.init(figures.subscriptions)]),
            .counter(
                "quoted_unpublished_total", "Messages that went to no subscriber, for want of room in the queues.",
                [.init(figures.unpublished)]),
            .gauge("quoted_stream_connections", "Subscribers connected from outside.", [.init(figures.connections)]),
            .gauge(
                "quoted_stream_queue_bytes", "Messages held for subscribers that are behind.",
                [.init(figures.queuedBytes)]),
            .counter(
                "quoted_stream_disconnected_total", "Subscribers that were disconnected, since they did not read.",
                [.init(figures.disconnected)]),
            .gauge("quoted_last_sequence", "Sequence number of the last record.", [.init(figures.lastSequence)]),
            .histogram(
                "quoted_record_sync_seconds", "From a batch's arrival at the sink to its being on disk.",
                [.init(figures.syncs)]),
        ]
    }

    private static func intake(_ figures: IntakeStore.Figures) -> [MetricFamily] {
        [
            .gauge(
                "quoted_intake_open_articles", "Accepted articles that are not finished.",
                [.init(figures.backlog.articles)]),
            .gauge("quoted_intake_open_bytes", "Their size in the intake log.", [.init(figures.backlog.bytes)]),
            .gauge("quoted_dead_letters", "Dead letters that wait for an operator.", [.init(figures.deadLetters)]),
            .counter(
                "quoted_dead_letters_displaced_total", "Dead letters that made room for newer ones, and are gone.",
                [.init(figures.displaced)]),
        ]
    }

    private static func disk(_ space: DiskSpace) -> [MetricFamily] {
        [
            .gauge("quoted_disk_free_bytes", "Room on the disk of the logs.", [.init(space.freeBytes)]),
            .gauge("quoted_disk_size_bytes", "Size of that disk.", [.init(space.sizeBytes)]),
            .gauge(
                "quoted_disk_low", "1 while that room, or the number of files that may be made, is nearly used up.",
                [.init(space.isLow ? 1 : 0)]),
        ]
    }

    private static func clock(_ figures: DispatchFigures) -> [MetricFamily] {
        [
            .counter(
                "quoted_clock_jumps_total", "How often the clock was set by more than 2 s, or the machine slept.",
                [.init(figures.clock.jumps)])
        ]
    }

    private static func process(_ snapshot: ServiceInspection.Snapshot) -> [MetricFamily] {
        let facts = snapshot.process
        let ending = facts.earlierRuns.last?.ending
        return [
            .gauge(
                "quoted_parts_unanswered", "Parts of the process that did not answer this scrape in time.",
                [.init(snapshot.unanswered.count)]),
            .counter(
                "quoted_reloads_total", "How often the configuration was read again, by result.",
                [
                    .init(snapshot.reloads.applied, labels: ["result": "applied"]),
                    .init(snapshot.reloads.refused, labels: ["result": "refused"]),
                ]),
            .gauge(
                "quoted_reload_refused", "1 when the last reload was refused: the file is not what is in force.",
                [.init(snapshot.reloads.isRefused ? 1 : 0)]),
            .gauge(
                "quoted_recent_starts", "Starts within the last 15 minutes, this one included.",
                [.init(facts.starts(since: snapshot.time - 900_000))]),
            .gauge(
                "quoted_previous_end", "1 for how the run before this one ended.",
                RunHistory.Ending.allCases.map { .init(ending == $0 ? 1 : 0, labels: ["how": $0.rawValue]) }),
            .gauge(
                "quoted_log_damaged_places", "Places of a log that could not be read when it was opened; kept in damaged/.",
                facts.logs.map { .init($0.faults, labels: ["log": $0.name]) }),
            .gauge(
                "quoted_log_lost_entries", "Entries that are gone with them.",
                facts.logs.map { .init($0.lost, labels: ["log": $0.name]) }),
        ]
    }

    private static func names(_ figures: NameKeeper.Figures) -> [MetricFamily] {
        [
            .gauge("quoted_names", "Names learnt from earlier articles.", [.init(figures.count)]),
            .gauge("quoted_names_version", "Version of them that workers are given.", [.init(figures.version)]),
            .gauge("quoted_names_lag_records", "Records in the log that nothing was learnt from yet.", [.init(figures.lag)]),
            .gauge("quoted_names_trouble", "1 while nothing can be learnt.", [.init(figures.trouble == nil ? 0 : 1)]),
        ]
    }
}
