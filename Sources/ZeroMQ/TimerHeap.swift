/// Waiters by deadline, in a binary heap in which each knows its place, so that one that is woken earlier leaves at once.
/// Insertion and removal take O(log n).
struct TimerHeap {
    private var waiters: [Waiter] = []
    private var nextOrder: UInt64 = 0

    var first: Waiter? { waiters.first }
    var count: Int { waiters.count }

    mutating func insert(_ waiter: Waiter) {
        waiter.order = nextOrder
        nextOrder += 1
        waiter.heapIndex = waiters.count
        waiters.append(waiter)
        siftUp(waiter.heapIndex)
    }

    /// Nothing happens if it is not here.
    mutating func remove(_ waiter: Waiter) {
        let index = waiter.heapIndex
        guard index >= 0 else { return }
        waiter.heapIndex = -1
        let last = waiters.removeLast()
        guard last !== waiter else { return }
        place(last, at: index)
        siftDown(index)
        siftUp(last.heapIndex)
    }

    /// The earliest one, if its time has come.
    mutating func popDue(at now: MonotonicTime) -> Waiter? {
        guard let first = waiters.first, first.deadline <= now else { return nil }
        remove(first)
        return first
    }

    private mutating func place(_ waiter: Waiter, at index: Int) {
        waiters[index] = waiter
        waiter.heapIndex = index
    }

    private func isBefore(_ left: Waiter, _ right: Waiter) -> Bool {
        (left.deadline.nanoseconds, left.order) < (right.deadline.nanoseconds, right.order)
    }

    private mutating func siftUp(_ start: Int) {
        var index = start
        let waiter = waiters[index]
        while index > 0 {
            let parent = (index - 1) / 2
            guard isBefore(waiter, waiters[parent]) else { break }
            place(waiters[parent], at: index)
            index = parent
        }
        place(waiter, at: index)
    }

    private mutating func siftDown(_ start: Int) {
        var index = start
        let waiter = waiters[index]
        while true {
            var child = 2 * index + 1
            guard child < waiters.count else { break }
            if child + 1 < waiters.count, isBefore(waiters[child + 1], waiters[child]) { child += 1 }
            guard isBefore(waiters[child], waiter) else { break }
            place(waiters[child], at: index)
            index = child
        }
        place(waiter, at: index)
    }
}
