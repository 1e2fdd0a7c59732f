internal import Glibc

/// What the process itself uses, under the names that Prometheus's client libraries give.
package enum ProcessMetrics {
    /// Processor time, resident memory, open files and the time of start. What cannot be read is left out.
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

    private static func openFiles() -> Int? {
        guard let directory = opendir("/proc/self/fd") else { return nil }
        defer { closedir(directory) }
        var count = 0
        while readdir(directory) != nil { count += 1 }
        // ".", ".." and the directory itself.
        return count - 3
    }

    /// The time of the first call, which is the first scrape's at the latest; the service asks once at start.
    package static let startTime: Int = {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        return now.tv_sec
    }()
}
