import Pipeline
import Testing

@Suite struct LatencyHistogramTests {
    @Test func boundsAscendFrom100MicrosecondsTo30Seconds() {
        let bounds = LatencyHistogram.boundsInNanoseconds
        #expect(bounds.first == 100_000 && bounds.last == 30_000_000_000)
        #expect(zip(bounds, bounds.dropFirst()).allSatisfy { $0 < $1 })
    }

    @Test func aBoundBelongsToItsBucket() {
        for (index, bound) in LatencyHistogram.boundsInNanoseconds.enumerated() {
            var histogram = LatencyHistogram()
            histogram.record(.nanoseconds(bound))
            histogram.record(.nanoseconds(bound + 1))
            #expect(histogram.counts[index] == 1 && histogram.counts[index + 1] == 1)
        }
    }

    @Test func countsWhatIsOutOfRange() {
        var histogram = LatencyHistogram()
        histogram.record(.seconds(-1))
        histogram.record(.seconds(100))
        #expect(histogram.counts.first == 1 && histogram.counts.last == 1)
        #expect(histogram.sum == .seconds(100))
        #expect(histogram.quantile(1) == .seconds(30))
    }

    @Test func quantilesLieInTheBucketOfTheExactOne() {
        var generator = SystemRandomNumberGenerator()
        let values = (0..<5000).map { _ in Int64.random(in: 1...40_000_000_000, using: &generator) >> Int64.random(in: 0...18, using: &generator) }
            .sorted()
        var histogram = LatencyHistogram()
        for value in values { histogram.record(.nanoseconds(value)) }
        let edges = [0] + LatencyHistogram.boundsInNanoseconds
        for quantile in [0.01, 0.5, 0.9, 0.99] {
            let exact = values[Int((quantile * 5000).rounded(.up)) - 1]
            let estimate = histogram.quantile(quantile) ?? .zero
            let above = edges.firstIndex { $0 >= exact } ?? edges.count - 1
            #expect(estimate >= .nanoseconds(edges[max(above - 1, 0)]) && estimate <= .nanoseconds(edges[above]), "\(quantile): \(exact)")
        }
    }

    @Test func mergingIsRecordingBoth() {
        var one = LatencyHistogram()
        var two = LatencyHistogram()
        var both = LatencyHistogram()
        for milliseconds in 1...50 {
            one.record(.milliseconds(milliseconds))
            two.record(.microseconds(milliseconds * 7))
            both.record(.milliseconds(milliseconds))
            both.record(.microseconds(milliseconds * 7))
        }
        one.merge(two)
        #expect(one == both)
        #expect(one.count == 100)
        #expect(LatencyHistogram().quantile(0.5) == nil)
    }
}
