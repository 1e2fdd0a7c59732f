internal import Journal
internal import Logging
internal import ServiceConfiguration
internal import Stages

extension ServiceAssembly {
    /// Claims a part of the state directory; the process before this one may still be finishing in it.
    func claim(_ directory: String) async throws -> StateDirectoryLock {
        try await StateDirectory.lock(directory, within: configuration.service.lockWait, clock: clock) { error in
            logger.notice(
                "waiting for another process to leave the state directory",
                metadata: ["reason": "\(error)", "at-most": "\(configuration.service.lockWait)"])
        }
    }

    /// Lets the service's account and group alone connect to the ipc endpoints that this process has made.
    func restrict(_ endpoints: [String]) throws {
        try StateDirectory.restrict(endpoints.filter { !listeners.covers($0) })
    }
}
