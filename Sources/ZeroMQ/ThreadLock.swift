internal import CZeroMQ
internal import Glibc

/// A pthread mutex: held for a few instructions at a time, and known to the thread sanitizer.
///
/// `@unchecked Sendable`: locking from any thread is what it is for.
final class ThreadLock: @unchecked Sendable {
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)

    init() { pthread_mutex_init(mutex, nil) }

    deinit {
        pthread_mutex_destroy(mutex)
        mutex.deallocate()
    }

    @inline(__always)
    func withLock<Result>(_ body: () -> Result) -> Result {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return body()
    }
}

/// Starts a detached thread with all signals blocked.
/// - Parameter name: at most 15 bytes of it are shown by the system's tools.
/// - Returns: false if the system has no thread to spare.
package func startDetachedThread(name: String, _ body: @escaping @Sendable () -> Void) -> Bool {
    final class Body: Sendable {
        let name: String
        let run: @Sendable () -> Void
        init(_ name: String, _ run: @escaping @Sendable () -> Void) {
            self.name = name
            self.run = run
        }
    }
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    defer { pthread_attr_destroy(&attributes) }
    pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
    // A thread inherits the mask of its creator: with all signals blocked from its first instruction, none goes astray.
    var all = sigset_t(), previous = sigset_t()
    sigfillset(&all)
    pthread_sigmask(SIG_BLOCK, &all, &previous)
    defer { pthread_sigmask(SIG_SETMASK, &previous, nil) }
    let context = Unmanaged.passRetained(Body(name, body))
    var thread = pthread_t()
    let status = pthread_create(&thread, &attributes, { context in
        guard let context else { return nil }
        let body = Unmanaged<Body>.fromOpaque(context).takeRetainedValue()
        zeromq_set_thread_name(body.name)
        body.run()
        return nil
    }, context.toOpaque())
    if status != 0 { context.release() }
    return status == 0
}
