internal import Synchronization

/// How the configuration was read again since the start.
final class ReloadFigures: Sendable {
    struct Figures: Sendable {
        var applied = 0
        var refused = 0
        /// Whether the last one was refused: the file is not what is in force.
        var isRefused = false
        /// Keys that differ in the file and need a restart.
        var needsRestart: [String] = []
    }

    private let state = Mutex(Figures())

    var figures: Figures { state.withLock { $0 } }

    func noteApplied(needsRestart: [String]) {
        state.withLock { state in
            state.applied += 1
            state.isRefused = false
            state.needsRestart = needsRestart
        }
    }

    func noteRefused() {
        state.withLock { state in
            state.refused += 1
            state.isRefused = true
        }
    }
}
