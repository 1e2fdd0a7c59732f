internal import Fuzzing
internal import LanguageAnalysis
internal import NewsFormats
internal import NewsModel
internal import Pipeline
internal import Stages

extension FuzzTarget {
    /// What stages, workers and the dispatcher send each other.
    static let wire: [FuzzTarget] = [
        FuzzTarget("wire-article", maximumBytes: 2_048, bytes: [[1], [0], [0xFF, 0x7F], [0xF0, 0x9F, 0x98, 0x80]]) {
            bytes throws(FuzzFinding) in
            _ = try? bytes.withUnsafeBytes(ArticleCodec.decodeID)
            return try roundTrip(bytes, ArticleCodec.decode, ArticleCodec.encode)
        },
        FuzzTarget("wire-layers", maximumBytes: 2_048, bytes: layerPieces, read: readLayers),
        FuzzTarget("wire-messages", maximumBytes: 512, bytes: layerPieces) { bytes throws(FuzzFinding) in
            var parts = InputParts(bytes)
            let kind = parts.byte()
            let message = parts.all()
            return switch kind % 3 {
            case 0: try roundTrip(message, WorkerMessage.decode, written)
            case 1: try roundTrip(message, DispatcherMessage.decode) { $0.encode() }
            default: try roundTrip(message, DeadLetterNotice.decode) { $0.encode() }
            }
        },
        FuzzTarget("dispatch", maximumBytes: 1_024, bytes: layerPieces, read: dispatch),
        FuzzTarget(
            "stage-job", maximumBytes: 1_024, bytes: layerPieces, memory: (8 << 20, 4_000),
            time: (.milliseconds(100), .microseconds(20)), read: runStage),
    ]

    private static let layerPieces: [[UInt8]] = [
        [3], [0], [1], [2], [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x3F],
        [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F], [0x80, 0x80, 0x80, 0xFC, 3], Array("sentences".utf8),
        Array("entities".utf8), Array("attribution".utf8), Array("sink".utf8), [2, 0x65, 0x31], [3, 0x41, 0x6E, 0x61],
    ]

    /// What was read and written is read as the same.
    static func roundTrip<Value: Equatable>(
        _ bytes: [UInt8], _ decode: (UnsafeRawBufferPointer) throws(WireError) -> Value, _ encode: (Value) -> [UInt8]
    ) throws(FuzzFinding) -> FuzzOutcome {
        let value: Value
        do {
            value = try bytes.withUnsafeBytes { try decode($0) }
        } catch {
            return .refused(error)
        }
        let written = encode(value)
        guard written.count <= bytes.count + 16, let again = try? written.withUnsafeBytes({ try decode($0) }), again == value
        else { throw FuzzFinding("what was read is not what is written: \(value)") }
        return .accepted
    }

    /// In the version that a worker said it speaks.
    private static func written(_ message: WorkerMessage) -> [UInt8] {
        if case .ready(_, _, _, let offer) = message { return message.encode(version: offer.newest) }
        return message.encode()
    }

    private static func readLayers(_ bytes: [UInt8]) throws(FuzzFinding) -> FuzzOutcome {
        var parts = InputParts(bytes)
        let kind = parts.byte()
        let layer = parts.all()
        return switch kind % 3 {
        case 0: try roundTrip(layer, LayerCodec.decodeSentences) { LayerCodec.encode(sentences: $0) }
        case 1: try roundTrip(layer, LayerCodec.decodeEntities) { LayerCodec.encode(entities: $0.entities, roles: $0.roles) }
        default:
            try roundTrip(layer, LayerCodec.decodeAttribution) {
                LayerCodec.encode(
                    entities: $0.entities, quotations: $0.quotations, discarded: $0.discarded, namesVersion: $0.namesVersion)
            }
        }
    }

    // MARK: The dispatcher's side

    /// Any messages of any workers, in any order, and time: no job is lost, and no worker gets more than it asked for.
    private static func dispatch(_ bytes: [UInt8]) throws(FuzzFinding) -> FuzzOutcome {
        var parts = InputParts(bytes)
        var state = DispatchState<Int>(stages: [.sentences, .entities, .sink])
        var now = Moment(nanoseconds: 0)
        for number in 1...4 { state.admit(JobID(UInt64(number)), payload: 0, bytes: number, now: now) }
        var ended = 0
        var words = ""
        while !parts.isEmpty {
            let step = parts.byte()
            now = now + .milliseconds(Int(step >> 4) * 500)
            let worker = WorkerID([step & 3])
            switch try? parts.piece().withUnsafeBytes(WorkerMessage.decode) {
            case .ready(let stage, let credit, let name, let offer)?:
                state.ready(
                    worker, name: name, stage: stage, credit: credit, wireVersion: offer.newest, release: offer.release, now: now)
            case .result(let job, let stage)?:
                let outcome = state.result(of: job, stage: stage, from: worker, now: now) { payload in
                    payload += 1
                    return 1
                }
                if case .finished? = outcome { ended += 1 }
            case .failed(let job, let stage, let failure)?:
                let outcome = state.failure(of: job, stage: stage, from: worker, reason: failure.reason, now: now)
                if case .deadLetter? = outcome { ended += 1 }
            case .goodbye?: ended += dead(state.goodbye(worker, now: now))
            case nil: ended += dead(state.tick(now: now))
            }
            while let assignment = state.nextAssignment(now: now) { words += "a\(assignment.job.stage)" }
            guard state.openJobs + ended == 4 else { throw FuzzFinding("\(state.openJobs) jobs are open, \(ended) ended, of 4") }
            guard state.workerReport.allSatisfy({ $0.outstanding <= max($0.credit, 4) }), state.openBytes >= 0 else {
                throw FuzzFinding("a worker holds more than it asked for")
            }
        }
        return FuzzOutcome(signature: UInt64(state.openJobs) << 8 | UInt64(state.workerReport.count) << 4 | UInt64(words.utf8.count / 2))
    }

    private static func dead(_ outcomes: [DispatchState<Int>.Outcome]) -> Int {
        outcomes.count { if case .deadLetter = $0 { true } else { false } }
    }

    // MARK: The worker's side

    private static let article = Article(
        id: "harbour", title: "Harbour to reopen",
        body: """
            The harbour of Riva will reopen in May, Mayor Ana Lima said on Monday. “We have waited long enough,” she told reporters.

            Bruno Novak, a fisherman, said that he did not believe it: “They said so last year.”
            """)
    private static let rules = Analyzer.rules()

    /// A stage's work on layers that another process sends, and the sink's on what comes of it.
    private static func runStage(_ bytes: [UInt8]) throws(FuzzFinding) -> FuzzOutcome {
        var parts = InputParts(bytes)
        let kind = parts.byte()
        let layers: [StageName: [UInt8]] = [.sentences: parts.piece(), .entities: parts.piece()]
        let last = parts.all()
        var words = ""
        for stage in [AnalysisStage.entities, .attribution] where kind & 1 == 0 || stage.name == .attribution {
            do {
                let job = AnalysisJob(article: article, analyzer: rules, budget: .unlimited, layers: layers)
                _ = try stage.annotate(job)
                words += stage.name.rawValue
            } catch {
                words += "\(error)"
            }
        }
        var record = RecordComposer.begin(article)
        for (stage, layer) in zip(PipelineDefinition.standard.stages, [layers[.sentences] ?? [], layers[.entities] ?? [], last]) {
            do {
                try layer.withUnsafeBytes { try stage.contribute($0, &record) }
            } catch {
                words += "\(error)"
            }
        }
        RecordComposer.finish(&record)
        record.sequence = 1
        let json = RecordEncoder.encode(record)
        guard (try? RecordDecoder.decode(json)) != nil else { throw FuzzFinding("the sink wrote a record that cannot be read") }
        _ = QuotationMessageEncoder.encodeAll(of: record)
        return FuzzOutcome(words: words)
    }
}
