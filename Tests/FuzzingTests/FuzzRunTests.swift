import Fuzzing
import Testing

struct FuzzRunTests {
    /// Refuses what does not begin like its format, step by step, and fails for one word behind it.
    private static let planted = FuzzTarget("planted", maximumBytes: 64, dictionary: ["head:", "fault"]) {
        bytes throws(FuzzFinding) in
        guard bytes.starts(with: "head:".utf8) else { return FuzzOutcome(words: "no head") }
        if bytes.dropFirst(5).starts(with: "fault".utf8) { throw FuzzFinding("planted") }
        return .accepted
    }

    private func run(seed: UInt64) -> FuzzReport {
        var run = FuzzRun(Self.planted, corpus: [Array("head:body".utf8)], seed: seed)
        return run.run(FuzzRun.Bounds(executions: 200_000))
    }

    @Test func aPlantedFaultIsFound() throws {
        let finding = try #require(run(seed: 1).finding)
        #expect(finding.description == "planted")
        #expect(finding.input.starts(with: "head:fault".utf8))
    }

    @Test func theSameSeedDoesTheSame() throws {
        let (one, two) = (run(seed: 7), run(seed: 7))
        #expect(one.executions == two.executions)
        #expect(one.finding?.input == two.finding?.input)
    }

    @Test func anInputIsMadeAsShortAsItCanBe() {
        let long = Array("some words before, x, and some y behind".utf8)
        let short = Minimizer.minimize(long) { $0.contains(UInt8(ascii: "x")) && $0.contains(UInt8(ascii: "y")) }
        #expect(short == Array("xy".utf8))
    }

    @Test func timeThatGrowsWithTheSquareIsFound() throws {
        let squared = FuzzTarget("squared", maximumBytes: 32_768, time: (.milliseconds(20), .nanoseconds(500))) {
            bytes throws(FuzzFinding) in
            var sum = 0
            for byte in bytes { for other in bytes { sum &+= Int(byte ^ other) } }
            return FuzzOutcome(signature: UInt64(truncatingIfNeeded: sum & 1))
        }
        var run = FuzzRun(squared, corpus: [Array("abc".utf8)], seed: 1)
        let finding = try #require(run.run(FuzzRun.Bounds(executions: 100_000)).finding)
        #expect(finding.description.hasPrefix("took"))
    }

    @Test func noInputIsLongerThanItMayBe() {
        var mutator = Mutator(seed: 3, dictionary: [Array("word".utf8)], maximumBytes: 100)
        var input = Array("12 and 34".utf8)
        for _ in 0..<20_000 {
            let changed = mutator.mutate(input, with: Array("other 56".utf8))
            #expect(changed.count <= 100)
            if !changed.isEmpty { input = changed }
        }
    }
}
