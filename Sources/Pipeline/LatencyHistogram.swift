/// How long things took, counted in fixed buckets from 100 µs to 30 s and one for what took longer.
///
/// A value of 200 bytes or so that never grows. Histograms of several workers are merged by adding them.
package struct LatencyHistogram: Sendable, Equatable {
    /// Upper bounds of the buckets, each belonging to its bucket, in nanoseconds: 1, 2, 5 of each power of ten.
    package static let boundsInNanoseconds: [Int64] = {
        var bounds: [Int64] = []
        var power: Int64 = 100_000
        while power <= 1_000_000_000 {
            bounds += [power, power * 2, power * 5]
            power *= 10
        }
        return bounds + [10_000_000_000, 20_000_000_000, 30_000_000_000]
    }()

    /// Things in each bucket; the last is for what took longer than the last bound.
    package private(set) var counts = [UInt64](repeating: 0, count: boundsInNanoseconds.count + 1)
    /// Things in all.
    package private(set) var count: UInt64 = 0
    /// What all took together.
    package private(set) var sum = Duration.zero

    package init() {}

    /// Counts one thing. A negative duration counts as zero.
    package mutating func record(_ duration: Duration) {
        let duration = max(duration, .zero)
        let bounds = Self.boundsInNanoseconds
        var low = 0
        var high = bounds.count
        while low < high {
            let middle = (low + high) / 2
            if duration <= .nanoseconds(bounds[middle]) { high = middle } else { low = middle + 1 }
        }
        counts[low] += 1
        count += 1
        sum += duration
    }

    /// Adds what `other` counted.
    package mutating func merge(_ other: LatencyHistogram) {
        for index in counts.indices { counts[index] += other.counts[index] }
        count += other.count
        sum += other.sum
    }

    /// The duration that the share `quantile` (0 to 1) of things stayed within, spread evenly inside its bucket, as
    /// Prometheus's `histogram_quantile` does; the last bound for what took longer; nil when nothing was counted.
    package func quantile(_ quantile: Double) -> Duration? {
        guard count > 0 else { return nil }
        let rank = min(max(quantile, 0), 1) * Double(count)
        var below = 0.0
        for (index, bound) in Self.boundsInNanoseconds.enumerated() {
            let inside = Double(counts[index])
            if inside > 0, below + inside >= rank {
                let lower = index == 0 ? 0 : Double(Self.boundsInNanoseconds[index - 1])
                return .nanoseconds(Int64(lower + (Double(bound) - lower) * max(rank - below, 0) / inside))
            }
            below += inside
        }
        return Self.boundsInNanoseconds.last.map { .nanoseconds($0) }
    }
}
