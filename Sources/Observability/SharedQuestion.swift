internal import Synchronization

/// Asks something that may never answer, with a deadline for those who wait, and never twice at a time: who asks while
/// it is being asked waits for the same answer.
package final class SharedQuestion<Answer: Sendable>: Sendable {
    private struct State {
        var isBeingAsked = false
        var nextWaiter = 0
        var waiters: [Int: CheckedContinuation<Answer?, Never>] = [:]
        /// Waiters that gave up before they had begun to wait.
        var cancelled: Set<Int> = []
    }

    private let ask: @Sendable () async -> Answer
    private let state = Mutex(State())

    package init(_ ask: @escaping @Sendable () async -> Answer) {
        self.ask = ask
    }

    /// The answer, or nil when it has not come within `limit`.
    package func answer(within limit: Duration) async -> Answer? {
        await withTaskGroup(of: Answer?.self) { group in
            group.addTask { await self.wait() }
            group.addTask {
                try? await Task.sleep(for: limit)
                return nil
            }
            let first = await group.next() ?? nil
            group.cancelAll()
            return first
        }
    }

    private func wait() async -> Answer? {
        let waiter = state.withLock { state in
            state.nextWaiter += 1
            return state.nextWaiter
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let (isGone, mustAsk) = state.withLock { state in
                    if state.cancelled.remove(waiter) != nil { return (true, false) }
                    state.waiters[waiter] = continuation
                    defer { state.isBeingAsked = true }
                    return (false, !state.isBeingAsked)
                }
                if isGone { continuation.resume(returning: nil) }
                // A task of its own, because what is asked may hang (that is what a health check is for) and those who
                // wait must not hang with it. There is never more than one.
                if mustAsk { Task { await self.run() } }
            }
        } onCancel: {
            let continuation = state.withLock { state in
                let continuation = state.waiters.removeValue(forKey: waiter)
                if continuation == nil { state.cancelled.insert(waiter) }
                return continuation
            }
            continuation?.resume(returning: nil)
        }
    }

    private func run() async {
        let answer = await ask()
        let waiters = state.withLock { state in
            defer {
                state.isBeingAsked = false
                state.waiters = [:]
            }
            return state.waiters
        }
        for continuation in waiters.values { continuation.resume(returning: answer) }
    }
}
