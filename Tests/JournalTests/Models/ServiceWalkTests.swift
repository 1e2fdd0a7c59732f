import TestSupport
import Testing

@Suite struct ServiceWalkTests {
    /// Articles from receipt to record, while disk, network, workers and clocks do what they like, in many short lives.
    @Test func whatGotAReceiptEndsInOneRecordOrAmongTheDeadLetters() throws {
        var counts: [ServiceWalk.Event: Int] = [:]
        try Seeds.lives("service on a simulated disk", steps: 400_000 * Seeds.scale) { generator in
            var walk = try ServiceWalk(generator)
            var steps = 0
            do {
                while steps < 1_500 {
                    try walk.step()
                    steps += 1
                }
                try walk.end()
            } catch {
                throw ModelFault("step \(steps), \(walk.lastStep): \(error)")
            }
            counts.merge(walk.counts, uniquingKeysWith: +)
            return steps
        }
        print("service on a simulated disk: \(counts.sorted { $0.key.rawValue < $1.key.rawValue }.map { "\($0.key.rawValue) \($0.value)" }.joined(separator: ", "))")
        guard Seeds.life == nil else { return }
        for event in ServiceWalk.Event.allCases { #expect(counts[event, default: 0] > 100, "\(event)") }
    }
}
