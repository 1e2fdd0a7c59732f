/// Work on many things at once whose results come out in the order of the things.
enum OrderedWork {
    /// - Parameters:
    ///   - width: things worked on at once; at most four times as many results wait for their turn.
    ///   - next: the next thing, nil after the last.
    ///   - emit: called in order, one after the other.
    static func run<Item: Sendable, Output: Sendable>(
        width: Int, next: @Sendable () async throws -> Item?,
        work: @escaping @concurrent @Sendable (Item) async -> Output, emit: (Output) throws -> Void
    ) async throws {
        try await withThrowingTaskGroup(of: (Int, Output).self) { group in
            var started = 0
            var emitted = 0
            var running = 0
            var isExhausted = false
            var waiting: [Int: Output] = [:]
            while true {
                while !isExhausted, running < width, started - emitted < 4 * width {
                    guard let item = try await next() else {
                        isExhausted = true
                        break
                    }
                    let number = started
                    started += 1
                    running += 1
                    group.addTask { (number, await work(item)) }
                }
                guard let (number, output) = try await group.next() else { return }
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
