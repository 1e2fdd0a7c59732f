internal import Glibc

/// What this process may use at most: when it comes near, it is in trouble soon.
package enum ProcessLimits {
    /// Open file descriptors; nil when the system does not say.
    package static var openFiles: Int? {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return nil }
        return Int(clamping: limit.rlim_cur)
    }

    /// Memory in bytes: the least of what the control groups above the process (version 2) and the machine allow.
    package static var memoryBytes: Int? {
        var limits: [Int] = []
        if let machine = line(of: "/proc/meminfo", named: "MemTotal:").flatMap({ Int($0) }) { limits.append(machine << 10) }
        if var group = controlGroup() {
            while true {
                if let bytes = text(of: "/sys/fs/cgroup\(group)/memory.max").flatMap({ Int($0) }) { limits.append(bytes) }
                guard let slash = group.lastIndex(of: "/") else { break }
                group = String(group[..<slash])
            }
        }
        return limits.min()
    }

    /// Such as `/system.slice/quoted.service`; empty for the topmost.
    private static func controlGroup() -> String? {
        guard let groups = text(of: "/proc/self/cgroup") else { return nil }
        guard let line = groups.split(separator: "\n").first(where: { $0.hasPrefix("0::/") }) else { return nil }
        let path = line.dropFirst(3)
        return path == "/" ? "" : String(path)
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
