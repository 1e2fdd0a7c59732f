import Pipeline
import Testing

/// Credit, order and what a result does.
struct DispatchStateTests {
    @Test func noWorkerGetsMoreThanItsCredit() {
        let bench = Bench()
        bench.admit(1...10)
        bench.ready("a", .sentences, credit: 3)
        #expect(bench.assignAll() == ["a:1", "a:2", "a:3"])
        #expect(bench.assignAll().isEmpty)
        #expect(bench.result(2, .sentences, from: "a")?.isAdvance == true)
        #expect(bench.assignAll() == ["a:4"])
        #expect(bench.state.running(at: 0) == 3)
        #expect(bench.state.waiting(at: 0) == 6)
    }

    @Test func aWorkerOfAnUnknownStageOrWithoutCreditIsNotTaken() {
        let bench = Bench()
        #expect(!bench.ready("a", .ingest, credit: 1))
        #expect(!bench.ready("a", StageName(""), credit: 1))
        #expect(!bench.ready("a", .sentences, credit: 0))
        #expect(bench.state.workerIDs.isEmpty)
        #expect(bench.ready("b", .sentences, credit: .max))
        bench.admit(1...3)
        #expect(bench.assignAll().count == 3)
    }

    @Test func sayingReadyTwiceChangesNothing() {
        let bench = Bench()
        bench.admit(1...4)
        bench.ready("a", .sentences, credit: 2)
        #expect(bench.assignAll() == ["a:1", "a:2"])
        bench.ready("a", .sentences, credit: 2)
        #expect(bench.assignAll().isEmpty)
        #expect(bench.state.workerCount(at: 0) == 1)
        #expect(bench.outstanding("a") == 2)
    }

    @Test func creditCanGrowAndShrink() {
        let bench = Bench()
        bench.admit(1...6)
        bench.ready("a", .sentences, credit: 1)
        #expect(bench.assignAll() == ["a:1"])
        bench.ready("a", .sentences, credit: 3)
        #expect(bench.assignAll() == ["a:2", "a:3"])
        bench.ready("a", .sentences, credit: 1)
        _ = bench.result(1, .sentences, from: "a")
        _ = bench.result(2, .sentences, from: "a")
        #expect(bench.assignAll().isEmpty)
        _ = bench.result(3, .sentences, from: "a")
        #expect(bench.assignAll() == ["a:4"])
    }

    @Test func theWorkerWithMostCreditLeftIsChosen() {
        let bench = Bench()
        bench.ready("a", .sentences, credit: 1)
        bench.ready("b", .sentences, credit: 3)
        bench.admit(1...4)
        let given = bench.assignAll()
        #expect(given.prefix(2) == ["b:1", "b:2"])
        #expect(given.filter { $0.hasPrefix("a") }.count == 1)
    }

    @Test func laterStagesGoFirst() {
        let bench = Bench()
        bench.admit(1...2)
        bench.admit(9...9, at: 2)
        bench.admit(8...8, at: 1)
        bench.ready("a", .sentences, credit: 2)
        bench.ready("e", .entities, credit: 2)
        #expect(!bench.state.isStaffed)
        bench.ready("s", .sink, credit: 2)
        #expect(bench.state.isStaffed)
        #expect(bench.assignAll() == ["s:9", "e:8", "a:1", "a:2"])
    }

    @Test func aJobTravelsThroughAllStagesAndGathersItsLayers() throws {
        let bench = Bench()
        bench.admit(7...7)
        #expect(bench.state.openBytes == 100)
        bench.staff()
        for stage in bench.state.stages.dropLast() {
            #expect(bench.assignAll().count == 1)
            bench.pass(.milliseconds(3))
            let outcome = bench.result(7, stage, from: stage.rawValue, adding: 20)
            guard case .advanced(JobID(7), _, .milliseconds(3)) = outcome else {
                Issue.record("\(stage): \(String(describing: outcome))")
                return
            }
        }
        #expect(bench.state.openBytes == 140)
        #expect(bench.assignAll() == ["sink:7"])
        guard case .finished(let job) = bench.result(7, .sink, from: "sink") else {
            Issue.record("not finished")
            return
        }
        #expect(job.payload == [20, 20])
        #expect(job.bytes == 140)
        #expect(bench.state.openJobs == 0)
        #expect(bench.state.openBytes == 0)
        #expect(bench.state.oldestAdmission == nil)
    }

    @Test func aJobIsAdmittedOnceAndOnlyAtAStageThatExists() {
        let bench = Bench()
        #expect(bench.admit(1...1, bytes: 10) == 1)
        bench.pass(.seconds(1))
        #expect(bench.admit(1...1, bytes: 99) == 0)
        #expect(bench.admit(2...2, at: 3) == 0)
        #expect(bench.admit(2...2, at: -1) == 0)
        #expect(bench.state.openBytes == 10)
        #expect(bench.state.waiting(at: 0) == 1)
        #expect(bench.state.oldestAdmission == Moment(nanoseconds: 0))
    }

    @Test func aResultThatNoLongerCountsIsIgnored() {
        let bench = Bench()
        bench.admit(1...1)
        bench.ready("a", .sentences, credit: 1)
        #expect(bench.assignAll() == ["a:1"])
        #expect(bench.result(1, .sentences, from: "a")?.isAdvance == true)
        // The same again, a stage ahead of the job, no stage of ours, a job never seen.
        #expect(bench.result(1, .sentences, from: "a") == nil)
        #expect(bench.result(1, .sink, from: "a") == nil)
        #expect(bench.result(1, .ingest, from: "a") == nil)
        #expect(bench.result(2, .sentences, from: "a") == nil)
        #expect(bench.state.jobs[JobID(1)]?.stage == 1)
        #expect(bench.state.jobs[JobID(1)]?.payload == [1])
        #expect(bench.state.waiting(at: 1) == 1)
        #expect(bench.state.openBytes == 101)
    }

    @Test func aResultOfAnUnknownWorkerCounts() {
        let bench = Bench()
        bench.admit(1...1)
        #expect(bench.result(1, .sentences, from: "from before the restart")?.isAdvance == true)
        #expect(bench.state.waiting(at: 0) == 0)
        #expect(bench.state.waiting(at: 1) == 1)
        #expect(bench.state.workerIDs.isEmpty)
    }

    @Test func theReportNamesEveryWorker() {
        let bench = Bench()
        bench.admit(1...1)
        bench.ready("e", .entities, credit: 2)
        bench.ready("a", .sentences, credit: 4)
        _ = bench.assignAll()
        let report = bench.state.workerReport.map { "\($0.name) \($0.stage) \($0.outstanding)/\($0.credit)" }
        #expect(report == ["a sentences 1/4", "e entities 0/2"])
    }

    @Test func aStopLetsGoOfWhatNobodyHasBegun() {
        let bench = Bench()
        bench.admit(1...9)
        bench.admit(20...21, at: 1)
        bench.admit(30...31, at: 2)
        bench.admit(40...40, kind: .deadLetterNotice, at: 2)
        bench.ready("a", .sentences, credit: 3)
        bench.ready("b", .entities, credit: 1)
        #expect(bench.assignAll() == ["b:20", "a:1", "a:2", "a:3"])
        let aside = bench.state.setAsideUnbegun()
        #expect(aside == 9)
        // 1 and 20 run; what waits for the sink has cost most; a notice is nowhere else.
        #expect(bench.state.jobs.keys.map(\.rawValue).sorted() == [1, 20, 30, 31, 40])
        #expect(bench.state.openBytes == 500)
        #expect(bench.result(2, .sentences, from: "a") == nil)
        #expect(bench.result(1, .sentences, from: "a")?.isAdvance == true)
        #expect(bench.result(20, .entities, from: "b")?.isAdvance == true)
        #expect(bench.assignAll() == ["b:1"])
        #expect(bench.result(1, .entities, from: "b")?.isAdvance == true)
        bench.ready("s", .sink, credit: 9)
        #expect(bench.assignAll() == ["s:30", "s:31", "s:40", "s:20", "s:1"])
        for job: UInt64 in [30, 31, 40, 20, 1] { #expect(bench.result(job, .sink, from: "s") != nil) }
        #expect(bench.state.openJobs == 0 && bench.state.openBytes == 0)
    }

    @Test func theReportTellsWhatEachWorkerDidAndSinceWhenItHolds() throws {
        let bench = Bench()
        bench.ready("a", .sentences, credit: 2)
        bench.admit(1...3)
        #expect(bench.assignAll() == ["a:1", "a:2"])
        bench.pass(.milliseconds(30))
        _ = bench.result(1, .sentences, from: "a")
        _ = bench.failure(2, .sentences, from: "a")
        bench.pass(.milliseconds(5))
        _ = bench.assignAll()
        bench.state.note(WorkerFigures(processID: 7, residentBytes: 100, trouble: "full"), of: Bench.id("a"))
        let report = try #require(bench.state.workerReport.first)
        #expect(report.done == 1 && report.failed == 1 && report.outstanding == 2)
        #expect(report.latency.count == 1 && report.latency.sum == .milliseconds(30))
        #expect(report.heldSince == bench.now)
        #expect(report.figures?.processID == 7 && report.figures?.trouble == "full")
        // A result of somebody else's is not its own.
        _ = bench.result(3, .sentences, from: "stranger")
        #expect(bench.state.workerReport.first?.done == 1)
    }

    @Test func lostWorkersAreCountedAndThoseThatLeaveAreNot() {
        let bench = Bench()
        for name in ["a", "b", "c"] { bench.ready(name, .sentences, credit: 1) }
        bench.admit(1...1)
        _ = bench.assignAll()
        _ = bench.goodbye("c")
        _ = bench.died("a")
        _ = bench.state.disconnected(Bench.id("b"), now: bench.now)
        _ = bench.died("nobody")
        #expect(bench.state.lostCounts == [2, 0, 0])
        #expect(bench.state.lostWorkers.map(\.name) == ["a", "b"])
        #expect(bench.state.waiting(at: 0) == 1)
        for number in 0..<40 {
            bench.ready("x\(number)", .entities, credit: 1)
            _ = bench.died("x\(number)")
        }
        #expect(bench.state.lostCounts == [2, 40, 0])
        #expect(bench.state.lostWorkers.count == 16 && bench.state.lostWorkers.last?.name == "x39")
    }

    @Test func theOldestArticleOfEachStageIsTold() {
        let bench = Bench()
        bench.ready("a", .sentences, credit: 1)
        bench.pass(.seconds(1))
        bench.admit(1...1)
        let first = bench.now
        bench.pass(.seconds(1))
        bench.admit(2...2)
        let second = bench.now
        _ = bench.assignAll()
        #expect(bench.state.oldestAdmissions == [first, nil, nil])
        bench.pass(.seconds(1))
        _ = bench.result(1, .sentences, from: "a")
        #expect(bench.state.oldestAdmissions == [second, first, nil])
    }

    @Test func timeDoesNotOverflow() {
        let start = Moment(nanoseconds: 5)
        #expect(start + .seconds(Int64.max) == Moment(nanoseconds: .max))
        #expect(
            Duration(secondsComponent: 9_223_372_036, attosecondsComponent: 999_999_999_999_999_999).nanoseconds == .max
        )
        #expect(Duration.seconds(-Int64.max).nanoseconds == .min)
        #expect(start.duration(to: start + .milliseconds(7)) == .milliseconds(7))
    }
}
