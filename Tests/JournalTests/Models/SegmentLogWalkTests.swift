import TestSupport
import Testing

@Suite struct SegmentLogWalkTests {
    /// Random operations, full disks, failed syncs, power cuts in the middle of anything, and damage, in many short lives.
    @Test func whatWasCommittedIsReadAgainAfterAnything() throws {
        var counts: [SegmentLogWalk.Event: Int] = [:]
        try Seeds.lives("log on a simulated disk", steps: 400_000 * Seeds.scale) { generator in
            var walk = try SegmentLogWalk(generator)
            var steps = 0
            do {
                while steps < 500 {
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
        print("log on a simulated disk: \(counts.sorted { $0.key.rawValue < $1.key.rawValue }.map { "\($0.key.rawValue) \($0.value)" }.joined(separator: ", "))")
        guard Seeds.life == nil else { return }
        // The walk is only worth something if it comes by everything.
        for event in SegmentLogWalk.Event.allCases { #expect(counts[event, default: 0] > 100, "\(event)") }
    }
}
