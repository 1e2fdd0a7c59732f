internal import ServiceLifecycle

/// A stage as a member of the service group: runs until told to stop, then finishes what it must and ends.
package struct StageService: Service, CustomStringConvertible {
    package let description: String
    private let body: @Sendable () async throws -> Void
    private let finish: @Sendable () async -> Void

    /// - Parameters:
    ///   - finish: done at a graceful shutdown, before `body` is cancelled.
    package init(
        _ name: String, finish: @escaping @Sendable () async -> Void = {},
        body: @escaping @Sendable () async throws -> Void
    ) {
        description = name
        self.body = body
        self.finish = finish
    }

    package func run() async throws {
        try await withThrowingTaskGroup(of: Bool.self) { group in
            group.addTask {
                do {
                    try await body()
                } catch is CancellationError {
                    // The end that was asked for.
                }
                return false
            }
            group.addTask {
                do {
                    try await gracefulShutdown()
                } catch is CancellationError {
                    return false
                }
                await finish()
                return true
            }
            _ = try await group.next()
            group.cancelAll()
        }
    }
}
