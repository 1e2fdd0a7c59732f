internal import Glibc

/// What the process asks of the system before it opens anything.
package enum ProcessLimits {
    /// Descriptors beyond which nobody needs more: the system may allow a billion, and some tables grow with the number.
    private static let mostDescriptors: rlim_t = 1 << 20

    /// Raises the number of open files that are allowed as far as the system lets this user. Each client takes one, and
    /// without any left the logs could not go on.
    /// - Returns: how many are allowed now.
    @discardableResult
    package static func raiseDescriptors() -> Int {
        let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        var limit = rlimit()
        guard getrlimit(resource, &limit) == 0 else { return 0 }
        let wanted = min(limit.rlim_max, mostDescriptors)
        if limit.rlim_cur < wanted {
            let before = limit.rlim_cur
            limit.rlim_cur = wanted
            if setrlimit(resource, &limit) != 0 { limit.rlim_cur = before }
        }
        return Int(clamping: limit.rlim_cur)
    }

    /// New files and sockets are nothing to other users, from their first moment on: their modes are set later.
    package static func keepFilesPrivate() { _ = umask(0o027) }
}
