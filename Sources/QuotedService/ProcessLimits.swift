internal import Foundation
internal import Glibc

/// What the system lets this process have. Below these bounds a library that it needs would abort in the middle of its start, or
/// the kernel would end it, and again after each restart.
package enum ProcessLimits {
    /// For sockets, logs and libraries; each client takes one more.
    package static let fewestDescriptors: UInt64 = 64
    /// The program's libraries and its threads' stacks, most of which is never touched.
    package static let leastAddressSpace: UInt64 = 512 << 20
    /// What a stage without the trained analyser takes with a few articles.
    package static let leastMemory: UInt64 = 64 << 20

    /// Takes as many descriptors as it may have: what a shell gives first is too few for many clients.
    /// - Throws: `ServiceError` when a limit leaves too little to run with.
    package static func prepare() throws {
        raiseDescriptors()
        if let files = limit(RLIMIT_NOFILE), files < fewestDescriptors {
            throw tooLittle("\(files) open files are", "1024", "ulimit -n, LimitNOFILE=")
        }
        if let space = limit(RLIMIT_AS), space < leastAddressSpace {
            throw tooLittle(
                "\(space >> 20) MiB of address space are", "\(leastAddressSpace >> 20) MiB",
                "ulimit -v, LimitAS=; to bound the memory that is used, MemoryMax=")
        }
        if let memory = groupMemory(), memory < leastMemory {
            throw tooLittle("\(memory >> 20) MiB of memory are", "\(leastMemory >> 20) MiB", "MemoryMax=")
        }
    }

    private static func tooLittle(_ what: String, _ least: String, _ how: String) -> ServiceError {
        ServiceError("at most \(what) allowed, which is too little; raise that to \(least) or more (\(how))", exit: .configuration)
    }

    /// Descriptors beyond which nobody needs more: the system may allow a billion, and some tables grow with the number.
    private static let mostDescriptors: rlim_t = 1 << 20

    /// Raises the number of open files that are allowed as far as the system lets this user. Each client takes one, and
    /// without any left the logs could not go on. If that is refused, what there is must do.
    private static func raiseDescriptors() {
        let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        var limit = rlimit()
        guard getrlimit(resource, &limit) == 0 else { return }
        let wanted = min(limit.rlim_max, mostDescriptors)
        guard limit.rlim_cur < wanted else { return }
        limit.rlim_cur = wanted
        _ = setrlimit(resource, &limit)
    }

    /// New files and sockets are nothing to other users, from their first moment on: their modes are set later.
    package static func keepFilesPrivate() { _ = umask(0o027) }

    /// The soft limit; nil when it cannot be told.
    private static func limit(_ resource: __rlimit_resource) -> UInt64? {
        var limit = rlimit()
        return getrlimit(__rlimit_resource_t(resource.rawValue), &limit) == 0 ? UInt64(limit.rlim_cur) : nil
    }

    /// The bound of this process's control group, of either version; nil when there is none.
    private static func groupMemory() -> UInt64? {
        guard let groups = try? String(contentsOfFile: "/proc/self/cgroup", encoding: .utf8) else { return nil }
        for line in groups.split(separator: "\n") {
            let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard parts.count == 3 else { continue }
            let file: String
            if parts[1] == "memory" {
                file = "/sys/fs/cgroup/memory\(parts[2])/memory.limit_in_bytes"
            } else if parts[1].isEmpty {
                file = "/sys/fs/cgroup\(parts[2])/memory.max"
            } else {
                continue
            }
            let text = try? String(contentsOfFile: file, encoding: .utf8)
            if let bytes = text.flatMap({ UInt64($0.trimmingCharacters(in: .whitespacesAndNewlines)) }) { return bytes }
        }
        return nil
    }

    /// A sentence when hardly any descriptor is left: clients that come now are not let in, and nobody else would say so.
    package static func descriptorShortage() -> String? {
        guard let allowed = limit(RLIMIT_NOFILE) else { return nil }
        let names = try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")
        let used = names.map { UInt64($0.count) } ?? allowed
        guard used + 8 >= allowed else { return nil }
        return "\(used) of \(allowed) files and connections that are allowed are open; raise the limit (LimitNOFILE=, ulimit -n)"
    }
}
