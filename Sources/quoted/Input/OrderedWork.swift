/// Work on many things at once whose results come out in the order of the things, each as soon as it can.
enum OrderedWork {
    private enum Event<Item: Sendable, Output: Sendable>: Sendable {
        case item(Item?)
        case result(Int, Output)
    }

    /// - Parameters:
    ///   - width: things worked on at once; at most four times as many results wait for their turn.
    ///   - next: the next thing, nil after the last; never called twice at a time.
    ///   - emit: called in order, one after the other.
    static func run<Item: Sendable, Output: Sendable>(
        width: Int, next: @escaping @Sendable () async throws -> Item?,
        work: @escaping @concurrent @Sendable (Item) async -> Output, emit: (Output) throws -> Void
    ) async throws {
        try await withThrowingTaskGroup(of: Event<Item, Output>.self) { group in
            var started = 0
            var emitted = 0
            var running = 0
            var isReading = false
            var isExhausted = false
            var waiting: [Int: Output] = [:]
            while true {
                // A task of its own, so that a result need not wait for an input that is slow to come.
                if !isReading, !isExhausted, running < width, started - emitted < 4 * width {
                    isReading = true
                    group.addTask { .item(try await next()) }
                }
                switch try await group.next() {
                case nil: return
                case .item(let item):
                    isReading = false
                    guard let item else {
                        isExhausted = true
                        continue
                    }
                    let number = started
                    started += 1
                    running += 1
                    group.addTask { .result(number, await work(item)) }
                case .result(let number, let output):
                    running -= 1
                    waiting[number] = output
                    while let output = waiting.removeValue(forKey: emitted) {
                        emitted += 1
                        try emit(output)
                    }
                }
            }
        }
    }
}
