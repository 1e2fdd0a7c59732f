import Pipeline
import TestSupport
import Testing

struct WorkerMessageTests {
    private let worker = Codec<WorkerMessage>(encode: { $0.encode() }, decode: { try WorkerMessage.decode($0) })
    private let dispatcher = Codec<DispatcherMessage>(
        encode: { $0.encode() }, decode: { try DispatcherMessage.decode($0) })
    private let notice = Codec<DeadLetterNotice>(
        version: 3, encode: { $0.encode() }, decode: { try DeadLetterNotice.decode($0) })

    @Test func anyWorkerMessageIsReadAsItWasWritten() throws {
        var generator = SeededGenerator.announced()
        try worker.checkAll(&generator, rounds: 200) {
            let job = JobID($0.integer())
            let stage = StageName($0.string())
            return switch $0.below(5) {
            case 0: .ready(stage: stage, credit: $0.count(), name: $0.string())
            case 1: .result(job, stage: stage)
            case 2: .failed(job, stage: stage, .failed($0.string()))
            case 3: .failed(job, stage: stage, .overTime)
            default: .goodbye
            }
        }
    }

    @Test func anyDispatcherMessageIsReadAsItWasWritten() throws {
        var generator = SeededGenerator.announced()
        try dispatcher.checkAll(&generator, rounds: 200) {
            switch $0.below(3) {
            case 0:
                .job(
                    JobID($0.integer()), stage: StageName($0.string()), kind: $0.choice(), attempt: $0.count(),
                    budget: $0.count())
            case 1: .heartbeat(instance: $0.integer(), interval: $0.count())
            default: .refused($0.string())
            }
        }
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
