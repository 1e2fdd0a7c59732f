internal import CThread
internal import Glibc

/// One thread for work that must not run on a poll loop or on the cooperative pool: computing and waiting for the disk.
/// As a `SerialExecutor` it is the home of an actor; `perform` runs a plain closure on it. Work runs in order.
///
/// `@unchecked Sendable`: all state is behind the pthread mutex (a lock that the thread sanitizer understands).
package final class DedicatedThread: SerialExecutor, @unchecked Sendable {
    private enum Work {
        case job(UnownedJob)
        case closure(@Sendable () -> Void)
        case stop
    }

    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let condition: UnsafeMutablePointer<pthread_cond_t>
    private var queue: [Work] = []
    private var stopped = false
    package let name: String

    /// `name`: at most 15 bytes are shown by the system's tools.
    package init(name: String) {
        self.name = name
        mutex = .allocate(capacity: 1)
        condition = .allocate(capacity: 1)
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(condition, nil)
        start()
    }

    deinit {
        pthread_cond_destroy(condition)
        pthread_mutex_destroy(mutex)
        condition.deallocate()
        mutex.deallocate()
    }

    /// Ends the thread after the work that is already queued. Work queued later is run by nobody but the actor system's
    /// own retries, so stop only when the actors that live here are done.
    package func stop() {
        push(.stop)
    }

    /// Runs the closure on the thread, in its turn.
    package func perform(_ body: @escaping @Sendable () -> Void) {
        push(.closure(body))
    }

    package func enqueue(_ job: consuming ExecutorJob) {
        push(.job(UnownedJob(job)))
    }

    package func asUnownedSerialExecutor() -> UnownedSerialExecutor {
        UnownedSerialExecutor(ordinary: self)
    }

    private func push(_ work: Work) {
        pthread_mutex_lock(mutex)
        queue.append(work)
        pthread_mutex_unlock(mutex)
        pthread_cond_signal(condition)
    }

    private func start() {
        // The thread keeps its executor alive until it is stopped.
        let context = Unmanaged.passRetained(self).toOpaque()
        let status = thread_start_detached(8 << 20, { context in
            guard let context else { return nil }
            Unmanaged<DedicatedThread>.fromOpaque(context).takeRetainedValue().run()
            return nil
        }, context)
        // Only a process out of threads gets here: nothing can go on without this one.
        precondition(status == 0, "cannot start thread \(name): error \(status)")
    }

    private func run() {
        thread_set_name(String(name.prefix(15)))
        var signals = sigset_t()
        sigfillset(&signals)
        // A fault whose signal is blocked kills the process without asking any handler: there would be no crash note.
        for fault in [SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP, SIGABRT] { sigdelset(&signals, fault) }
        pthread_sigmask(SIG_BLOCK, &signals, nil)
        CrashNotes.prepareThread()
        defer { CrashNotes.releaseThread() }
        var batch: [Work] = []
        while true {
            pthread_mutex_lock(mutex)
            while queue.isEmpty { pthread_cond_wait(condition, mutex) }
            swap(&batch, &queue)
            pthread_mutex_unlock(mutex)
            for work in batch {
                switch work {
                case .job(let job): job.runSynchronously(on: asUnownedSerialExecutor())
                case .closure(let body): body()
                case .stop: stopped = true
                }
            }
            batch.removeAll(keepingCapacity: true)
            if stopped { return }
        }
    }
}
