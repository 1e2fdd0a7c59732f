import Glibc
import Synchronization

/// How far a command has come: a line on standard error that is written anew, a few times a second.
final class ProgressLine: Sendable {
    private struct State {
        var written: ContinuousClock.Instant?
        var isVisible = false
    }

    private let isEnabled: Bool
    private let start = ContinuousClock.now
    private let state = Mutex(State())

    init(isEnabled: Bool) { self.isEnabled = isEnabled }

    /// - Parameter share: 0 … 1 of the input, nil when nobody knows.
    func update(done: Int, share: Double?, isLast: Bool = false) {
        guard isEnabled else { return }
        state.withLock { state in
            let now = ContinuousClock.now
            if !isLast, let written = state.written, written.duration(to: now) < .milliseconds(100) { return }
            state.written = now
            state.isVisible = true
            let elapsed = start.duration(to: now)
            let seconds = Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) / 1e18
            var line = "\(done) articles, \(Int(Double(done) / max(seconds, 0.001)))/s"
            if let share { line = Self.bar(share) + " " + line }
            put("\r\u{1B}[K" + line)
        }
    }

    /// Makes room for another line on the terminal.
    func clear() {
        state.withLock { state in
            if state.isVisible { put("\r\u{1B}[K") }
            state.isVisible = false
        }
    }

    private static func bar(_ share: Double) -> String {
        let width = 24
        let full = Int(min(max(share, 0), 1) * Double(width))
        return "[" + String(repeating: "=", count: full) + String(repeating: " ", count: width - full) + "]"
    }

    private func put(_ text: String) {
        let bytes = Array(text.utf8)
        _ = bytes.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }
}
