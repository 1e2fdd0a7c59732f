import Stages
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(1)))
struct DedicatedThreadTests {
    /// Lives on a thread; counts without any lock, which only works if all its jobs run there.
    actor Counter {
        private let thread: DedicatedThread
        private var count = 0

        nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

        init(_ thread: DedicatedThread) { self.thread = thread }

        func increment() -> Int {
            count += 1
            return count
        }
    }

    @Test func anActorLivesOnIt() async {
        let thread = DedicatedThread(name: "test")
        let counter = Counter(thread)
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<1_000 { group.addTask { _ = await counter.increment() } }
        }
        #expect(await counter.increment() == 1_001)
        thread.stop()
    }

    @Test func workRunsInOrder() async {
        let thread = DedicatedThread(name: "test")
        let order = Mutex<[Int]>([])
        await withCheckedContinuation { continuation in
            for number in 0..<100 { thread.perform { order.withLock { $0.append(number) } } }
            thread.perform { continuation.resume() }
        }
        #expect(order.withLock { $0 } == Array(0..<100))
        thread.stop()
    }
}
