internal import CZeroMQ
internal import Glibc
internal import Synchronization

/// A serial executor that is a `zmq_poll` loop on a thread of its own: the home of actors that own sockets.
///
/// An actor lives here when its `unownedExecutor` is `loop.asUnownedSerialExecutor()`; several may share one loop. The
/// thread sleeps in `zmq_poll` until a socket that somebody waits for is ready, a timer is due, or a job is enqueued; idle, it
/// takes no processor time. Never compute here: all sockets of the loop would stand still.
///
/// `@unchecked Sendable`: `inbox`, `isAsleep` and `isRunning` are guarded by `lock`; all the rest belongs to the loop's
/// thread.
package final class PollLoop: SerialExecutor, @unchecked Sendable {
    /// What other threads hand to the loop.
    enum Item {
        case job(UnownedJob)
        case suspend(Waiter, UnsafeContinuation<Waiter.Outcome, any Error>)
        case cancel(Waiter)
        case stop
    }

    /// Messages that a job may take or send without suspending before the others get their turn.
    static let messagesPerTurn = 512

    package let name: String

    private let lock = ThreadLock()
    private var inbox: [Item] = []
    /// The thread is about to wait or waits in `zmq_poll`, and must be woken.
    private var isAsleep = false
    private var isRunning = true
    private let wakeup: Int32
    /// The loop's `pthread_self()`, 0 while it does not run.
    private let thread = Atomic<UInt>(0)

    var pollSet: PollSet
    var timers = TimerHeap()
    /// Tasks that gave way; they go on after the sockets were looked at.
    var yielded: [UnsafeContinuation<Void, Never>] = []
    /// What is left of `messagesPerTurn` to the job that runs.
    var budget = 0
    private(set) var isStopping = false

    /// Starts the thread. It ends with `stop()`; a loop that is never stopped is never freed.
    /// - Parameter name: the thread's name; the system's tools show its first 15 bytes.
    /// - Throws: `ZeroMQError` when the system has no thread or file descriptor to spare.
    package init(name: String) throws(ZeroMQError) {
        self.name = name
        wakeup = zeromq_eventfd()
        pollSet = PollSet(wakeup: wakeup)
        guard wakeup >= 0 else { throw ZeroMQError(number: errno, operation: "create a poll loop") }
        guard startThread() else { throw ZeroMQError(number: EAGAIN, operation: "start a thread") }
    }

    deinit {
        if wakeup >= 0 { close(wakeup) }
    }

    /// Ends the thread once no job is pending. Tasks that wait on the loop get the error `loopStopped`. Returns at once; may
    /// be called twice and from any thread. Actors that live here can still run afterwards: a thread starts for what is
    /// enqueued late, so that nobody waits for ever.
    package func stop() { post(.stop) }

    package func enqueue(_ job: consuming ExecutorJob) { post(.job(UnownedJob(job))) }

    package func asUnownedSerialExecutor() -> UnownedSerialExecutor { UnownedSerialExecutor(ordinary: self) }

    package func checkIsolated() {
        // Only a wrong `assumeIsolated` in this program's own code gets here.
        precondition(isCurrent, "not on the thread of poll loop \(name)")
    }

    /// Whether the caller runs on the loop's thread.
    package var isCurrent: Bool { thread.load(ordering: .relaxed) == UInt(pthread_self()) }

    /// Waits on this loop's timer, to the millisecond. May be called from anywhere; costs least on the loop itself.
    /// - Throws: `CancellationError`, or `ZeroMQError` with the code `loopStopped`.
    package func sleep(for duration: Duration, isolation: isolated (any Actor)? = #isolation) async throws {
        _ = try await suspend(Waiter(.time, deadline: .now + duration))
    }

    // MARK: Waiting
    // The waiting functions take their caller's isolation as a parameter: where they only inherited it (`nonsending`), the
    // standard library's `#isolation` would be nil, and each wait would leave the loop's thread and come back.

    func suspend(_ waiter: Waiter, isolation: isolated (any Actor)? = #isolation) async throws -> Waiter.Outcome {
        try Task.checkCancellation()
        return try await withTaskCancellationHandler {
            // A closure only stays with a parameter's actor if it captures the parameter.
            _ = isolation
            return try await withUnsafeThrowingContinuation { continuation in
                if isCurrent {
                    begin(waiter, continuation)
                } else {
                    // For sockets it would come too late: another task may have waited since, or closed it.
                    assert(waiter.isForTime, "a socket is waited for outside of its loop's thread")
                    post(.suspend(waiter, continuation))
                }
            }
        } onCancel: {
            post(.cancel(waiter))
        }
    }

    /// Lets the loop's other tasks and sockets go first, if this job has used up its turn.
    func giveWay(isolation: isolated (any Actor)? = #isolation) async {
        guard budget <= 0, isCurrent else { return }
        await withUnsafeContinuation { yielded.append($0) }
    }

    private func begin(_ waiter: Waiter, _ continuation: UnsafeContinuation<Waiter.Outcome, any Error>) {
        if waiter.isCancelled { return continuation.resume(throwing: CancellationError()) }
        if isStopping { return continuation.resume(throwing: ZeroMQError(.loopStopped, operation: "wait")) }
        if waiter.isForClosedSocket { return continuation.resume(throwing: ZeroMQError(.closed, operation: "wait")) }
        waiter.suspend(continuation)
        if waiter.deadline != .forever { timers.insert(waiter) }
        pollSet.add(waiter)
    }

    /// Wakes the task. Nothing happens if it was woken before.
    func finish(_ waiter: Waiter, _ result: Result<Waiter.Outcome, any Error>) {
        guard waiter.isSuspended else { return }
        timers.remove(waiter)
        pollSet.remove(waiter)
        waiter.resume(result)
    }

    // MARK: The inbox

    func post(_ item: Item) {
        let isOwn = isCurrent
        let (mustWake, mustStart) = lock.withLock {
            inbox.append(item)
            let result = (isAsleep && !isOwn, !isRunning)
            isAsleep = false
            isRunning = true
            return result
        }
        if mustWake {
            var one: UInt64 = 1
            _ = write(wakeup, &one, MemoryLayout<UInt64>.size)
        }
        // Late work of a stopped loop; without a thread to spare, this one must do.
        if mustStart, !startThread() { run() }
    }

    /// Moves what has arrived to `items`.
    func takeItems(_ items: inout [Item]) {
        lock.withLock {
            isAsleep = false
            swap(&items, &inbox)
        }
    }

    private var hasItems: Bool { lock.withLock { !inbox.isEmpty } }

    /// False if work arrived; true if the thread may go to sleep and will be woken.
    func fallAsleep() -> Bool {
        lock.withLock {
            isAsleep = inbox.isEmpty
            return isAsleep
        }
    }

    /// True if the stopped loop has nothing left to do and its thread must end.
    private func end() -> Bool {
        lock.withLock {
            guard isStopping, inbox.isEmpty, yielded.isEmpty else { return false }
            isRunning = false
            thread.store(0, ordering: .relaxed)
            return true
        }
    }

    // MARK: The thread

    private func startThread() -> Bool {
        startDetachedThread(name: name) { self.run() }
    }

    private func run() {
        thread.store(UInt(pthread_self()), ordering: .relaxed)
        var items: [Item] = []
        repeat {
            turn(&items)
        } while !end()
    }

    /// Jobs first, then timers, then sockets. Jobs that beget jobs get a few rounds before the sockets' turn, since asking
    /// those costs system calls.
    private func turn(_ items: inout [Item]) {
        var rounds = 0
        repeat {
            takeItems(&items)
            for item in items { perform(item) }
            items.removeAll(keepingCapacity: true)
            fireTimers()
            rounds += 1
        } while rounds < 8 && hasItems
        if isStopping { wakeAll(ZeroMQError(.loopStopped, operation: "wait")) }
        poll()
        let rested = yielded
        yielded.removeAll(keepingCapacity: true)
        for continuation in rested { continuation.resume() }
    }

    private func perform(_ item: Item) {
        switch item {
        case .job(let job):
            budget = Self.messagesPerTurn
            job.runSynchronously(on: asUnownedSerialExecutor())
        case .suspend(let waiter, let continuation):
            begin(waiter, continuation)
        case .cancel(let waiter):
            waiter.isCancelled = true
            finish(waiter, .failure(CancellationError()))
        case .stop:
            isStopping = true
        }
    }

    private func fireTimers() {
        guard timers.first != nil else { return }
        let now = MonotonicTime.now
        while let waiter = timers.popDue(at: now) { finish(waiter, .success(.timedOut)) }
    }

    private func wakeAll(_ error: ZeroMQError) {
        for waiter in pollSet.waiters { finish(waiter, .failure(error)) }
        while let waiter = timers.first { finish(waiter, .failure(error)) }
    }

    private func poll() {
        let mayWait = !isStopping && yielded.isEmpty && fallAsleep()
        let timeout = mayWait ? (timers.first?.deadline ?? .forever).millisecondsFromNow : 0
        for waiter in pollSet.poll(milliseconds: timeout) { finish(waiter, .success(.ready)) }
    }
}
