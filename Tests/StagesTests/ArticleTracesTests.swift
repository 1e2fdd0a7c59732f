import Pipeline
import Stages
import Testing

struct ArticleTracesTests {
    @Test func stepsAreKeptInOrder() {
        var traces = ArticleTraces(capacity: 10)
        traces.add(JobID(1), stage: 0, .done, time: 5, elapsed: .milliseconds(2))
        traces.add(JobID(1), stage: 1, .retried, time: 6, elapsed: .microseconds(30))
        #expect(traces[JobID(1)].map(\.stage) == [0, 1])
        #expect(traces[JobID(1)].map(\.ending) == [.done, .retried])
        #expect(traces[JobID(1)].map(\.microseconds) == [2_000, 30])
        #expect(traces[JobID(2)].isEmpty)
    }

    @Test func theOldestIsForgottenFirstAndNoTraceGrowsForEver() {
        var traces = ArticleTraces(capacity: 3)
        for job: UInt64 in 1...5 { traces.add(JobID(job), stage: 0, .done, time: 0, elapsed: .zero) }
        #expect((1...5).map { traces[JobID($0)].count } == [0, 0, 1, 1, 1])
        for _ in 0..<1_000 { traces.add(JobID(5), stage: 0, .retried, time: 0, elapsed: .zero) }
        #expect(traces[JobID(5)].count == 64)
    }
}
