/// Makes an input shorter while it still shows the same (Zeller and Hildebrandt, "Simplifying and Isolating Failure-Inducing
/// Input", 2002).
package enum Minimizer {
    /// - Parameter shows: whether an input still shows what was found.
    package static func minimize(_ input: [UInt8], within tries: Int = 2_000, _ shows: ([UInt8]) -> Bool) -> [UInt8] {
        var input = input
        var size = max(1, input.count / 2)
        var tried = 0
        while tried < tries, !input.isEmpty {
            var start = 0
            var isShorter = false
            while start < input.count, tried < tries {
                var candidate = input
                candidate.removeSubrange(start..<min(input.count, start + size))
                tried += 1
                if shows(candidate) {
                    input = candidate
                    isShorter = true
                } else {
                    start += size
                }
            }
            if size > 1 {
                size /= 2
            } else if !isShorter {
                break
            }
        }
        return input
    }
}
