import Pipeline
import Testing

/// Deaths, departures, silence, failures: what goes where, and who is blamed.
struct DispatchFaultTests {
    // MARK: Workers that go

    @Test func aDeadWorkersJobsGoToTheFrontOldestForemost() {
        let bench = Bench()
        bench.admit(1...6)
        bench.ready("a", .sentences, credit: 4)
        #expect(bench.assignAll() == ["a:1", "a:2", "a:3", "a:4"])
        let outcomes = bench.died("a")
        #expect(Set(outcomes) == Set((1...4).map { "retried \($0) at 0: worker lost" }))
        #expect(bench.state.workerCount(at: 0) == 0)
        bench.ready("b", .sentences, credit: 9)
        // Only the first one ran; the others merely waited.
        #expect(bench.assignAll() == ["b:1#2", "b:2", "b:3", "b:4", "b:5", "b:6"])
        #expect(bench.died("a").isEmpty)
    }

    @Test func aGoodbyeBlamesNobody() {
        let bench = Bench(DispatchPolicy(tries: 1, deaths: 1))
        bench.admit(1...3)
        bench.ready("a", .sentences, credit: 2)
        _ = bench.assignAll()
        let outcomes = bench.goodbye("a")
        #expect(Set(outcomes) == ["retried 1 at 0: worker left", "retried 2 at 0: worker left"])
        bench.ready("b", .sentences, credit: 9)
        #expect(bench.assignAll() == ["b:1", "b:2", "b:3"])
        #expect(bench.goodbye("stranger").isEmpty)
    }

    @Test func aSilentWorkerIsTakenForDead() {
        let bench = Bench(DispatchPolicy(deadAfter: .seconds(1), lease: .seconds(45)))
        bench.admit(1...2)
        bench.ready("a", .sentences, credit: 1)
        bench.ready("b", .sentences, credit: 1)
        #expect(bench.assignAll() == ["a:1", "b:2"])
        bench.pass(.seconds(1))
        #expect(bench.tick().isEmpty)
        bench.heard("b")
        bench.pass(.milliseconds(1))
        #expect(bench.tick() == ["retried 1 at 0: worker lost"])
        #expect(bench.outstanding("a") == nil)
        #expect(bench.outstanding("b") == 1)
        // It was only slow: what it says late still counts, and it starts with clean hands.
        bench.ready("a", .sentences, credit: 1)
        #expect(bench.outstanding("a") == 0)
        #expect(bench.result(1, .sentences, from: "a")?.isAdvance == true)
        #expect(bench.state.waiting(at: 0) == 0)
    }

    @Test func afterTheDispatcherStoodStillNobodyIsLate() {
        let bench = Bench()
        bench.admit(1...1)
        bench.ready("a", .sentences, credit: 1)
        _ = bench.assignAll()
        bench.pass(.seconds(3600))
        bench.state.forgiveSilence(now: bench.now)
        #expect(bench.tick().isEmpty)
        bench.pass(.seconds(1))
        #expect(bench.tick().isEmpty)
        #expect(bench.outstanding("a") == 1)
        for _ in 0..<44 {
            bench.pass(.seconds(1))
            bench.heard("a")
        }
        #expect(bench.tick().isEmpty)
        bench.pass(.milliseconds(1))
        #expect(bench.tick().count == 1)
    }

    // MARK: Leases

    @Test func aLeaseThatRunsOutPutsTheJobBack() {
        let bench = Bench(DispatchPolicy(deadAfter: .seconds(100), lease: .seconds(45)))
        bench.admit(1...1)
        bench.ready("a", .sentences, credit: 1)
        _ = bench.assignAll()
        bench.pass(.seconds(45))
        #expect(bench.tick().isEmpty)
        bench.pass(.nanoseconds(1))
        #expect(bench.tick() == ["retried 1 at 0: worker a did not answer in time"])
        #expect(bench.tick().isEmpty)
        // The worker still works on it: its credit is not free.
        #expect(bench.outstanding("a") == 1)
        bench.ready("b", .sentences, credit: 1)
        #expect(bench.assignAll() == ["b:1#2"])
    }

    @Test func leasesThatRunOutTogetherKeepTheirOrder() {
        let bench = Bench(DispatchPolicy(deadAfter: .seconds(100)))
        bench.admit(1...4)
        bench.ready("a", .sentences, credit: 3)
        _ = bench.assignAll()
        bench.pass(.seconds(46))
        #expect(bench.tick().count == 3)
        bench.ready("b", .sentences, credit: 9)
        #expect(bench.assignAll() == ["b:1#2", "b:2#2", "b:3#2", "b:4"])
    }

    @Test func aLateResultOfAnEarlierHolderCountsAndFreesItsOwnCredit() {
        let bench = Bench(DispatchPolicy(deadAfter: .seconds(100)))
        bench.admit(1...1)
        bench.ready("a", .sentences, credit: 1)
        _ = bench.assignAll()
        bench.pass(.seconds(46))
        _ = bench.tick()
        bench.ready("b", .sentences, credit: 1)
        #expect(bench.assignAll() == ["b:1#2"])
        #expect(bench.result(1, .sentences, from: "a")?.isAdvance == true)
        #expect(bench.outstanding("a") == 0)
        #expect(bench.outstanding("b") == 1)
        bench.pass(.seconds(46))
        #expect(bench.tick().isEmpty)
        #expect(bench.result(1, .sentences, from: "b") == nil)
        #expect(bench.outstanding("b") == 0)
        #expect(bench.state.waiting(at: 1) == 1)
    }

    @Test func aLateResultOfAWaitingJobTakesItOutOfTheQueue() {
        let bench = Bench(DispatchPolicy(deadAfter: .seconds(100)))
        bench.admit(1...3)
        bench.ready("a", .sentences, credit: 2)
        _ = bench.assignAll()
        bench.pass(.seconds(46))
        _ = bench.tick()
        #expect(bench.result(2, .sentences, from: "a")?.isAdvance == true)
        #expect(bench.state.waiting(at: 0) == 2)
        bench.ready("b", .sentences, credit: 9)
        #expect(bench.assignAll() == ["b:1#2", "b:3"])
    }

    @Test func aLateFailureOfAnEarlierHolderBlamesNobody() {
        let bench = Bench(DispatchPolicy(tries: 2, deadAfter: .seconds(100)))
        bench.admit(1...1)
        bench.ready("a", .sentences, credit: 1)
        _ = bench.assignAll()
        bench.pass(.seconds(46))
        _ = bench.tick()
        bench.ready("b", .sentences, credit: 1)
        #expect(bench.assignAll() == ["b:1#2"])
        #expect(bench.failure(1, .sentences, from: "a") == nil)
        #expect(bench.outstanding("a") == 0)
        #expect(bench.state.jobs[JobID(1)]?.failures == 1)
        #expect(bench.result(1, .sentences, from: "b")?.isAdvance == true)
    }

    @Test func anAnswerForAnotherStageDoesNotLoseTheJob() {
        let bench = Bench()
        bench.admit(1...1)
        bench.ready("a", .sentences, credit: 1)
        #expect(bench.assignAll() == ["a:1"])
        #expect(bench.result(1, .entities, from: "a") == nil)
        #expect(bench.failure(1, .sink, from: "a") == nil)
        #expect(bench.result(1, .ingest, from: "a") == nil)
        #expect(bench.outstanding("a") == 1)
        #expect(bench.died("a") == ["retried 1 at 0: worker lost"])
        #expect(bench.state.waiting(at: 0) == 1)
    }

    // MARK: Failures

    @Test func aFailedJobGoesToAnotherWorker() {
        let bench = Bench()
        bench.admit(1...1)
        bench.ready("a", .sentences, credit: 9)
        bench.ready("b", .sentences, credit: 1)
        #expect(bench.assignAll() == ["a:1"])
        #expect(bench.failure(1, .sentences, from: "a")?.summary == "retried 1 at 0: it broke")
        #expect(bench.assignAll() == ["b:1#2"])
    }

    @Test func aJobThatMustWaitForAnotherWorkerLetsTheNextOneGoFirst() {
        let bench = Bench()
        bench.admit(1...3)
        bench.ready("b", .sentences, credit: 1)
        bench.ready("a", .sentences, credit: 1)
        #expect(bench.assignAll() == ["b:1", "a:2"])
        _ = bench.failure(2, .sentences, from: "a")
        #expect(bench.assignAll() == ["a:3"])
        _ = bench.result(1, .sentences, from: "b")
        #expect(bench.assignAll() == ["b:2#2"])
    }

    @Test func theOnlyWorkerTriesAgainItself() {
        let bench = Bench()
        bench.admit(1...1)
        bench.ready("a", .sentences, credit: 1)
        #expect(bench.assignAll() == ["a:1"])
        _ = bench.failure(1, .sentences, from: "a")
        #expect(bench.assignAll() == ["a:1#2"])
        #expect(bench.result(1, .sentences, from: "a")?.isAdvance == true)
    }

    @Test func afterItsTriesAnArticleIsDead() {
        let bench = Bench(DispatchPolicy(tries: 3))
        bench.admit(1...2)
        bench.ready("a", .sentences, credit: 1)
        #expect(bench.assignAll() == ["a:1"])
        for attempt in 2...3 {
            #expect(bench.failure(1, .sentences, from: "a")?.summary == "retried 1 at 0: it broke")
            #expect(bench.assignAll() == ["a:1#\(attempt)"])
        }
        #expect(bench.failure(1, .sentences, from: "a")?.summary == "dead 1 at 0 after 3: it broke")
        #expect(bench.state.openJobs == 1)
        #expect(bench.state.openBytes == 100)
        #expect(bench.assignAll() == ["a:2"])
        #expect(bench.result(1, .sentences, from: "a") == nil)
    }

    @Test func everyStageHasItsOwnTries() {
        let bench = Bench(DispatchPolicy(tries: 2))
        bench.admit(1...1)
        bench.staff()
        for stage in bench.state.stages.dropLast() {
            #expect(bench.assignAll() == ["\(stage):1"])
            #expect(bench.failure(1, stage, from: stage.rawValue)?.summary.hasPrefix("retried") == true)
            #expect(bench.assignAll() == ["\(stage):1#2"])
            #expect(bench.result(1, stage, from: stage.rawValue)?.isAdvance == true)
        }
    }

    @Test func anArticleThatKillsItsWorkersIsDead() {
        let bench = Bench(DispatchPolicy(tries: 2, deaths: 3))
        bench.admit(1...2)
        for death in 1...3 {
            bench.ready("w\(death)", .sentences, credit: 2)
            #expect(bench.assignAll().count == 2)
            let outcomes = bench.died("w\(death)")
            let first =
                death < 3 ? "retried 1 at 0: worker lost" : "dead 1 at 0 after 3: 3 workers died while this article ran"
            #expect(Set(outcomes) == [first, "retried 2 at 0: worker lost"])
        }
        #expect(bench.state.openBytes == 100)
        bench.ready("w4", .sentences, credit: 2)
        #expect(bench.assignAll() == ["w4:2"])
    }

    @Test func whatTheSinkRefusesIsDead() {
        let bench = Bench(DispatchPolicy(tries: 2, deaths: 1))
        bench.admit(1...1, at: 2)
        bench.ready("s", .sink, credit: 1)
        #expect(bench.assignAll().count == 1)
        #expect(bench.failure(1, .sink, from: "s")?.summary == "retried 1 at 2: it broke")
        #expect(bench.assignAll().count == 1)
        #expect(bench.failure(1, .sink, from: "s")?.summary.hasPrefix("dead 1 at 2 after 2") == true)
    }

    @Test func theSinkMayDieAndWaitAtWill() {
        let bench = Bench(DispatchPolicy(tries: 1, deaths: 1))
        bench.admit(1...1, at: 2)
        for round in 0..<10 {
            bench.ready("s\(round)", .sink, credit: 1)
            #expect(bench.assignAll().count == 1)
            #expect(bench.died("s\(round)") == ["retried 1 at 2: worker lost"])
        }
        bench.ready("last", .sink, credit: 1)
        #expect(bench.assignAll() == ["last:1#11"])
        #expect(bench.result(1, .sink, from: "last")?.summary == "finished 1")
    }

    @Test func aNoticeOutlivesItsWorkers() {
        let bench = Bench(DispatchPolicy(tries: 1, deaths: 1))
        bench.admit(1...1, kind: .deadLetterNotice)
        for round in 0..<5 {
            bench.ready("w\(round)", .sentences, credit: 1)
            #expect(bench.assignAll().count == 1)
            #expect(bench.died("w\(round)") == ["retried 1 at 0: worker lost"])
        }
        #expect(bench.state.openJobs == 1)
    }
}
