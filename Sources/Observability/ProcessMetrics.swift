internal import Glibc

/// What the process itself uses, under the names that Prometheus's client libraries give.
package enum ProcessMetrics {
    /// Processor time, resident memory, open files, the limits of both, and the time of start. What cannot be read is left out.
    package static func families() -> [MetricFamily] {
        var families: [MetricFamily] = []
        var usage = rusage()
        if getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage) == 0 {
            let seconds =
                Double(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec)
                + Double(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6
            families.append(.counter("process_cpu_seconds_total", "Processor time spent.", [.init(seconds)]))
        }
        if let bytes = residentBytes() {
            families.append(.gauge("process_resident_memory_bytes", "Memory that is in RAM.", [.init(bytes)]))
        }
        if let count = openFiles() {
            families.append(.gauge("process_open_fds", "Open file descriptors.", [.init(count)]))
        }
        if let limit = ProcessLimits.openFiles {
            families.append(.gauge("process_max_fds", "Most file descriptors that may be open.", [.init(limit)]))
        }
        if let limit = ProcessLimits.memoryBytes {
            families.append(
                .gauge("quoted_memory_limit_bytes", "What control groups and the machine allow.", [.init(limit)]))
        }
        families.append(
            .gauge("process_start_time_seconds", "When the process began, in Unix time.", [.init(startTime)]))
        return families
    }

    /// Resident memory in bytes, or nil where /proc cannot be read.
    package static func residentBytes() -> Int? {
        let descriptor = open("/proc/self/statm", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var buffer = [UInt8](repeating: 0, count: 256)
        let count = read(descriptor, &buffer, buffer.count)
        guard count > 0 else { return nil }
        let fields = String(decoding: buffer[..<count], as: UTF8.self).split(separator: " ")
        guard fields.count > 1, let pages = Int(fields[1]) else { return nil }
        return pages * sysconf(Int32(_SC_PAGESIZE))
    }

    /// Open file descriptors, or nil where /proc cannot be read.
    package static func openFiles() -> Int? {
        guard let directory = opendir("/proc/self/fd") else { return nil }
        defer { closedir(directory) }
        var count = 0
        while readdir(directory) != nil { count += 1 }
        // ".", ".." and the directory itself.
        return count - 3
    }

    /// As the kernel knows it; where that cannot be read, the time of the first call.
    package static let startTime: Int = {
        var (now, uptime) = (timespec(), timespec())
        clock_gettime(CLOCK_REALTIME, &now)
        clock_gettime(CLOCK_BOOTTIME, &uptime)
        let ticks = sysconf(Int32(_SC_CLK_TCK))
        guard ticks > 0, let began = startTicks(), began / ticks <= uptime.tv_sec else { return now.tv_sec }
        return now.tv_sec - (uptime.tv_sec - began / ticks)
    }()

    /// Clock ticks between the machine's start and the process's: field 22 of /proc/self/stat.
    private static func startTicks() -> Int? {
        let descriptor = open("/proc/self/stat", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var buffer = [UInt8](repeating: 0, count: 2_048)
        let count = read(descriptor, &buffer, buffer.count)
        guard count > 0 else { return nil }
        // The second field, the name in parentheses, may hold spaces.
        let text = String(decoding: buffer[..<count], as: UTF8.self)
        guard let end = text.lastIndex(of: ")") else { return nil }
        let fields = text[text.index(after: end)...].split(separator: " ")
        return fields.count > 19 ? Int(fields[19]) : nil
    }
}
