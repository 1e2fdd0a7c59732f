internal import Glibc

/// What this process may use at most: when it comes near, it is in trouble soon.
package enum ProcessLimits {
    /// Open file descriptors; nil when the system does not say.
    package static var openFiles: Int? { limit(RLIMIT_NOFILE) }

    /// Bytes of address space; nil when the system does not say.
    package static var addressSpace: Int? { limit(RLIMIT_AS) }

    private static func limit(_ resource: __rlimit_resource) -> Int? {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(resource.rawValue), &limit) == 0 else { return nil }
        return Int(clamping: limit.rlim_cur)
    }

    /// Memory in bytes: the least of what the control groups of the process (of version 2, also those above) and the machine
    /// allow.
    package static var memoryBytes: Int? {
        var limits: [Int] = []
        if let machine = line(of: "/proc/meminfo", named: "MemTotal:").flatMap({ Int($0) }) { limits.append(machine << 10) }
        if let group = controlGroup(":memory:"),
            let bytes = text(of: "/sys/fs/cgroup/memory\(group)/memory.limit_in_bytes").flatMap({ Int($0) })
        {
            limits.append(bytes)
        }
        if var group = controlGroup("0::") {
            while true {
                if let bytes = text(of: "/sys/fs/cgroup\(group)/memory.max").flatMap({ Int($0) }) { limits.append(bytes) }
                guard let slash = group.lastIndex(of: "/") else { break }
                group = String(group[..<slash])
            }
        }
        return limits.min()
    }

    /// Such as `/system.slice/quoted.service`; empty for the topmost.
    /// - Parameter hierarchy: what its line has before the path.
    private static func controlGroup(_ hierarchy: String) -> String? {
        for line in text(of: "/proc/self/cgroup")?.split(separator: "\n") ?? [] {
            guard let place = line.firstRange(of: hierarchy + "/") else { continue }
            let path = line[line.index(before: place.upperBound)...]
            return path == "/" ? "" : String(path)
        }
        return nil
    }

    /// The number behind a name, as /proc/meminfo has it.
    private static func line(of path: String, named name: String) -> Substring? {
        text(of: path)?.split(separator: "\n").first { $0.hasPrefix(name) }?.dropFirst(name.count)
            .split(separator: " ").first
    }

    /// A small file without the space around its text.
    private static func text(of path: String) -> String? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var buffer = [UInt8](repeating: 0, count: 16_384)
        let count = read(descriptor, &buffer, buffer.count)
        guard count >= 0 else { return nil }
        var bytes = buffer[..<count]
        while let last = bytes.last, last <= 0x20 { bytes.removeLast() }
        return String(decoding: bytes, as: UTF8.self)
    }
}
