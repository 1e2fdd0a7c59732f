import Pipeline
import TestSupport
import Testing

struct WorkerMessageTests {
    private let worker = Codec<WorkerMessage>(
        version: WireVersion.current,
        encode: { message in
            // The version that a `ready` bears is the newest that its sender offers.
            guard case .ready(_, _, _, let offer) = message else { return message.encode() }
            return message.encode(version: offer.newest)
        }, decode: { try WorkerMessage.decode($0) })
    private let dispatcher = Codec<DispatcherMessage>(
        version: WireVersion.current, encode: { $0.encode() }, decode: { try DispatcherMessage.decode($0) })
    private let notice = Codec<DeadLetterNotice>(
        version: 3, encode: { $0.encode() }, decode: { try DeadLetterNotice.decode($0) })

    @Test func anyWorkerMessageIsReadAsItWasWritten() throws {
        var generator = SeededGenerator.announced()
        try worker.checkAll(&generator, rounds: 200) {
            let job = JobID($0.integer())
            let stage = StageName($0.string())
            return switch $0.below(4) {
            case 0: .result(job, stage: stage)
            case 1: .failed(job, stage: stage, .failed($0.string()))
            case 2: .failed(job, stage: stage, .overTime)
            default: .goodbye
            }
        }
    }

    @Test func anyReadyIsReadAsItWasWritten() throws {
        var generator = SeededGenerator.announced()
        for round in 0..<200 {
            let offer = WireOffer(
                oldest: UInt8(generator.below(256)), articleFormat: UInt8(generator.below(256)),
                layerFormat: UInt8(generator.below(256)), release: generator.string())
            let message = WorkerMessage.ready(
                stage: StageName(generator.string()), credit: generator.count(), name: generator.string(), offer: offer)
            try worker.check(message)
            if round < 5 { worker.checkBitFlips(message) }
        }
    }

    /// What a later release adds to the end of `ready` is read over, so that it can be told why it is refused.
    @Test func readyOfALaterVersionIsRead() throws {
        let own = WorkerMessage.ready(stage: .entities, credit: 3, name: "a")
        var bytes = own.encode()
        bytes[0] = WireVersion.current + 5
        let expected = WorkerMessage.ready(
            stage: .entities, credit: 3, name: "a", offer: WireOffer(newest: WireVersion.current + 5))
        #expect(try worker.decode(bytes: bytes) == expected)
        #expect(try worker.decode(bytes: bytes + [7, 7, 7]) == expected)
    }

    @Test func readyOfTheFirstVersionTellsNothingMore() throws {
        let bytes = WorkerMessage.ready(stage: .entities, credit: 3, name: "a").encode(version: 1)
        #expect(bytes == [1, 1, 8] + Array("entities".utf8) + [3, 1, UInt8(ascii: "a")])
        guard case .ready(.entities, 3, "a", let offer) = try worker.decode(bytes: bytes) else {
            Issue.record("no ready")
            return
        }
        #expect(offer.newest == 1 && offer.oldest == 1 && offer.release.isEmpty)
        #expect(throws: WireError.trailingBytes(1)) { try worker.decode(bytes: bytes + [0]) }
    }

    @Test func messagesOfTheFirstVersionAreRead() throws {
        let job = DispatcherMessage.job(JobID(5), stage: .sink, kind: .article, attempt: 1, budget: 10_000)
        for message in [job, .heartbeat(instance: 9, interval: 500), .refused("no")] {
            let (read, version) = try message.encode(version: 1).withUnsafeBytes(DispatcherMessage.decodeWithVersion)
            #expect(read == message && version == 1)
        }
        let result = WorkerMessage.result(JobID(5), stage: .entities)
        #expect(try worker.decode(bytes: result.encode(version: 1)) == result)
    }

    @Test func aRefusalIsReadWhateverItsVersion() throws {
        for version: UInt8 in [1, 2, 3, 200] {
            let bytes = DispatcherMessage.refused("because").encode(version: version)
            #expect(try dispatcher.decode(bytes: bytes) == .refused("because"))
        }
        let later = DispatcherMessage.heartbeat(instance: 1, interval: 1).encode(version: 3)
        #expect(throws: WireError.unsupportedVersion(found: 3, supported: 2)) { try dispatcher.decode(bytes: later) }
        #expect(throws: WireError.unsupportedVersion(found: 0, supported: 2)) { try dispatcher.decode(bytes: [0, 3, 0]) }
    }

    @Test func anyDispatcherMessageIsReadAsItWasWritten() throws {
        var generator = SeededGenerator.announced()
        try dispatcher.checkAll(&generator, rounds: 200) {
            switch $0.below(2) {
            case 0:
                .job(
                    JobID($0.integer()), stage: StageName($0.string()), kind: $0.choice(), attempt: $0.count(),
                    budget: $0.count())
            default: .heartbeat(instance: $0.integer(), interval: $0.count())
            }
        }
        for _ in 0..<100 { try dispatcher.check(.refused(generator.string())) }
    }

    @Test func anyDeadLetterNoticeIsReadAsItWasWritten() throws {
        var generator = SeededGenerator.announced()
        try notice.checkAll(&generator, rounds: 200) {
            DeadLetterNotice(stage: StageName($0.string()), reason: $0.string(), tries: $0.count())
        }
    }

    @Test func anyFiguresOfAWorkerAreReadAsTheyWereWritten() throws {
        let figures = Codec<WorkerFigures>(encode: { $0.encode() }, decode: { try WorkerFigures.decode($0) })
        var generator = SeededGenerator.announced()
        try figures.checkAll(&generator, rounds: 200) {
            let trouble = $0.string()
            return WorkerFigures(
                processID: $0.count(), residentBytes: $0.count(), trouble: $0.chance(50) ? trouble : nil)
        }
    }

    @Test func theLargestNumbersAreReadAsTheyWereWritten() throws {
        try worker.check(.result(JobID(.max), stage: .sink))
        try worker.check(.ready(stage: .entities, credit: .max, name: ""))
        try dispatcher.check(.heartbeat(instance: .max, interval: .max))
    }

    @Test(arguments: [UInt8(0), 5, 255])
    func aKindThatDoesNotExistIsRefused(_ kind: UInt8) {
        #expect(throws: WireError.invalid(field: "kind")) { try worker.decode(bytes: [1, kind]) }
        #expect(throws: WireError.invalid(field: "kind")) { try dispatcher.decode(bytes: [1, kind]) }
    }

    @Test func nothingAtAllIsRefused() {
        #expect(throws: WireError.truncated(field: "version")) { try worker.decode(bytes: []) }
        #expect(throws: WireError.truncated(field: "version")) { try dispatcher.decode(bytes: []) }
        #expect(throws: WireError.truncated(field: "version")) { try notice.decode(bytes: []) }
    }
}
