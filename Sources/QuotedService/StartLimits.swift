internal import Foundation
internal import Glibc
internal import Observability

/// What the system lets this process have. Below these bounds a library that it needs would abort in the middle of its start, or
/// the kernel would end it, and again after each restart.
package enum StartLimits {
    /// For sockets, logs and libraries; each client takes one more.
    package static let fewestDescriptors = 64
    /// The program's libraries and its threads' stacks, most of which is never touched.
    package static let leastAddressSpace = 512 << 20
    /// What a stage without the trained analyser takes with a few articles.
    package static let leastMemory = 64 << 20

    /// Takes as many descriptors as it may have: what a shell gives first is too few for many clients.
    /// - Returns: how many that are.
    /// - Throws: `ServiceError` when a limit leaves too little to run with.
    package static func prepare() throws -> Int {
        raiseDescriptors()
        let files = ProcessLimits.openFiles ?? mostDescriptors
        if files < fewestDescriptors {
            throw tooLittle("\(files) open files are", "1024", "ulimit -n, LimitNOFILE=")
        }
        if let space = ProcessLimits.addressSpace, space < leastAddressSpace {
            throw tooLittle(
                "\(space >> 20) MiB of address space are", "\(leastAddressSpace >> 20) MiB",
                "ulimit -v, LimitAS=; to bound the memory that is used, MemoryMax=")
        }
        if let memory = ProcessLimits.memoryBytes, memory < leastMemory {
            throw tooLittle("\(memory >> 20) MiB of memory are", "\(leastMemory >> 20) MiB", "MemoryMax=")
        }
        return files
    }

    private static func tooLittle(_ what: String, _ least: String, _ how: String) -> ServiceError {
        ServiceError("at most \(what) allowed, which is too little; raise that to \(least) or more (\(how))", exit: .configuration)
    }

    /// Descriptors beyond which nobody needs more: the system may allow a billion, and some tables grow with the number.
    private static let mostDescriptors = 1 << 20

    /// Raises the number of open files that are allowed as far as the system lets this user. Each client takes one, and
    /// without any left the logs could not go on. If that is refused, what there is must do.
    private static func raiseDescriptors() {
        let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        var limit = rlimit()
        guard getrlimit(resource, &limit) == 0 else { return }
        let wanted = min(limit.rlim_max, rlim_t(mostDescriptors))
        guard limit.rlim_cur < wanted else { return }
        limit.rlim_cur = wanted
        _ = setrlimit(resource, &limit)
    }

    /// New files and sockets are nothing to other users, from their first moment on: their modes are set later.
    package static func keepFilesPrivate() { _ = umask(0o027) }

    /// A sentence when hardly any descriptor is left: clients that come now are not let in, and nobody else would say so.
    package static func descriptorShortage() -> String? {
        guard let allowed = ProcessLimits.openFiles else { return nil }
        // Without one left, the folder that lists them cannot be read.
        let used = ProcessMetrics.openFiles() ?? allowed
        guard used + 8 >= allowed else { return nil }
        return "\(used) of \(allowed) files and connections that are allowed are open; raise the limit (LimitNOFILE=, ulimit -n)"
    }
}
